public import Foundation
public import Tables

/// One run of a comparison: what is read of its record, once.
public struct ComparedRun: Sendable {
  public let name: ExperimentName
  /// `nil` for a run without a version.
  public let version: Int?
  /// The name, with the version where that is not the newest or the name stands for several runs.
  public internal(set) var label: String
  /// Hexadecimal.
  public let commit: String?
  public let time: Date?
  public internal(set) var status: ExperimentSummary.Status
  /// Complete, by full keys, in the order of the parameters.
  public internal(set) var settings: [JSONMember] = []
  /// Of the evaluation that belongs to the saved weights, by names such as `validation/bleu` and `test/bleu`.
  public internal(set) var scores: [JSONMember] = []
  public internal(set) var dataset: DatasetRecord?
  public internal(set) var backbone: BackboneRecord?
  public internal(set) var environment: EnvironmentRecord?
  public internal(set) var validation: EvaluatedRows?
  public internal(set) var test: EvaluatedRows?
  /// Of the later evaluation that is compared.
  public internal(set) var data: EvaluatedRows?
  /// The settings that evaluation was made by, in one order for all runs.
  public internal(set) var dataSettings: [JSONMember] = []
  /// Why it takes no part.
  public internal(set) var problem: Incomparable?

  /// Reads a version; what cannot be read becomes its `problem`.
  public init(_ version: ExperimentVersion) {
    name = version.name
    self.version = version.number
    label = version.isNewest ? version.name.text : "\(version.name)@\(version.number)"
    commit = version.commit.id.hex
    time = version.commit.time
    status = .unreadable
    do {
      try read(version)
    } catch {
      problem = .unreadable("\(error)")
    }
  }

  /// A run that is no version: one that goes on or was interrupted.
  public init(unfinished name: ExperimentName, status: ExperimentSummary.Status, time: Date? = nil) {
    self.name = name
    version = nil
    label = name.text
    commit = nil
    self.time = time
    self.status = status
    problem = .unfinished
  }

  /// A run put together from its parts.
  public init(
    name: ExperimentName, version: Int = 1, settings: [JSONMember], scores: [JSONMember],
    dataset: DatasetRecord? = nil, validation: EvaluatedRows? = nil, test: EvaluatedRows? = nil
  ) {
    self.name = name
    self.version = version
    label = name.text
    commit = nil
    time = nil
    status = .completed
    self.settings = settings
    self.scores = scores
    self.dataset = dataset
    self.validation = validation
    self.test = test
  }

  private mutating func read(_ version: ExperimentVersion) throws {
    let result = try version.result()
    let saved = result.outcome.saved
    settings = result.outcome.settings
    scores = (saved?.values ?? []) + (result.outcome.others.first { $0.key == "test" }?.value.objectMembers ?? [])
    status = result.status == .completed ? .completed : .failed
    if result.status == .failed { problem = .failed(result.outcome.reason ?? "no reason was recorded") }
    if try version.hasFile("dataset.json") { dataset = try version.dataset() }
    if try version.hasFile("backbone.json") { backbone = try version.backbone() }
    if try version.hasFile("environment.json") { environment = try version.environment() }
    if let saved { validation = try EvaluatedRows(String(saved.step), of: version) }
    test = try EvaluatedRows("test", of: version)
  }

  public func setting(_ key: String) -> JSONValue? { settings.first { $0.key == key }?.value }

  public func score(_ metric: ComparisonMetric) -> Double? {
    scores.first { $0.key == metric.name }?.value.doubleValue
  }

  public var seed: Int? { setting("environment.seed")?.integerValue }

  func evaluation(on part: ComparisonMetric.Part) -> EvaluatedRows? {
    switch part {
    case .validation: validation
    case .test: test
    case .data: data
    }
  }

  /// Takes in a later evaluation: its scores as `data/bleu` and so on, and its rows.
  ///
  /// - Parameter settings: what its scores depend on; runs in which they differ are not seeds of one setting.
  /// - Throws: `ExperimentsError` naming file and line of what is damaged.
  public mutating func take(
    _ evaluation: LaterEvaluation, predictions: Data, madeBy settings: [JSONMember] = []
  ) throws {
    guard problem == nil else { return }
    dataSettings = settings
    data = try EvaluatedRows(
      evaluation.id, predictions: predictions, scores: evaluation.scores,
      place: "the evaluation \(evaluation.id) of \(name)@\(evaluation.request.version)")
    let counts = evaluation.coverage(of: ComparisonMetric.Measure.judge.rawValue)?.members ?? []
    scores += ((evaluation.scores["scores"]?.objectMembers ?? []) + counts).map {
      JSONMember("\(ComparisonMetric.Part.data.rawValue)/\($0.key)", $0.value)
    }
  }

  /// Says that it was never evaluated on the data to be compared on.
  ///
  /// - Parameter reason: goes on behind `it has no`.
  public mutating func lack(_ reason: String) {
    problem = problem ?? .noScore(metric: reason)
  }
}
