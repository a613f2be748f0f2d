internal import Scores

extension Verdict {
  /// - Parameter candidates: in their order, tested against the baseline.
  init(_ candidates: [Candidate], baseline: Int?, _ metric: ComparisonMetric) {
    let scored = candidates.indices.filter { candidates[$0].score != nil }
    guard let first = scored.first else {
      self = .noScore
      return
    }
    guard scored.count > 1 else {
      self = .onlyOne(winner: first)
      return
    }
    // With the baseline in front the next that could be tested is the rival, else the baseline itself.
    let others = scored.filter { $0 != first }
    let tested = others.first { candidates[$0].standing.test != nil }
    let rival = first == baseline ? tested ?? others[0] : baseline ?? others[0]
    let measured = first == baseline ? rival : first
    guard candidates[rival].score != nil, let test = candidates[measured].standing.test else {
      self = .incomparable(winner: first, rival: rival, reason: candidates[measured].standing.reason ?? .baseline)
      return
    }
    let isReversed = (first == baseline) == metric.isHigherBetter
    let interval = isReversed ? test.rows.interval.negated : test.rows.interval
    self = .decided(
      Lead(
        winner: first, rival: rival, margin: isReversed ? -test.rows.difference : test.rows.difference,
        lower: interval.lower, upper: interval.upper, adjustedPValue: test.adjustedPValue,
        testCount: candidates.count { $0.standing.test != nil }, isMoreThanLuck: test.isMoreThanLuck,
        rows: test.coverage?.scored ?? candidates[first].score?.rows ?? 0))
  }
}

extension Standing {
  public var test: BaselineTest? { if case .tested(let test) = self { test } else { nil } }
  public var reason: Incomparable? { if case .untested(let reason) = self { reason } else { nil } }
}

extension ComparisonWarning {
  /// From this many candidates on, the best of them owes some of its lead to being chosen.
  private static let manyCandidates = 3

  private static func fewest(
    of parts: [(String, ScoreCoverage)]
  ) -> (label: String, coverage: ScoreCoverage, others: Int)? {
    parts.min { $0.1.scored < $1.1.scored }.map { ($0.0, $0.1, parts.count - 1) }
  }

  static func all(
    candidates: [Candidate], runs: [ComparedRun], verdict: Verdict, metric: ComparisonMetric, isBaselineNamed: Bool,
    options: Comparison.Options
  ) -> [ComparisonWarning] {
    var warnings: [ComparisonWarning] = []
    let own = Set(runs.filter { $0.problem == nil }.map { ComparisonMetric(ofSettings: $0.settings) })
    if options.metric == nil, own.count > 1 { warnings.append(.mixedMetrics(used: metric.shortName)) }
    for candidate in candidates {
      if case .untested(let reason) = candidate.standing {
        warnings.append(.notCompared(label: candidate.label, reason: reason))
      } else if case .baseline = candidate.standing, let reason = candidate.problem ?? candidate.score?.whyNoInterval {
        warnings.append(.notCompared(label: candidate.label, reason: reason))
      }
      if candidate.hasSeveralSeeds, case .differentRows = candidate.score?.whyNoInterval {
        warnings.append(.seedsOnDifferentRows(label: candidate.label))
      }
    }
    let partial = candidates.compactMap { candidate in candidate.score.map { (candidate.label, $0.coverage) } }
    if let (label, coverage, others) = fewest(of: partial.filter(\.1.isPartial)) {
      warnings.append(.partialScore(label: label, coverage, others: others))
    }
    let shared = candidates.compactMap { candidate in
      candidate.standing.test?.coverage.map { (candidate.label, $0) }
    }
    if let (label, coverage, others) = fewest(of: shared) {
      warnings.append(.sharedRows(label: label, coverage, others: others))
    }
    let scored = candidates.filter { $0.score != nil }
    let rows = scored.compactMap { $0.score?.interval == nil ? nil : $0.score?.rows }.min()
    if let rows, rows < Bootstrap.fewestRowsForConfidence { warnings.append(.fewRows(rows)) }
    guard case .decided(let lead) = verdict else { return warnings }
    let hasMany = scored.count >= manyCandidates
    // Where nobody named a baseline even the better of two was chosen by its score.
    if metric.part == .validation, hasMany || !isBaselineNamed {
      let isTested = candidates[lead.winner].test != nil
      warnings.append(.optimisticWinner(candidates: scored.count, isTested: isTested))
    }
    if hasMany, !isBaselineNamed { warnings.append(.bestIsBaseline) }
    if [lead.winner, lead.rival].contains(where: { !candidates[$0].hasSeveralSeeds }) { warnings.append(.singleSeeds) }
    return warnings
  }
}
