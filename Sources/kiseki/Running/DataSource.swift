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
    try requirePermission(toRead: file)
    guard FileManager.default.fileExists(atPath: file) else {
      throw RunError.usage(
        "cannot read \(file): there is no such file. Correct dataset.\(role)_dataframe; relative paths count from the "
          + "configuration's folder.")
    }
    let table = try Table.read(path: file)
    self.table = table
    byteCount = fileSize(file) ?? 0
    text = try TextRows(
      source: name, columns: table.columns, rowCount: table.rowCount, selection: TextColumns(configuration),
      use: role == "train" ? .training : .evaluation
    ) { row, column in table[row, column] }
  }

  /// What of the file is not used as it may have been meant.
  var warnings: [String] {
    var warnings: [String] = []
    if let first = text.rowsWithoutAnswer.first {
      let count = text.rowsWithoutAnswer.count
      warnings.append(
        "\(name): \(Format.count(count, "row")) without an answer left out, the first is row \(first + 1)")
    }
    let unknown = text.conversations.rowsWithUnknownParent
    if let first = unknown.first {
      warnings.append(
        "\(name): \(Format.count(unknown.count, "row")) \(unknown.count == 1 ? "names" : "name") a parent that no row has "
          + "as its id and \(unknown.count == 1 ? "begins a conversation" : "begin conversations") instead, the first is row \(first + 1)"
      )
    }
    return warnings
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
  private(set) var training: EncodedDataset
  let test: EvaluationData?
  /// The validation rows are among the training rows too.
  let trainsOnValidation: Bool
  private let hasSystems: Bool
  private let variation: SampleVariation
  var warnings: [String] = []

  /// - Parameter files: where the bytes of a role are, when they are not at the configured path.
  init(
    _ configuration: ExperimentConfiguration, files: [String: String] = [:], tokenizer: SentencePieceTokenizer
  ) throws {
    let parallel = Parallel(threadCount: max(1, configuration.environment.numberOfWorkers))
    let rows = try DataRows(configuration, files: files)
    let options = SampleEncodingOptions(configuration)
    func encode(_ part: DataRows.Part) throws -> EncodedDataset {
      try EncodedDataset(
        part.rows, of: part.source.text.conversations, source: part.source.name, tokenizer: tokenizer,
        options: options, parallel: parallel)
    }
    func evaluated(_ part: DataRows.Part) throws -> EvaluationData {
      EvaluationData(rows: part.rows, of: part.source.text.conversations, encoded: try encode(part))
    }
    training = try encode(rows.training)
    validation = try evaluated(rows.validation)
    test = try rows.test.map(evaluated)
    sources = rows.sources
    trainingRows = rows.training.rows
    hasSystems = configuration.dataset.systemColumn != nil
    variation = TrainingOptions(configuration).variation
    trainsOnValidation = configuration.training.trainValidationData
    warnings = rows.warnings
    if trainsOnValidation {
      training.append(validation.encoded)
      warnings.append(
        "training.train_validation_data: the "
          + (validation.rows.count == 1 ? "only validation row is" : "\(validation.rows.count) validation rows are")
          + " trained on too, so validation scores say nothing about unseen text")
    }
  }

  /// Tokens of the longest sequence any part trains or is scored on.
  var longestSequence: Int {
    max(training.longestSequence, validation.encoded.longestSequence, test?.encoded.longestSequence ?? 0)
  }

  /// - Throws: `RunError` naming the first row that a model with so many positions cannot read.
  func requireRows(within positions: Int) throws {
    let longest = TrainingSamples(training, variation: variation, seed: 0).capacity(rowCount: 1).rowLength
    guard longest <= positions || training.longestSequence > positions else {
      throw RunError.usage(
        "cannot train: with a turn that augmentation.random_parent_probability puts in front, a row has up to "
          + "\(longest) tokens, and the model has \(positions) positions; set tokenizer.max_length to \(positions) or "
          + "less")
    }
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
          ((hasSystems ? [("system", counts.system)] : [])
            + [("prompt", counts.prompt), ("answer", counts.answer), ("joined", counts.joined)]).map { column, cut in
              JSONMember(column, ["rows": .integer(cut.rows), "tokens": .integer(cut.tokens)])
            }))
    }
  }
}

extension TextColumns {
  /// The columns a configuration names.
  init(_ configuration: ExperimentConfiguration) {
    let dataset = configuration.dataset
    self.init(
      prompt: dataset.promptColumns, promptSeparator: dataset.promptColumnSeparator, answer: dataset.answerColumn)
    system = dataset.systemColumn
    parentID = dataset.parentIDColumn
    id = dataset.idColumn
    limitsToWholeConversations = dataset.limitChainedSamples
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
    systemStart = dataset.textSystemStart
    addEOSToSystem = dataset.addEOSTokenToSystem
    onlyLastAnswer = dataset.onlyLastAnswer
  }
}
