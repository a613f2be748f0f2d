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
    func place(_ index: Int) -> Int {
      guard candidates[index].score != nil else { return 2 }
      guard let reference else { return 1 }
      return index == reference || candidates[index].objection(to: candidates[reference]) == nil ? 0 : 1
    }
    let order = candidates.indices.sorted { first, second in
      let places = (place(first), place(second))
      if places.0 != places.1 { return places.0 < places.1 }
      if let scores = Self.both(candidates[first].score?.value, candidates[second].score?.value),
        scores.0 != scores.1
      {
        return metric.isBetter(scores.0, than: scores.1)
      }
      return first < second
    }
    ordered = order.map { candidates[$0] }
    baseline = reference.flatMap { order.firstIndex(of: $0) }
  }

  /// The best of the largest set that was scored on the same rows in the same way.
  private static func best(of candidates: [ScoredCandidate], by metric: ComparisonMetric) -> Int? {
    let scored = candidates.indices.filter { candidates[$0].score != nil }
    let sets = Dictionary(grouping: scored.filter { candidates[$0].identity != nil }) { candidates[$0].identity }
    let largest = sets.values.max { ($0.count, -$0[0]) < ($1.count, -$1[0]) } ?? scored
    return largest.min { first, second in
      guard let scores = both(candidates[first].score?.value, candidates[second].score?.value) else { return false }
      return scores.0 == scores.1 ? first < second : metric.isBetter(scores.0, than: scores.1)
    }
  }

  private static func both(_ first: Double?, _ second: Double?) -> (Double, Double)? {
    guard let first, let second else { return nil }
    return (first, second)
  }

  /// A candidate tested against the baseline: over rows, and over seeds where both have several.
  func test(_ index: Int, _ confidence: Double) -> Result<(PairedTest, Double?), Incomparable> {
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
    let rows = PairedTest(
      system: score.value, baseline: reference.value, resampledSystem: candidate.resampled,
      resampledBaseline: baseline.resampled, confidence: confidence)
    guard let rows else { return .failure(.notFinite) }
    var seeds: Double?
    if let own = candidate.spread, let others = baseline.spread { seeds = own.pValue(against: others) }
    return .success((rows, seeds))
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
