internal import Scores

/// The candidates in their order, and the one the others are tested against.
struct Ranking {
  /// First those that can be compared with the baseline, the best first, then other scores, then those without one.
  let ordered: [ScoredCandidate]
  let baseline: Int?

  /// - Parameter named: the run whose candidate is the baseline; `nil` takes the best.
  init(_ candidates: [ScoredCandidate], by metric: ComparisonMetric, named: Int?) {
    let reference =
      named.flatMap { run in candidates.firstIndex { $0.runs.contains(run) } }
      ?? Self.best(of: candidates, by: metric)
    let marks = candidates.indices.map { Self.mark($0, candidates, reference) }
    let order = candidates.indices.sorted { first, second in
      let (one, other) = (marks[first], marks[second])
      if one.place != other.place { return one.place < other.place }
      if let scores = Self.both(one.score, other.score), scores.0 != scores.1 {
        return metric.isBetter(scores.0, than: scores.1)
      }
      return first < second
    }
    ordered = order.map { candidates[$0] }
    baseline = reference.flatMap { order.firstIndex(of: $0) }
  }

  /// Where a candidate stands: 0 beside the baseline, 1 with a score that cannot be set beside it, 2 without one; and the
  /// score it is ordered by. Where a judge left rows out, that is the baseline's with the difference over the rows of both.
  private static func mark(
    _ index: Int, _ candidates: [ScoredCandidate], _ reference: Int?
  ) -> (place: Int, score: Double?) {
    guard let score = candidates[index].score?.value else { return (2, nil) }
    guard let reference, index != reference else { return (reference == nil ? 1 : 0, score) }
    let other = candidates[reference]
    guard candidates[index].objection(to: other) == nil else { return (1, score) }
    guard let shared = SharedRows(candidates[index], other) else { return (0, score) }
    return shared.areEnough ? (0, other.score.map { $0.value + shared.difference }) : (1, score)
  }

  /// The best of the largest set that was scored on the same rows in the same way.
  private static func best(of candidates: [ScoredCandidate], by metric: ComparisonMetric) -> Int? {
    let scored = candidates.indices.filter { candidates[$0].score != nil }
    let sets = Dictionary(grouping: scored.filter { candidates[$0].identity != nil }) { candidates[$0].identity }
    let largest = sets.values.max { ($0.count, -$0[0]) < ($1.count, -$1[0]) } ?? scored
    // A judge's mean over a few rows is no mark to measure others by.
    let covered = largest.filter { index in
      candidates[index].score.map { SharedRows.areEnough($0.rows, of: $0.coverage.rows) } ?? false
    }
    return (covered.isEmpty ? largest : covered).min { first, second in
      guard let scores = both(candidates[first].score?.value, candidates[second].score?.value) else { return false }
      return scores.0 == scores.1 ? first < second : metric.isBetter(scores.0, than: scores.1)
    }
  }

  private static func both(_ first: Double?, _ second: Double?) -> (Double, Double)? {
    guard let first, let second else { return nil }
    return (first, second)
  }

  /// A candidate tested against the baseline: over rows, and over seeds where both have several.
  func test(_ index: Int, _ resampling: Resampling, _ confidence: Double) -> Result<Tested, Incomparable> {
    let candidate = ordered[index]
    if let problem = candidate.problem { return .failure(problem) }
    guard let baseline = baseline.map({ ordered[$0] }), let reference = baseline.score else {
      return .failure(.baseline)
    }
    if let objection = candidate.objection(to: baseline) { return .failure(objection) }
    guard !candidate.resampled.isEmpty, let score = candidate.score else {
      return .failure(candidate.score?.whyNoInterval ?? .notFinite)
    }
    guard !baseline.resampled.isEmpty else { return .failure(.baseline) }
    var tested: PairedTest?
    let shared = SharedRows(candidate, baseline)
    if let shared {
      guard shared.areEnough else {
        return .failure(.differentRows(own: score.rows, others: reference.rows, shared: shared.count))
      }
      tested = shared.test(resampling, confidence)
    } else {
      tested = PairedTest(
        system: score.value, baseline: reference.value, resampledSystem: candidate.resampled,
        resampledBaseline: baseline.resampled, confidence: confidence)
    }
    guard let rows = tested else { return .failure(.notFinite) }
    var seeds: Double?
    if let own = candidate.spread, let others = baseline.spread { seeds = own.pValue(against: others) }
    return .success(
      Tested(
        rows: rows, seedPValue: seeds, coverage: shared.map { ScoreCoverage(scored: $0.count, rows: $0.all) }))
  }

  /// What a candidate's test against the baseline gave.
  struct Tested {
    let rows: PairedTest
    let seedPValue: Double?
    /// The rows it is over, where a judge left some out.
    let coverage: ScoreCoverage?
  }
}

extension ScoredCandidate {
  /// Why its score cannot be set beside another's, `nil` when it can.
  fileprivate func objection(to other: ScoredCandidate) -> Incomparable? {
    guard let identity else { return score?.whyNoInterval ?? problem ?? .noRowStatistics("no rows are recorded") }
    guard let others = other.identity else { return .baseline }
    return identity.objection(to: others)
  }
}
