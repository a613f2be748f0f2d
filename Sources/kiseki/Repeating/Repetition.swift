import Experiments
import FineTuning
import Foundation
import Tables

/// One run made again and held against its record while it goes on; nothing of it is kept.
struct Repetition {
  private let run: PreparedRun
  private var comparison: RepetitionComparison
  /// For what has to be a file to be compared.
  private let folder: String
  private let isFull: Bool
  private var display: RunDisplay

  init(_ run: PreparedRun, comparison: RepetitionComparison, folder: String, isFull: Bool, console: Console) {
    self.run = run
    self.comparison = comparison
    self.folder = folder
    self.isFull = isFull
    display = RunDisplay(console, stepCount: run.trainer.plan.stepCount)
  }

  /// - Returns: `nil` when stopped by a signal.
  mutating func carryOut(recorded: ResultRecord, workspace: Workspace) throws -> RepetitionComparison? {
    defer { display.finish() }
    do {
      let outcome = try run.trainer.run(isStopping: { StopSignal.received != nil }) { try receive($0) }
      if StopSignal.received != nil { return nil }
      // Stopped for a difference: there is no end to compare.
      if outcome.wasStopped { return comparison }
      if recorded.status == .failed {
        add("the recorded run failed (\(recorded.outcome.reason ?? "no reason")), and the repetition did not")
        if !isFull { return comparison }
      }
      if try !compareTest(outcome) { return nil }
      if goesOn { try compareWeights(workspace) }
    } catch let error as FineTuningError {
      let reason = "\(error)"
      if recorded.outcome.reason != reason { add("the repetition failed: \(reason)") }
    }
    if goesOn { comparison.finish() }
    return comparison
  }

  private var goesOn: Bool { isFull || comparison.differences.isEmpty }

  private mutating func add(_ remark: String) {
    comparison.add(RepetitionDifference(file: "result.json", remark: remark))
  }

  private mutating func receive(_ event: TrainingEvent) throws -> TrainingVerdict {
    switch event {
    case .step(let report):
      _ = comparison.takeMetrics(report.metrics)
      display.show(report)
    case .evaluationStarted: display.evaluationStarted()
    case .evaluationProgress(let done, let total): display.showEvaluation(done: done, total: total)
    case .evaluated(let step, let epoch, let tokens, let evaluation):
      _ = comparison.takeMetrics(evaluation.metrics(step: step, epoch: epoch, tokens: tokens))
      for file in evaluation.files(step: step, epoch: epoch, set: "validation") where goesOn {
        _ = try comparison.take(file.path, file.content)
      }
    // Nothing of a repetition is kept.
    case .checkpointDue: break
    }
    return StopSignal.received == nil && goesOn ? .continue : .stop
  }

  /// False when stopped by a signal.
  private mutating func compareTest(_ outcome: TrainingOutcome) throws -> Bool {
    guard let evaluator = run.testEvaluator else { return true }
    display.evaluationStarted()
    let evaluation = try evaluator.evaluate { done, total in
      display.showEvaluation(done: done, total: total)
      return StopSignal.received == nil ? .continue : .stop
    }
    guard let evaluation else { return false }
    let step = outcome.savedStep
    for file in evaluation.files(step: step, epoch: run.epoch(after: step), set: "test") where goesOn {
      _ = try comparison.take(file.path, file.content)
    }
    return true
  }

  private mutating func compareWeights(_ workspace: Workspace) throws {
    try run.writeWeights(into: folder, workspace: workspace)
    for part in ["adapter", "model"] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: folder + "/" + part))?.sorted() ?? [] {
        let path = part + "/" + name
        let content = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path), options: .mappedIfSafe)
        _ = try comparison.take(path, content) { [folder] recorded, _ in
          guard name.hasSuffix(".safetensors") else { return nil }
          let copy = folder + "/recorded.safetensors"
          try recorded.write(to: URL(fileURLWithPath: copy))
          return try TensorDifference.text(recorded: copy, repeated: folder + "/" + path)
        }
      }
    }
  }
}
