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

/// Shows a run while it goes on: a bar on a terminal, plain lines elsewhere.
struct RunDisplay: RunProgress {
  private let console: Console
  private var display: ProgressDisplay
  private let stepCount: Int
  private let start = ContinuousClock.now
  private var evaluationStart = ContinuousClock.now

  init(_ console: Console, stepCount: Int) {
    self.console = console
    self.stepCount = stepCount
    let stream = TerminalStream.standardError
    let style: ProgressDisplay.Style =
      console.globals.isQuiet ? .silent : stream.isTerminal ? .bar(width: stream.width ?? 80) : .lines
    let isColored = console.globals.color.isEnabled(
      isTerminal: stream.isTerminal, environment: ProcessInfo.processInfo.environment)
    display = ProgressDisplay(style: style, palette: Palette(isEnabled: isColored))
  }

  mutating func show(_ report: StepReport) {
    var state = ProgressState("training", step: report.step, total: stepCount, elapsedSeconds: report.seconds)
    state.loss = report.loss
    state.learningRate = report.learningRate
    state.tokensPerSecond = report.seconds > 0 ? Double(report.tokens) / report.seconds : nil
    update(state)
  }

  mutating func evaluationStarted() { evaluationStart = .now }

  mutating func showEvaluation(done: Int, total: Int) {
    let state = ProgressState(
      "evaluating", step: done, total: total, elapsedSeconds: Self.seconds(since: evaluationStart))
    update(state)
  }

  /// A message that the bar does not overwrite.
  func say(_ message: String) {
    guard !console.globals.isQuiet else { return }
    TextOutput.messages.write(display.interleaving(message))
  }

  mutating func finish() { TextOutput.messages.write(display.finish()) }

  private mutating func update(_ state: ProgressState) {
    guard let text = display.update(state, now: Self.seconds(since: start)) else { return }
    TextOutput.messages.write(text)
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    let elapsed = ContinuousClock.now - start
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  }
}
