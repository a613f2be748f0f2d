public import Experiments
public import Scores

/// All that a report shows, as plain values; nothing is computed from here on but places on a page.
public struct ReportContent: Sendable {
  public var title: String
  public var metric: ComparisonMetric
  public var runs: [ReportedRun]
  /// The best first, those without a score last.
  public var candidates: [ReportedCandidate]
  public var conclusion: Conclusion
  /// What a reader has to know beside the numbers.
  public var warnings: [ComparisonWarning]
  /// Full keys of the settings in which runs differ, in the order of the configuration.
  public var varyingSettings: [String]
  /// Other things in which runs differ: each with one text a run.
  public var otherDifferences: [OtherDifference]
  /// What settings mean, by full key.
  public var explanations: [String: Label]

  public init(
    title: String, metric: ComparisonMetric, runs: [ReportedRun], candidates: [ReportedCandidate],
    conclusion: Conclusion, warnings: [ComparisonWarning] = [], varyingSettings: [String] = [],
    otherDifferences: [OtherDifference] = [], explanations: [String: Label] = [:]
  ) {
    self.title = title
    self.metric = metric
    self.runs = runs
    self.candidates = candidates
    self.conclusion = conclusion
    self.warnings = warnings
    self.varyingSettings = varyingSettings
    self.otherDifferences = otherDifferences
    self.explanations = explanations
  }
}

/// Something outside the configuration in which runs differ.
public struct OtherDifference: Sendable, Hashable {
  public let key: String
  /// One a run.
  public let values: [String?]

  public init(key: String, values: [String?]) {
    self.key = key
    self.values = values
  }
}

/// What the comparison says; indices are into `ReportContent.candidates`.
public enum Conclusion: Sendable, Hashable {
  case noScore
  case onlyOne(winner: Int)
  case incomparable(winner: Int, rival: Int, reason: Incomparable)
  case decided(ReportedLead)

  var winner: Int? {
    switch self {
    case .noScore: nil
    case .onlyOne(let winner), .incomparable(let winner, _, _): winner
    case .decided(let lead): lead.winner
    }
  }
}

/// By how much the best is better than the next, and whether that is more than luck.
public struct ReportedLead: Sendable, Hashable {
  public let winner: Int
  public let rival: Int
  /// Positive, in units of the metric.
  public let margin: Double
  public let interval: ConfidenceInterval
  /// Corrected for the number of tests.
  public let pValue: Double
  public let testCount: Int
  public let isMoreThanLuck: Bool
  public let rows: Int

  public init(
    winner: Int, rival: Int, margin: Double, interval: ConfidenceInterval, pValue: Double, testCount: Int,
    isMoreThanLuck: Bool, rows: Int
  ) {
    self.winner = winner
    self.rival = rival
    self.margin = margin
    self.interval = interval
    self.pValue = pValue
    self.testCount = testCount
    self.isMoreThanLuck = isMoreThanLuck
    self.rows = rows
  }
}

/// One setting that was tried: a run, or several that differ only in their seed.
public struct ReportedCandidate: Sendable {
  public var label: String
  /// Indices into `ReportContent.runs`.
  public var runs: [Int]
  /// Of several seeds the mean.
  public var score: ReportedScore?
  /// Why there is no score.
  public var problem: Incomparable?
  /// Between seeds, where there are several.
  public var seedDeviation: Double?
  public var testScore: ReportedScore?
  public var standing: ReportedStanding

  public init(
    label: String, runs: [Int], score: ReportedScore?, problem: Incomparable? = nil, seedDeviation: Double? = nil,
    testScore: ReportedScore? = nil, standing: ReportedStanding
  ) {
    self.label = label
    self.runs = runs
    self.score = score
    self.problem = problem
    self.seedDeviation = seedDeviation
    self.testScore = testScore
    self.standing = standing
  }
}

/// A score on so many rows, with its interval or the reason why there is none.
public struct ReportedScore: Sendable, Hashable {
  public var value: Double
  public var rows: Int
  /// Rows that a judge gave no score for.
  public var missing = 0
  public var interval: ConfidenceInterval?
  public var whyNoInterval: Incomparable?

  public init(
    value: Double, rows: Int, missing: Int = 0, interval: ConfidenceInterval?, whyNoInterval: Incomparable? = nil
  ) {
    self.value = value
    self.rows = rows
    self.missing = missing
    self.interval = interval
    self.whyNoInterval = whyNoInterval
  }

  var coverage: ScoreCoverage { ScoreCoverage(scored: rows, rows: rows + missing) }
}

/// How a candidate compares with the baseline.
public enum ReportedStanding: Sendable, Hashable {
  case baseline
  /// Score minus the baseline's, with the p-value corrected for the number of tests.
  case tested(difference: Double, interval: ConfidenceInterval, pValue: Double, isMoreThanLuck: Bool)
  case untested(Incomparable)
}
