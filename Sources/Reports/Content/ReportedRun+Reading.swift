public import Experiments
internal import Tables

extension ReportedRun {
  /// A run of a comparison with what else its version holds: curves, samples, times.
  ///
  /// What cannot be read is left out and said in `problem`; one damaged run must not keep the others from being shown.
  ///
  /// - Parameter version: the version `run` was read from; `nil` for a run that became none.
  public init(_ run: ComparedRun, version: ExperimentVersion?) {
    self.init(
      origin: Origin(name: run.name.text, version: run.version, commit: run.commit), status: run.status)
    time = run.time
    settings = run.settings
    scores = run.scores
    dataset = run.dataset
    backbone = run.backbone
    environment = run.environment
    predictions = ((run.data ?? run.validation)?.rows ?? []).map {
      ReportedPrediction(row: $0.row, prompt: $0.prompt, reference: $0.reference, prediction: $0.prediction)
    }
    switch run.problem {
    case .failed(let reason): problem = reason
    case .unreadable(let reason): problem = reason
    default: break
    }
    guard let version else { return }
    do {
      try read(version)
    } catch {
      problem = problem ?? "\(error)"
    }
  }

  private mutating func read(_ version: ExperimentVersion) throws {
    // The first line of the message names the commit; what the user said stands below it.
    let body = version.commit.message.drop { $0 != "\n" }.drop { $0.isWhitespace }
    note = body.isEmpty ? nil : String(body.reversed().drop { $0.isWhitespace }.reversed())
    let result = try version.result()
    trainingSeconds = result.outcome.trainingSeconds
    tokensPerSecond = result.outcome.tokensPerSecond
    peakBytes = result.outcome.peakBytes
    let outcome = result.outcome
    for (isBest, scores) in [(true, outcome.best), (false, outcome.last)] {
      guard let scores, let saved = outcome.saved, scores.step != saved.step else { continue }
      otherEvaluation = OtherEvaluation(isBest: isBest, step: scores.step, scores: scores.values)
    }
    beforeTraining = result.outcome.others.first { $0.key == "before_training" }?.value.objectMembers ?? []
    for line in try version.lines(of: .metrics) {
      guard let step = line["step"]?.integerValue, (0...Self.largestStep).contains(step) else { continue }
      for member in line.objectMembers ?? [] where member.key.contains("/") {
        guard let value = member.value.doubleValue else { continue }
        curves[member.key, default: []].append(CurvePoint(step: step, value: value))
      }
    }
  }

  /// What was said about the run after it was recorded.
  mutating func add(_ notes: ExperimentNotes?) {
    guard let notes else { return }
    tags = notes.tags(of: origin.version)
    let texts = [note].compactMap { $0 } + notes.notes(of: origin.version).map(\.text)
    note = texts.isEmpty ? nil : texts.joined(separator: "\n")
  }

  /// Beyond this a step is no step, and drawing it would lose precision.
  private static let largestStep = 1_000_000_000

  /// What the untouched model said, from the evaluation before the first step.
  ///
  /// - Throws: `ExperimentsError` when it is damaged.
  public mutating func readUntouched(_ version: ExperimentVersion) throws {
    let path = "evaluations/0/predictions.jsonl"
    guard try version.hasFile(path) else { return }
    for line in try MetricLog.lines(version.data(path), name: path) {
      if let row = line["row"]?.integerValue, let text = line["prediction"]?.stringValue { untouched[row] = text }
    }
  }
}
