import Configuration
import FineTuning

/// The rows of a run as text: read, split and sampled as its configuration says.
struct DataRows {
  /// The rows of one side and the file they are from.
  struct Part {
    let role: String
    let source: DataSource
    var rows: [TextRow]
  }

  private(set) var sources: [DataSource]
  private(set) var training: Part
  private(set) var validation: Part
  private(set) var test: Part?

  var parts: [Part] { [training, validation] + (test.map { [$0] } ?? []) }
  var warnings: [String] { sources.flatMap(\.warnings) }

  /// - Parameters:
  ///   - files: where the bytes of a role are, when they are not at the configured path.
  ///   - splits: whether validation rows are set aside where no file has them; otherwise there are none.
  init(_ configuration: ExperimentConfiguration, files: [String: String] = [:], splits: Bool = true) throws {
    let dataset = configuration.dataset
    func read(_ role: String, _ name: String) throws -> Part {
      try Part(reading: role, name, configuration, file: files[role])
    }
    training = try read("train", dataset.trainDataframe)
    sources = [training.source]
    if dataset.validationStrategy == .custom {
      validation = try read("validation", dataset.validationDataframe)
      sources.append(validation.source)
    } else {
      validation = Part(role: "validation", source: training.source, rows: [])
      if splits { try split(dataset) }
    }
    if dataset.dataSampleChoice.contains(.train) { training.sample(dataset.dataSample, .training) }
    if dataset.dataSampleChoice.contains(.validation) { validation.sample(dataset.dataSample, .validation) }
    if !dataset.testDataframe.isEmpty {
      let test = try read("test", dataset.testDataframe)
      sources.append(test.source)
      self.test = test
    }
  }

  private mutating func split(_ dataset: ExperimentConfiguration.Dataset) throws {
    let (rows, source) = (training.rows, training.source)
    guard rows.count >= 2 else {
      throw FineTuningError(
        "cannot split \(source.name): one row with an answer cannot both train and validate; add rows, or name a "
          + "validation file with dataset.validation_dataframe and set dataset.validation_strategy to custom")
    }
    let split = try DataSplit.automatic(
      groups: rows.map { source.text.conversations.firstRow(of: $0.row) }, validationSize: dataset.validationSize,
      seed: UInt64(dataset.splitSeed))
    training.rows = split.training.map { rows[$0] }
    validation.rows = split.validation.map { rows[$0] }
  }
}

extension DataRows.Part {
  fileprivate init(
    reading role: String, _ name: String, _ configuration: ExperimentConfiguration, file: String?
  ) throws {
    let source = try DataSource(role: role, name: name, configuration, file: file)
    self.init(role: role, source: source, rows: source.text.rows)
  }

  /// The rows of one role alone, as a run evaluates them; only where a file of their own has them.
  init(role: String, name: String, _ configuration: ExperimentConfiguration, file: String) throws {
    try self.init(reading: role, name, configuration, file: file)
    let dataset = configuration.dataset
    if role == "validation", dataset.dataSampleChoice.contains(.validation) {
      sample(dataset.dataSample, .validation)
    }
  }

  /// Keeps a random fraction of the rows.
  fileprivate mutating func sample(_ fraction: Double, _ side: DataSplit.Side) {
    rows = DataSplit.sample(Array(rows.indices), fraction: fraction, side: side).map { rows[$0] }
  }
}
