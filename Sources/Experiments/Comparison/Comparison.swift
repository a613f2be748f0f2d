public import Scores

/// What was compared with what, by which score, and what came out: plain values for every way of showing it.
public struct Comparison: Sendable {
  public struct Options: Hashable, Sendable {
    /// `nil`: the metric of the baseline's own configuration.
    public var metric: ComparisonMetric?
    /// The rows that metric is taken on when it is the configuration's.
    public var part = ComparisonMetric.Part.validation
    /// `nil`: 1,000, or more when many candidates are tested together.
    public var resampleCount: Int?
    /// Of the draws; other seeds give slightly other intervals.
    public var seed: UInt64 = 12_345
    public var confidence = 0.95
    /// A difference whose adjusted p-value is below this is called more than luck.
    public var significance = 0.05
    /// Runs that differ only in their seed are one candidate; otherwise every run is its own.
    public var groupsSeeds = true

    public init() {}
  }

  /// Who the others are compared with.
  public enum BaselineChoice: Hashable, Sendable {
    /// The candidate with the best score.
    case best
    /// The candidate this run belongs to, as `name` or `name@2`.
    case run(String)
  }

  public let options: Options
  public let metric: ComparisonMetric
  /// How rows were drawn.
  public let resampling: Resampling
  /// Every run asked for, in the order given.
  public let runs: [ComparedRun]
  /// One per setting, the best first; those without a score last.
  public let candidates: [Candidate]
  /// Index into `candidates`; `nil` when none has a score.
  public let baseline: Int?
  /// Whether the baseline was named; otherwise it is the best, which its own tests then favour.
  public let isBaselineNamed: Bool
  public let differences: ComparisonDifferences
  public let verdict: Verdict
  public let warnings: [ComparisonWarning]

  public var baselineCandidate: Candidate? { baseline.map { candidates[$0] } }
}

/// A score with what is known of its uncertainty.
public struct ScoreEstimate: Hashable, Sendable {
  public let value: Double
  /// Rows it was measured on, 0 when they are not recorded.
  public let rows: Int
  /// Rows that have no part in it because a judge gave no score for them; of several seeds the most.
  public var missing = 0
  /// From drawing rows anew; it does not cover the spread between seeds. `nil` with `whyNoInterval`.
  public let interval: ConfidenceInterval?
  public let whyNoInterval: Incomparable?

  public var coverage: ScoreCoverage { ScoreCoverage(scored: rows, rows: rows + missing) }
}

/// One setting: a run, or several that differ only in their seed.
public struct Candidate: Sendable {
  /// The run's name, or what the names of its seeds have in common.
  public let label: String
  /// Indices into `Comparison.runs`; more than one for several seeds.
  public let runs: [Int]
  /// Of several seeds the mean of their scores; `nil` with `problem`.
  public let score: ScoreEstimate?
  /// Why it has no score.
  public let problem: Incomparable?
  /// Over its seeds, when there are several.
  public let spread: SeedSpread?
  /// The same measure on the test rows, where the runs were scored there.
  public let test: ScoreEstimate?
  public let standing: Standing

  public var hasSeveralSeeds: Bool { runs.count > 1 }
}

/// How a candidate compares with the baseline.
public enum Standing: Hashable, Sendable {
  case baseline
  case tested(BaselineTest)
  case untested(Incomparable)
}

/// A candidate beside the baseline, on the same rows.
public struct BaselineTest: Hashable, Sendable {
  /// Score minus the baseline's, whichever is better, with its interval and the p-value over rows.
  public let rows: PairedTest
  /// The rows it is over, where a judge gave no score for some: those for which both have one. The difference is then not
  /// that of both scores.
  public let coverage: ScoreCoverage?
  /// Welch's t-test between the seeds of both, where both have several.
  public let seedPValue: Double?
  /// The larger of both p-values: a difference must be more than the luck of rows and more than the luck of seeds.
  public let pValue: Double
  /// After Holm's correction for all tests of this comparison; `pValue` itself when it is the only one.
  public let adjustedPValue: Double
  /// Whether it is better than the baseline, by value alone.
  public let isBetter: Bool
  /// Whether the adjusted p-value is below the significance asked for.
  public let isMoreThanLuck: Bool
}
