internal import Scores

/// Two settings scored by a judge who left out some rows of either, compared by the rows that every run of both has a
/// score for: means over different rows would differ by the rows as well.
struct SharedRows {
  /// Fewer than this share of the rows are too few to stand for all; the same as in the choice of a run's best evaluation.
  static func areEnough(_ count: Int, of all: Int) -> Bool { 2 * count >= all }

  let count: Int
  let all: Int
  private let system: [ScoredRows]
  private let baseline: [ScoredRows]

  /// - Returns: `nil` where no row lacks a score, or rows have no scores of their own.
  init?(_ candidate: ScoredCandidate, _ other: ScoredCandidate) {
    let judged = candidate.judged + other.judged
    guard !candidate.judged.isEmpty, !other.judged.isEmpty, judged.joined().contains(nil) else { return nil }
    let shared = judged[0].indices.filter { row in judged.allSatisfy { $0[row] != nil } }
    func rows(_ runs: [[Double?]]) -> [ScoredRows] {
      runs.map { scores in .mean(shared.compactMap { scores[$0] }) }
    }
    count = shared.count
    all = judged[0].count
    system = rows(candidate.judged)
    baseline = rows(other.judged)
  }

  /// Whether they are rows enough to compare by.
  var areEnough: Bool { Self.areEnough(count, of: all) && count >= Bootstrap.fewestRows }

  /// By how much the first scores more over them.
  var difference: Double { Self.mean(system.map(\.score)) - Self.mean(baseline.map(\.score)) }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// - Returns: `nil` when there is no interval.
  func test(_ resampling: Resampling, _ confidence: Double) -> PairedTest? {
    func resampled(_ runs: [ScoredRows]) -> [Double] {
      let scores = Bootstrap.scores(of: runs, resampling: resampling)
      return (0..<resampling.count).map { resample in Self.mean(scores.map { $0[resample] }) }
    }
    return PairedTest(
      system: Self.mean(system.map(\.score)), baseline: Self.mean(baseline.map(\.score)),
      resampledSystem: resampled(system),
      resampledBaseline: resampled(baseline), confidence: confidence)
  }
}
