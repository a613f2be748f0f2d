/// The outcome of a comparison in one piece, from which a sentence in any language can be made.
public enum Verdict: Hashable, Sendable {
  /// Nothing was given, or no run has the score.
  case noScore
  /// One candidate: a second is needed.
  case onlyOne(winner: Int)
  /// The best two cannot be compared with each other.
  case incomparable(winner: Int, rival: Int, reason: Incomparable)
  case decided(Lead)

  /// The best candidate and its distance to the baseline, or to the next best when it is the baseline itself.
  public struct Lead: Hashable, Sendable {
    /// Index into `Comparison.candidates`.
    public let winner: Int
    public let rival: Int
    /// Positive: by how much the winner is better, in units of the metric.
    public let margin: Double
    public let lower: Double
    public let upper: Double
    public let adjustedPValue: Double
    /// How many tests the p-value was corrected for.
    public let testCount: Int
    public let isMoreThanLuck: Bool
    /// Rows both were scored on.
    public let rows: Int

    /// Whether both score the same on whatever rows are drawn.
    public var isEqual: Bool { margin == 0 && lower == 0 && upper == 0 }
  }

  public var winner: Int? {
    switch self {
    case .noScore: nil
    case .onlyOne(let winner), .incomparable(let winner, _, _): winner
    case .decided(let lead): lead.winner
    }
  }
}

/// What a reader of a comparison has to know beside the numbers.
public enum ComparisonWarning: Hashable, Sendable {
  /// A run that takes no part, or is not tested, and why.
  case notCompared(label: String, reason: Incomparable)
  /// A judge gave no score for some rows: the candidate with the fewest, and how many others are so.
  case partialScore(label: String, ScoreCoverage, others: Int)
  /// A difference over the rows for which both have a judge's score: that with the fewest, and how many others are so.
  case sharedRows(label: String, ScoreCoverage, others: Int)
  /// So few rows that intervals are rough.
  case fewRows(Int)
  /// The best of several was chosen on the rows it is scored on, which flatters it; whether it has a test score too.
  case optimisticWinner(candidates: Int, isTested: Bool)
  /// The baseline is the best of several, which makes the others look worse.
  case bestIsBaseline
  /// One seed each: the spread between seeds is not covered.
  case singleSeeds
  /// The runs are configured to be judged by different metrics; the one used.
  case mixedMetrics(used: String)
  /// The seeds of a setting were scored on different rows, so only their mean is given.
  case seedsOnDifferentRows(label: String)
}
