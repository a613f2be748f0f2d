import CommandLine
import Experiments
import FineTuning
import Foundation
import Tables

/// Carries a prepared run through to its version, an interruption or a recorded failure.
final class RunExecution {
  private let run: PreparedRun
  private let recorder: RunRecorder
  private let note: String?
  private var display: RunDisplay

  /// - Parameter tags: belong to the version that the run is to become.
  init(
    _ run: PreparedRun, workspace: Workspace, dirty: DirtyPolicy, note: String?, tags: [String] = [], console: Console
  ) throws {
    self.run = run
    self.note = note
    StopSignal.install()
    recorder = try RunRecorder(run, workspace: workspace, dirty: dirty)
    try recorder.tag(tags)
    display = RunDisplay(console, stepCount: run.trainer.plan.stepCount)
  }

  enum Ending {
    case recorded(VersionRecord)
    /// The run itself failed, and that is recorded.
    case failed(VersionRecord, any Error)
    case interrupted(String)
  }

  /// A failure of the training itself, such as a loss that is no number, becomes a failed version: the same inputs would
  /// fail again. A failure of the machine, such as a full disk, says nothing about the experiment: the run then counts as
  /// interrupted.
  ///
  /// - Throws: what kept the run from its end or from being recorded.
  func execute() throws -> Ending {
    do {
      for line in run.description { try recorder.log(line) }
      for warning in run.warnings { try recorder.log("warning: " + warning) }
      let outcome = try run.trainer.run(receive)
      if outcome.wasStopped { return try interrupted() }
      if try !evaluateTest(outcome) { return try interrupted() }
      display.finish()
      return .recorded(try recorder.complete(outcome, note: note))
    } catch let error as FineTuningError {
      display.finish()
      var version: VersionRecord?
      try RunError.after(error, "this failure could not be recorded") {
        try recorder.log("failed: \(error)")
        version = try recorder.fail(error, note: note)
      }
      guard let version else { throw error }
      return .failed(version, error)
    } catch  where recorder.isEnded {
      display.finish()
      throw error
    } catch {
      display.finish()
      try RunError.after(error, "that could not be written down") { try recorder.interrupt(reason: "\(error)") }
      let rest = recorder.isTrained ? ", without the trained weights." : "."
      throw RunError.failure(
        "\(RunError.sentence(error)) What was recorded until then is in experiments/\(run.name), as an interrupted run"
          + rest)
    }
  }

  private func interrupted() throws -> Ending {
    display.finish()
    let reason = StopSignal.received ?? "stopped"
    try recorder.interrupt(reason: reason)
    return .interrupted(reason)
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
      try say(Self.sentence(evaluation, of: "validation", after: "step \(step)"))
    }
    return StopSignal.received == nil ? .continue : .stop
  }

  /// False when stopped.
  private func evaluateTest(_ outcome: TrainingOutcome) throws -> Bool {
    guard let evaluator = run.testEvaluator else { return true }
    display.evaluationStarted()
    let evaluation = try evaluator.evaluate { done, total in
      display.showEvaluation(done: done, total: total)
      return StopSignal.received == nil ? .continue : .stop
    }
    guard let evaluation else { return false }
    let epoch = Double(outcome.stepCount) / Double(max(1, run.trainer.plan.stepsPerEpoch))
    try recorder.recordTest(evaluation, step: outcome.stepCount, epoch: epoch)
    try say(Self.sentence(evaluation, of: "test", after: "the end"))
    return true
  }

  private func say(_ line: String) throws {
    display.say(line)
    try recorder.log(line)
  }

  static func sentence(_ evaluation: Evaluation, of set: String, after place: String) -> String {
    var text = "\(set) after \(place): loss \(Format.decimal(evaluation.loss, 4)), "
    text += "perplexity \(Format.significant(evaluation.perplexity, digits: 5))"
    if let bleu = evaluation.bleu { text += ", BLEU \(Format.decimal(bleu.score, 2))" }
    if evaluation.clampedCount > 0 {
      text += "; \(evaluation.clampedCount) answer(s) cut short by the model's positions"
    }
    return text
  }
}
