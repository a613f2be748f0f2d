import CommandLine
import FineTuning
import Foundation

/// Is told how a run goes on.
protocol RunProgress {
  mutating func show(_ report: StepReport)
  mutating func evaluationStarted()
  mutating func showEvaluation(done: Int, total: Int)
  func say(_ message: String)
  mutating func finish()
}

/// Shows a run while it goes on.
struct RunDisplay: RunProgress {
  private var progress: ProgressLine
  private let stepCount: Int
  private var evaluationStart = ContinuousClock.now

  init(_ console: Console, stepCount: Int) {
    progress = ProgressLine(console)
    self.stepCount = stepCount
  }

  mutating func show(_ report: StepReport) {
    var state = ProgressState("training", step: report.step, total: stepCount, elapsedSeconds: report.seconds)
    state.loss = report.loss
    state.learningRate = report.learningRate
    state.tokensPerSecond = report.seconds > 0 ? Double(report.tokens) / report.seconds : nil
    progress.show(state)
  }

  mutating func evaluationStarted() { evaluationStart = .now }

  mutating func showEvaluation(done: Int, total: Int) {
    progress.show(
      ProgressState(
        "evaluating", step: done, total: total, elapsedSeconds: (ContinuousClock.now - evaluationStart).seconds))
  }

  func say(_ message: String) { progress.say(message) }

  mutating func finish() { progress.finish() }
}
