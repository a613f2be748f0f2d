/// How an evaluation stands beside the best one before it, where a judge may have left rows without a score.
///
/// A mean over other rows is another quantity: one easy row that only one of two evaluations has a score for can decide
/// between them. So two evaluations are compared by their means over the rows that have a score in both (complete pairs),
/// and only where those are at least half of all rows; otherwise nothing is decided, as by a score that is missing.
public struct EvaluationChoice: Sendable, Hashable {
  public enum Outcome: Sendable, Hashable {
    case better, notBetter
    /// Too few rows have a score: the best stays what it was, and no patience is lost.
    case undecided
  }

  public let step: Int
  /// That of the best evaluation until then; `nil` when there was none.
  public let earlierStep: Int?
  /// Rows with a score in both evaluations, or in this one where there was none before.
  public let sharedCount: Int
  /// All rows; 0 for a metric that leaves none out.
  public let rowCount: Int
  /// The mean over the shared rows; `nil` without any.
  public let score: Double?
  /// The same of the best evaluation until then.
  public let earlierScore: Double?
  public let outcome: Outcome

  /// Whether a row without a score had a part in it.
  public var isPartial: Bool { sharedCount < rowCount }

  /// - Parameters:
  ///   - score: of the whole evaluation; more is better.
  ///   - rowScores: of every row, `nil` where it is missing; empty for a metric that leaves none out.
  init(step: Int, score: Double, rowScores: [Double?], best: TrainingPosition.Best?) {
    self.step = step
    earlierStep = best?.step
    rowCount = rowScores.count
    let earlier = best?.rowScores ?? []
    // A best evaluation without scores of rows is one whose mean is all that is known of it.
    let isPaired = !rowScores.isEmpty && earlier.count == rowScores.count
    let shared = rowScores.indices.filter { rowScores[$0] != nil && (!isPaired || earlier[$0] != nil) }
    sharedCount = shared.count
    self.score = rowScores.isEmpty ? score : Self.mean(shared.compactMap { rowScores[$0] })
    earlierScore = isPaired ? Self.mean(shared.compactMap { earlier[$0] }) : best?.score
    guard 2 * shared.count >= rowScores.count, let own = self.score else {
      outcome = .undecided
      return
    }
    outcome = earlierScore.map { own > $0 } ?? true ? .better : .notBetter
  }

  private static func mean(_ scores: [Double]) -> Double? {
    scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
  }
}
