internal import Scores

extension Comparison {
  /// Compares versions, read here, and runs without one.
  ///
  /// - Throws: `ExperimentsError` when the baseline is not among them. What cannot be read of a run is said in its place.
  public init(
    versions: [ExperimentVersion], unfinished: [ComparedRun] = [], baseline: BaselineChoice, options: Options
  ) throws {
    try self.init(runs: versions.map(ComparedRun.init) + unfinished, baseline: baseline, options: options)
  }

  /// Compares runs that were read before.
  ///
  /// - Throws: `ExperimentsError` when the baseline is not among them.
  public init(runs given: [ComparedRun], baseline choice: BaselineChoice, options: Options) throws {
    let runs = Self.labelled(given)
    let named = try choice.index(in: runs)
    let metric = Self.metric(of: runs, named: named, options)
    let groups = SeedGrouping.groups(of: runs, merging: options.groupsSeeds) {
      ScoredCandidate.problem(of: $0, by: metric) == nil
    }
    let resampling = Resampling(
      count: options.resampleCount ?? Options.resampleCount(forTests: groups.count - 1), seed: options.seed)
    let sampling = ScoredCandidate.Sampling(resampling: resampling, confidence: options.confidence)
    let scored = groups.map { ScoredCandidate(runs: $0, of: runs, by: metric, sampling) }
    let ranking = Ranking(scored, by: metric, named: named)
    let candidates = Self.candidates(ranking, metric, resampling, options)

    self.options = options
    self.metric = metric
    self.resampling = resampling
    self.runs = runs
    self.candidates = candidates
    baseline = ranking.baseline
    isBaselineNamed = named != nil
    differences = ComparisonDifferences(runs)
    verdict = Verdict(candidates, baseline: ranking.baseline, metric)
    warnings = ComparisonWarning.all(
      candidates: candidates, runs: runs, verdict: verdict, metric: metric, isBaselineNamed: named != nil,
      options: options)
  }

  /// Names with their versions where one name stands for several runs.
  private static func labelled(_ runs: [ComparedRun]) -> [ComparedRun] {
    let counts = Dictionary(grouping: runs, by: \.name).mapValues(\.count)
    return runs.map { run in
      var run = run
      if let version = run.version, counts[run.name, default: 0] > 1 { run.label = "\(run.name)@\(version)" }
      return run
    }
  }

  private static func metric(of runs: [ComparedRun], named: Int?, _ options: Options) -> ComparisonMetric {
    if let metric = options.metric { return metric }
    let model = named.map { runs[$0] } ?? runs.first { $0.problem == nil } ?? runs.first
    return ComparisonMetric(ofSettings: model?.settings ?? []).on(options.part)
  }

  private static func candidates(
    _ ranking: Ranking, _ metric: ComparisonMetric, _ resampling: Resampling, _ options: Options
  ) -> [Candidate] {
    let standings = ranking.ordered.indices.map { index -> Result<Ranking.Tested, Incomparable>? in
      index == ranking.baseline ? nil : ranking.test(index, resampling, options.confidence)
    }
    let raw = standings.compactMap { standing -> Double? in
      guard case .success(let tested) = standing else { return nil }
      return max(tested.rows.pValue, tested.seedPValue ?? 0)
    }
    var adjusted = HolmCorrection.adjusted(raw)[...]
    return zip(ranking.ordered, standings).map { candidate, standing in
      let result: Standing
      switch standing {
      case nil: result = .baseline
      case .failure(let reason): result = .untested(reason)
      case .success(let tested):
        let pValue = adjusted.removeFirst()
        result = .tested(
          BaselineTest(
            rows: tested.rows, coverage: tested.coverage, seedPValue: tested.seedPValue,
            pValue: max(tested.rows.pValue, tested.seedPValue ?? 0), adjustedPValue: pValue,
            isBetter: metric.isBetter(tested.rows.difference, than: 0), isMoreThanLuck: pValue < options.significance))
      }
      return Candidate(
        label: candidate.label, runs: candidate.runs, score: candidate.score, problem: candidate.problem,
        spread: candidate.spread, test: candidate.test, standing: result)
    }
  }
}

extension Comparison.Options {
  /// Enough that Holm's correction can still find a difference: its smallest p-value is tests / (resamples + 1).
  static func resampleCount(forTests tests: Int) -> Int { max(1_000, 40 * tests) }
}

extension Comparison.BaselineChoice {
  /// The run that was named, `nil` when the best is asked for.
  fileprivate func index(in runs: [ComparedRun]) throws -> Int? {
    guard case .run(let text) = self else { return nil }
    let found = runs.firstIndex { run in
      run.label == text || run.name.text == text || run.version.map { "\(run.name)@\($0)" } == text
    }
    guard let found else {
      let like = nearest(to: text, among: runs.map(\.label)).map { " Did you mean '\($0)'?" } ?? ""
      throw ExperimentsError(
        .noSuchExperiment, "cannot compare with \(quoted(text)): it is not among the runs to be compared.\(like)")
    }
    return found
  }
}
