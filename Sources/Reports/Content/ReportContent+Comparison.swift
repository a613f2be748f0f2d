public import Experiments
internal import Scores
internal import Tables

extension ReportContent {
  /// What a comparison found, with the details of its runs.
  ///
  /// - Parameters:
  ///   - versions: those the comparison was made of, in any order; other runs have no details.
  ///   - title: shown on top.
  ///   - notes: what was said about the experiments later.
  ///   - laterEvaluations: made of the experiments' versions later.
  ///   - explanations: what settings mean, by full key.
  public init(
    _ comparison: Comparison, versions: [ExperimentVersion], title: String,
    notes: [ExperimentName: ExperimentNotes] = [:], laterEvaluations: [ExperimentName: [LaterEvaluation]] = [:],
    explanations: [String: Label]
  ) {
    var byCommit: [String: ExperimentVersion] = [:]
    for version in versions { byCommit["\(version.name) \(version.commit.id.hex)"] = version }
    func version(_ run: ComparedRun) -> ExperimentVersion? {
      run.commit.flatMap { byCommit["\(run.name) \($0)"] }
    }
    // Colours and tables follow the leaderboard.
    let order = comparison.candidates.flatMap(\.runs)
    var places: [Int: Int] = [:]
    for (place, run) in order.enumerated() { places[run] = place }
    var runs = order.map { index in
      let run = comparison.runs[index]
      var reported = ReportedRun(run, version: version(run))
      reported.add(notes[run.name])
      reported.laterEvaluations = (laterEvaluations[run.name] ?? []).filter { $0.request.version == run.version }
      return reported
    }
    let winner = comparison.verdict.winner.flatMap { comparison.candidates[$0].runs.first } ?? order.first
    // The run's own evaluation before training is on its own rows.
    if comparison.metric.part != .data, let winner, let place = places[winner],
      let version = version(comparison.runs[winner])
    {
      do {
        try runs[place].readUntouched(version)
      } catch {
        runs[place].problem = runs[place].problem ?? "\(error)"
      }
    }
    let differences = comparison.differences
    self.init(
      title: title, metric: comparison.metric, runs: runs,
      candidates: comparison.candidates.map { candidate in
        ReportedCandidate(candidate, runs: candidate.runs.compactMap { places[$0] })
      },
      conclusion: Conclusion(comparison.verdict, confidence: comparison.options.confidence),
      warnings: comparison.warnings, varyingSettings: differences.settings.map(\.key),
      otherDifferences: (differences.data + differences.backbone + differences.environment).map { difference in
        OtherDifference(
          key: difference.key, values: order.map { difference.values[$0].map { $0.stringValue ?? $0.line() } })
      },
      explanations: explanations)
  }
}

extension ReportedCandidate {
  fileprivate init(_ candidate: Candidate, runs: [Int]) {
    let standing: ReportedStanding =
      switch candidate.standing {
      case .baseline: .baseline
      case .untested(let reason): .untested(reason)
      case .tested(let test):
        .tested(
          difference: test.rows.difference, interval: test.rows.interval, pValue: test.adjustedPValue,
          isMoreThanLuck: test.isMoreThanLuck)
      }
    self.init(
      label: candidate.label, runs: runs, score: candidate.score.map(ReportedScore.init),
      problem: candidate.problem, seedDeviation: candidate.spread?.standardDeviation,
      testScore: candidate.test.map(ReportedScore.init), standing: standing)
  }
}

extension ReportedScore {
  fileprivate init(_ estimate: ScoreEstimate) {
    self.init(
      value: estimate.value, rows: estimate.rows, missing: estimate.missing, interval: estimate.interval,
      whyNoInterval: estimate.whyNoInterval)
  }
}

extension Conclusion {
  fileprivate init(_ verdict: Verdict, confidence: Double) {
    switch verdict {
    case .noScore: self = .noScore
    case .onlyOne(let winner): self = .onlyOne(winner: winner)
    case .incomparable(let winner, let rival, let reason):
      self = .incomparable(winner: winner, rival: rival, reason: reason)
    case .decided(let lead):
      self = .decided(
        ReportedLead(
          winner: lead.winner, rival: lead.rival, margin: lead.margin,
          interval: ConfidenceInterval(lower: lead.lower, upper: lead.upper, confidence: confidence),
          pValue: lead.adjustedPValue, testCount: lead.testCount, isMoreThanLuck: lead.isMoreThanLuck,
          rows: lead.rows))
    }
  }
}
