import CommandLine
import Experiments
import FineTuning
import Foundation
import Spelling
import Tables

/// Carries a prepared run through to its version, an interruption or a recorded failure.
final class RunExecution {
  private let run: PreparedRun
  private let recorder: RunRecorder
  private var display: any RunProgress

  /// - Parameters:
  ///   - tags: belong to the version that the run is to become.
  ///   - version: the one this run repeats.
  ///   - progress: is told how the run goes on; shown on `console` unless given.
  convenience init(
    _ run: PreparedRun, workspace: Workspace, dirty: DirtyPolicy, note: String?, tags: [String] = [],
    repeating version: ExperimentVersion? = nil, console: Console, progress: (any RunProgress)? = nil
  ) throws {
    StopSignal.install()
    let occasion = RunOccasion(note: note, repeating: version)
    let recorder = try RunRecorder(run, workspace: workspace, occasion: occasion, dirty: dirty)
    try recorder.tag(tags)
    self.init(run, recorder, progress ?? RunDisplay(console, stepCount: run.trainer.plan.stepCount))
  }

  /// Goes on with an interrupted run.
  convenience init(
    resuming run: PreparedRun, workspace: Workspace, console: Console, progress: (any RunProgress)? = nil
  ) throws {
    StopSignal.install()
    let recorder = try RunRecorder(resuming: run, workspace: workspace)
    for remark in recorder.remarks { console.warn(remark) }
    console.note(recorder.resumption)
    self.init(run, recorder, progress ?? RunDisplay(console, stepCount: run.trainer.plan.stepCount))
  }

  private init(_ run: PreparedRun, _ recorder: RunRecorder, _ display: any RunProgress) {
    self.run = run
    self.recorder = recorder
    self.display = display
  }

  enum Ending {
    case recorded(VersionRecord)
    /// The run itself failed, and that is recorded; with what it can be gone on from.
    case failed(VersionRecord, any Error, remains: String)
    /// With what to tell the user.
    case interrupted(String)
  }

  /// A failure of the training itself, such as a loss that is no number, becomes a failed version: the same inputs would
  /// fail again. A failure of the machine, such as a full disk, says nothing about the experiment: the run then counts as
  /// interrupted.
  ///
  /// - Throws: what kept the run from its end or from being recorded.
  func execute() throws -> Ending {
    do {
      for line in run.headline { try recorder.log(line) }
      for warning in run.warnings { try recorder.log("warning: " + warning) }
      let outcome = try run.trainer.run(isStopping: { StopSignal.received != nil }, receive)
      if outcome.wasStopped { return try interrupted() }
      for line in run.sentences(on: outcome) { try say(line) }
      if try !evaluateTest(outcome) { return try interrupted() }
      display.finish()
      return .recorded(try recorder.complete(outcome))
    } catch let error as FineTuningError {
      display.finish()
      let remains = remains()
      var version: VersionRecord?
      try RunError.after(error, "this failure could not be recorded") {
        try recorder.log("failed: \(error)")
        try recorder.log(remains)
        version = try recorder.fail(error)
      }
      guard let version else { throw error }
      return .failed(version, error, remains: remains)
    } catch  where recorder.isEnded {
      display.finish()
      throw error
    } catch {
      display.finish()
      let rest =
        (recorder.hasUnsavedWeights ? ", without the trained weights" : "")
        + "; '\(shellCommand("resume", run.name.sweep ?? run.name.text))' goes on with it."
      let message =
        "\(RunError.sentence(error)) What was recorded until then is in experiments/\(run.name), as an interrupted run"
        + rest
      try RunError.after(RunError.failure(message), "that could not be written down") {
        try recorder.interrupt(reason: "\(error)", message: "failed: " + message)
      }
      throw RunError.failure(message)
    }
  }

  /// The result line, as far as the version itself can hold it.
  static func announcement(_ name: ExperimentName, version: Int, _ status: RunStatus) -> String {
    "recorded \(name)@\(version)" + (status == .failed ? " (failed)" : "")
  }

  private func interrupted() throws -> Ending {
    display.finish()
    let reason = StopSignal.received ?? "stopped"
    if let warning = try recorder.writeCheckpoint() { try say("warning: " + warning) }
    let message =
      "interrupted by \(reason); what was recorded so far is in experiments/\(run.name)"
      + (recorder.checkpointStep.map { ", with a checkpoint after step \($0)" } ?? "")
      + ". next: " + shellCommand("resume", run.name.text)
    try recorder.interrupt(reason: reason, message: message)
    return .interrupted(message)
  }

  private func receive(_ event: TrainingEvent) throws -> TrainingVerdict {
    switch event {
    case .step(let report):
      try recorder.record(report)
      display.show(report)
    case .evaluationStarted: display.evaluationStarted()
    case .evaluationProgress(let done, let total): display.showEvaluation(done: done, total: total)
    case .evaluated(let step, let epoch, let tokens, let evaluation):
      try recorder.record(evaluation, step: step, epoch: epoch, tokens: tokens)
      try say(evaluation.sentence(on: "validation", after: "step \(step)"))
      try sayOfJudge(evaluation)
      if let sentence = run.trainer.choice?.sentence { try say(sentence) }
    case .checkpointDue:
      if let warning = try recorder.writeCheckpoint() { try say("warning: " + warning) }
    }
    return StopSignal.received == nil ? .continue : .stop
  }

  /// False when stopped.
  private func evaluateTest(_ outcome: TrainingOutcome) throws -> Bool {
    guard let evaluator = run.testEvaluator else { return true }
    display.evaluationStarted()
    let evaluation = try evaluator.evaluate(
      { done, total in
        display.showEvaluation(done: done, total: total)
        return StopSignal.received == nil ? .continue : .stop
      }, isStopping: { StopSignal.received != nil })
    guard let evaluation else { return false }
    try recorder.recordTest(evaluation, step: outcome.savedStep, epoch: run.epoch(after: outcome.savedStep))
    try say(evaluation.sentence(on: "test", after: "the end"))
    try sayOfJudge(evaluation)
    return true
  }

  /// What a training that failed left for another to go on from, said and kept.
  private func remains() -> String {
    do {
      guard let good = try recorder.keepLastGood() else {
        return "no checkpoint of good weights had been written yet (training.checkpoint_steps, "
          + "training.checkpoint_seconds), so another run begins at the beginning"
      }
      let key = run.configuration.training.lora ? "architecture.pretrained_weights" : "llm_backbone"
      return "the last good checkpoint, after step \(good.step), is kept: a new run goes on from it with \(key) set to "
        + "experiments/\(run.name)/\(good.folder)"
    } catch {
      return "the last good checkpoint could not be kept: \(error)"
    }
  }

  private func sayOfJudge(_ evaluation: Evaluation) throws {
    guard let judge = evaluation.judge else { return }
    try say(judge.sentence)
    if let warning = judge.warning { try say("warning: " + warning) }
  }

  private func say(_ line: String) throws {
    display.say(line)
    try recorder.log(line)
  }
}
