internal import Scores
internal import Tables

/// A candidate on its way to being judged: its score on every resample beside what is shown of it.
struct ScoredCandidate {
  let runs: [Int]
  let label: String
  private(set) var problem: Incomparable?
  private(set) var score: ScoreEstimate?
  private(set) var test: ScoreEstimate?
  private(set) var spread: SeedSpread?
  /// What its score was measured on; `nil` when that was not recorded.
  private(set) var identity: EvaluatedRows.Identity?
  /// Its score on every resample, for several seeds the mean; empty when its rows cannot be drawn anew.
  private(set) var resampled: [Double] = []
  /// What a judge gave each row, a list for every seed; empty for another measure, and where its rows cannot be drawn anew.
  private(set) var judged: [[Double?]] = []

  init(runs indices: [Int], of all: [ComparedRun], by metric: ComparisonMetric, _ sampling: Sampling) {
    let members = indices.map { all[$0] }
    runs = indices
    label = SeedGrouping.label(of: members)
    if let problem = members.lazy.compactMap({ Self.problem(of: $0, by: metric) }).first {
      self.problem = problem
      return
    }
    let measured = Measured(members, by: metric, sampling)
    score = measured.estimate
    identity = measured.identity
    resampled = measured.resampled
    if metric.measure == .judge, !resampled.isEmpty {
      judged = members.compactMap { $0.evaluation(on: metric.part)?.rows.map(\.judgeScore) }
    }
    spread = SeedSpread(members.compactMap { $0.score(metric) }, confidence: sampling.confidence)
    if metric.part == .validation, members.allSatisfy({ $0.score(metric.on(.test)) != nil }) {
      test = Measured(members, by: metric.on(.test), sampling).estimate
    }
  }

  /// Why a run cannot be scored, `nil` when it can.
  static func problem(of run: ComparedRun, by metric: ComparisonMetric) -> Incomparable? {
    if let problem = run.problem { return problem }
    guard let member = run.scores.first(where: { $0.key == metric.name }) else {
      return .noScore(metric: metric.shortName)
    }
    return member.value.doubleValue.map(\.isFinite) == true ? nil : .notFinite
  }

  /// How rows are drawn, and how sure an interval has to be.
  struct Sampling {
    let resampling: Resampling
    let confidence: Double
  }
}

/// The score of a setting on one part of the data, with its uncertainty.
private struct Measured {
  let estimate: ScoreEstimate
  private(set) var identity: EvaluatedRows.Identity?
  private(set) var resampled: [Double] = []

  /// - Parameter members: runs of one setting, each with a finite score.
  init(_ members: [ComparedRun], by metric: ComparisonMetric, _ sampling: ScoredCandidate.Sampling) {
    let values = members.compactMap { $0.score(metric) }
    let value = values.reduce(0, +) / Double(values.count)
    let evaluations = members.map { $0.evaluation(on: metric.part) }
    let coverage = Self.coverage(members, evaluations, metric)
    let rowCount = coverage.scored
    switch Self.rows(of: evaluations, scores: values, by: metric.measure) {
    case .failure(let reason):
      // What was scored is known even where its rows cannot be drawn anew.
      if case .differentRows = reason {} else { identity = evaluations[0]?.identity(for: metric.measure) }
      estimate = ScoreEstimate(
        value: value, rows: rowCount, missing: coverage.missing, interval: nil, whyNoInterval: reason)
    case .success(let systems):
      identity = evaluations[0]?.identity(for: metric.measure)
      guard rowCount >= Bootstrap.fewestRows else {
        estimate = ScoreEstimate(
          value: value, rows: rowCount, missing: coverage.missing, interval: nil, whyNoInterval: .tooFewRows(rowCount))
        return
      }
      // Seeds that a judge scored on other rows cannot be drawn together.
      let scores =
        Set(systems.map(\.count)).count == 1
        ? Bootstrap.scores(of: systems, resampling: sampling.resampling)
        : systems.flatMap { Bootstrap.scores(of: [$0], resampling: sampling.resampling) }
      let means = (0..<sampling.resampling.count).map { resample in
        scores.reduce(0) { $0 + $1[resample] } / Double(scores.count)
      }
      let interval =
        means.allSatisfy(\.isFinite) ? ConfidenceInterval.percentile(of: means, confidence: sampling.confidence) : nil
      if interval != nil { resampled = means }
      estimate = ScoreEstimate(
        value: value, rows: rowCount, missing: coverage.missing, interval: interval,
        whyNoInterval: interval == nil ? .notFinite : nil)
    }
  }

  /// Of the run with the fewest rows scored.
  private static func coverage(
    _ members: [ComparedRun], _ evaluations: [EvaluatedRows?], _ metric: ComparisonMetric
  ) -> ScoreCoverage {
    let all = zip(members, evaluations).map { run, evaluation in
      evaluation?.coverage(by: metric.measure) ?? ScoreCoverage(of: metric.name, in: run.scores)
        ?? ScoreCoverage(scored: 0, rows: 0)
    }
    return all.min { ($0.scored, -$0.missing) < ($1.scored, -$1.missing) } ?? all[0]
  }

  /// The rows of every seed, checked to be the same rows and to give the recorded scores.
  private static func rows(
    of evaluations: [EvaluatedRows?], scores: [Double], by measure: ComparisonMetric.Measure
  ) -> Result<[ScoredRows], Incomparable> {
    let recorded = evaluations.compactMap { $0 }
    guard recorded.count == evaluations.count else {
      return .failure(.noRowStatistics("its predictions are not recorded"))
    }
    let identity = recorded[0].identity(for: measure)
    for other in recorded.dropFirst() {
      if let objection = other.identity(for: measure).objection(to: identity) { return .failure(objection) }
    }
    var systems: [ScoredRows] = []
    for (evaluation, score) in zip(recorded, scores) {
      switch evaluation.scored(by: measure) {
      case .failure(let reason): return .failure(reason)
      case .success(let rows):
        guard abs(rows.score - score) <= 1e-6 * max(1, abs(score)) else {
          return .failure(.noRowStatistics("they give \(rows.score), and the recorded score is \(score)"))
        }
        systems.append(rows)
      }
    }
    return .success(systems)
  }
}
