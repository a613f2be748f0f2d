import CommandLine
import Configuration
import Experiments
import FineTuning
import Foundation
import Hashing
import Tables
import Tensors
import Tokenization

/// One data file of a run, read whole.
struct DataSource {
  /// `train`, `validation` or `test`.
  let role: String
  /// Where the configuration says it is, absolute: what the record calls it.
  let path: String
  /// Where its bytes are, absolute.
  let file: String
  let table: Table
  let text: TextRows
  /// As the configuration names it, for messages.
  let name: String
  let byteCount: Int

  /// - Parameter file: where the bytes are, when they are not at the configured path.
  init(role: String, name: String, _ configuration: ExperimentConfiguration, file located: String?) throws {
    self.role = role
    self.name = name
    path = configuration.absolutePath(of: name)
    file = located ?? path
    guard FileManager.default.fileExists(atPath: file) else {
      throw RunError.usage(
        "cannot read \(file): there is no such file. Correct dataset.\(role)_dataframe; relative paths count from the "
          + "configuration's folder.")
    }
    let table = try Table.read(path: file)
    self.table = table
    byteCount = (try FileManager.default.attributesOfItem(atPath: file)[.size] as? NSNumber)?.intValue ?? 0
    text = try TextRows(
      source: name, columns: table.columns, rowCount: table.rowCount,
      selection: TextColumns(
        prompt: configuration.dataset.promptColumns,
        promptSeparator: configuration.dataset.promptColumnSeparator, answer: configuration.dataset.answerColumn)
    ) { row, column in table[row, column] }
  }

  /// What `dataset.json` says of the file.
  func record(portablePath: String, storedAs: String?) throws -> DatasetRecord.File {
    var rows = RowSetHash(columns: table.columns)
    for row in 0..<table.rowCount { rows.add(row: table.columns.indices.map { table[row, $0] ?? "" }) }
    return DatasetRecord.File(
      role: role, path: portablePath, bytes: byteCount, sha256: try SHA256.hash(fileAt: file),
      rows: table.rowCount, columns: table.columns, contentSHA256: rows.digest(), storedAs: storedAs)
  }
}

/// The rows of a run, split and encoded.
struct PreparedData {
  let sources: [DataSource]
  let trainingRows: [TextRow]
  let validation: EvaluationData
  let training: EncodedDataset
  let test: EvaluationData?
  var warnings: [String] = []

  /// - Parameters:
  ///   - files: where the bytes of a role are, when they are not at the configured path.
  ///   - parallel: who encodes.
  init(
    _ configuration: ExperimentConfiguration, files: [String: String] = [:], tokenizer: SentencePieceTokenizer,
    parallel: Parallel = Parallel(threadCount: 1)
  ) throws {
    let dataset = configuration.dataset
    func read(_ role: String, _ name: String) throws -> DataSource {
      try DataSource(role: role, name: name, configuration, file: files[role])
    }
    let train = try read("train", dataset.trainDataframe)
    var sources = [train]
    var trainingRows = train.text.rows
    var validationRows: [TextRow]
    var validationSource = train
    if dataset.validationStrategy == .custom {
      validationSource = try read("validation", dataset.validationDataframe)
      sources.append(validationSource)
      validationRows = validationSource.text.rows
    } else {
      guard trainingRows.count >= 2 else {
        throw FineTuningError(
          "cannot split \(train.name): one row with an answer cannot both train and validate; add rows, or name a "
            + "validation file with dataset.validation_dataframe and set dataset.validation_strategy to custom")
      }
      let split = try DataSplit.automatic(
        rowCount: trainingRows.count, validationSize: dataset.validationSize, seed: UInt64(dataset.splitSeed))
      validationRows = split.validation.map { train.text.rows[$0] }
      trainingRows = split.training.map { train.text.rows[$0] }
    }
    if dataset.dataSampleChoice.contains(.train) {
      trainingRows = Self.sample(trainingRows, dataset.dataSample, .training)
    }
    if dataset.dataSampleChoice.contains(.validation) {
      validationRows = Self.sample(validationRows, dataset.dataSample, .validation)
    }
    let options = SampleEncodingOptions(configuration)
    func encode(_ rows: [TextRow], of source: DataSource) throws -> EncodedDataset {
      try EncodedDataset(rows, source: source.name, tokenizer: tokenizer, options: options, parallel: parallel)
    }
    training = try encode(trainingRows, of: train)
    validation = EvaluationData(
      rows: validationRows,
      encoded: try encode(validationRows, of: validationSource)
    )
    if dataset.testDataframe.isEmpty {
      test = nil
    } else {
      let source = try read("test", dataset.testDataframe)
      sources.append(source)
      test = EvaluationData(
        rows: source.text.rows,
        encoded: try encode(source.text.rows, of: source))
    }
    self.sources = sources
    self.trainingRows = trainingRows
    for source in sources where !source.text.rowsWithoutAnswer.isEmpty {
      let rows = source.text.rowsWithoutAnswer
      warnings.append(
        "\(source.name): \(Format.count(rows.count, "row")) without an answer left out, the first is row \(rows[0] + 1)"
      )
    }
  }

  private static func sample(_ rows: [TextRow], _ fraction: Double, _ side: DataSplit.Side) -> [TextRow] {
    DataSplit.sample(Array(rows.indices), fraction: fraction, side: side).map { rows[$0] }
  }

  /// Tokens of the longest sequence any part trains or is scored on.
  var longestSequence: Int {
    max(training.longestSequence, validation.encoded.longestSequence, test?.encoded.longestSequence ?? 0)
  }

  /// - Throws: `RunError` naming the first row that a model with so many positions cannot read.
  func requireRows(within positions: Int) throws {
    let validationSource = sources.first { $0.role == "validation" } ?? sources[0]
    let parts: [(String, EncodedDataset?)] = [
      (sources[0].name, training), (validationSource.name, validation.encoded),
      (sources.last?.name ?? "", test?.encoded),
    ]
    for case (let name, let encoded?) in parts {
      guard let sample = encoded.firstSample(longerThan: positions) else { continue }
      throw RunError.usage(
        "cannot train: row \(sample.row + 1) of \(name) has \(sample.tokens.count) tokens, and the model has "
          + "\(positions) positions; set tokenizer.max_length to \(positions) or less")
    }
  }

  /// Rows and tokens that limits cut, by part and column, as recorded.
  var truncation: [JSONMember] {
    var parts = [("train", training), ("validation", validation.encoded)]
    if let test { parts.append(("test", test.encoded)) }
    return parts.map { name, encoded in
      let counts = encoded.truncation
      return JSONMember(
        name,
        .object(
          [("prompt", counts.prompt), ("answer", counts.answer), ("joined", counts.joined)].map { column, cut in
            JSONMember(column, ["rows": .integer(cut.rows), "tokens": .integer(cut.tokens)])
          }))
    }
  }
}

extension SampleEncodingOptions {
  /// The markers and limits a configuration asks for.
  init(_ configuration: ExperimentConfiguration) {
    let (dataset, tokenizer) = (configuration.dataset, configuration.tokenizer)
    self.init(
      promptStart: dataset.textPromptStart, answerSeparator: dataset.textAnswerSeparator,
      addEOSToPrompt: dataset.addEOSTokenToPrompt, addEOSToAnswer: dataset.addEOSTokenToAnswer,
      maskPromptLabels: dataset.maskPromptLabels, maxLengthPrompt: tokenizer.maxLengthPrompt,
      maxLengthAnswer: tokenizer.maxLengthAnswer, maxLength: tokenizer.maxLength)
  }
}
