internal import Scores
internal import Tables

/// What is not the same in two versions, each of any experiment.
public struct VersionDifference: Sendable {
  public let first: ComparedRun
  public let second: ComparedRun
  public let records: ComparisonDifferences
  /// Every score that at least one of them has.
  public let scores: [ScoreDifference]
  public let validation: PredictionDifference?
  public let test: PredictionDifference?
  /// Of later evaluations, where those are compared.
  public let data: PredictionDifference?
  /// The second tested against the first, by the metric of the first unless another is asked for.
  public let comparison: Comparison

  public struct ScoreDifference: Hashable, Sendable {
    /// As in `validation/bleu`.
    public let name: String
    public let first: Double?
    public let second: Double?
    public var difference: Double? { first.flatMap { first in second.map { $0 - first } } }
  }

  /// - Throws: `ExperimentsError` only for what makes any comparison impossible; damage is said in its place.
  public init(_ first: ExperimentVersion, _ second: ExperimentVersion, options: Comparison.Options) throws {
    try self.init(runs: ComparedRun(first), ComparedRun(second), options: options)
  }

  public init(runs first: ComparedRun, _ second: ComparedRun, options: Comparison.Options) throws {
    var options = options
    options.groupsSeeds = false
    comparison = try Comparison(runs: [first, second], baseline: .run(first.reference), options: options)
    self.first = comparison.runs[0]
    self.second = comparison.runs[1]
    records = comparison.differences
    var names = first.scores.map(\.key)
    names += second.scores.map(\.key).filter { !names.contains($0) }
    scores = names.map { name in
      func value(_ run: ComparedRun) -> Double? { run.scores.first { $0.key == name }?.value.doubleValue }
      return ScoreDifference(name: name, first: value(first), second: value(second))
    }
    validation = PredictionDifference(first.validation, second.validation)
    test = PredictionDifference(first.test, second.test)
    data = PredictionDifference(first.data, second.data)
  }
}

extension ComparedRun {
  /// The name with the version.
  public var reference: String { version.map { "\(name)@\($0)" } ?? name.text }
}

/// The rows that two evaluations share, and those answered differently.
public struct PredictionDifference: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    /// Its index in the data file, from 0.
    public let row: Int
    public let prompt: String
    public let reference: String
    /// `nil` when no text was generated.
    public let first: String?
    public let second: String?
    /// BLEU of the row alone; `nil` without counts.
    public let firstScore: Double?
    public let secondScore: Double?
  }

  /// In the order of the data file.
  public let differing: [Row]
  public let sharedCount: Int
  /// Rows that only one of them was scored on.
  public let onlyFirst: Int
  public let onlySecond: Int

  /// - Returns: `nil` when either evaluation is missing.
  init?(_ first: EvaluatedRows?, _ second: EvaluatedRows?) {
    guard let first, let second else { return nil }
    var others: [EvaluatedRows.Identity.Key: [EvaluatedRows.Row]] = [:]
    for row in second.rows { others[row.key, default: []].append(row) }
    var shared: [(EvaluatedRows.Row, EvaluatedRows.Row)] = []
    for row in first.rows {
      guard let other = others[row.key]?.first else { continue }
      others[row.key]?.removeFirst()
      shared.append((row, other))
    }
    sharedCount = shared.count
    onlyFirst = first.rows.count - shared.count
    onlySecond = second.rows.count - shared.count
    differing = shared.filter { $0.prediction.map(ExactText.init) != $1.prediction.map(ExactText.init) }.map {
      row, other in
      Row(
        row: row.row, prompt: row.prompt, reference: row.reference, first: row.prediction, second: other.prediction,
        firstScore: row.bleu.map { BLEU.sentenceScore(of: $0).score },
        secondScore: other.bleu.map { BLEU.sentenceScore(of: $0).score })
    }
  }
}

extension EvaluatedRows.Row {
  fileprivate var key: EvaluatedRows.Identity.Key {
    EvaluatedRows.Identity.Key(row: row, reference: ExactText(reference))
  }
}
