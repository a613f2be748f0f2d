import CommandLine
import Foundation

/// One line of progress on stderr: a bar on a terminal, plain lines elsewhere, nothing when silenced.
struct ProgressLine {
  private let console: Console
  private var display: ProgressDisplay
  private let start = ContinuousClock.now
  private var said: Set<String> = []

  init(_ console: Console) {
    self.console = console
    let stream = TerminalStream.standardError
    let style: ProgressDisplay.Style =
      console.globals.isQuiet ? .silent : stream.isTerminal ? .bar(width: stream.width ?? 80) : .lines
    let isColored = console.globals.color.isEnabled(
      isTerminal: stream.isTerminal, environment: ProcessInfo.processInfo.environment)
    display = ProgressDisplay(style: style, palette: Palette(isEnabled: isColored))
  }

  mutating func show(_ state: ProgressState) {
    guard let text = display.update(state, now: (ContinuousClock.now - start).seconds) else { return }
    TextOutput.messages.write(text)
  }

  /// A message that the bar does not overwrite.
  func say(_ message: String) {
    guard !console.globals.isQuiet else { return }
    TextOutput.messages.write(display.interleaving(message))
  }

  /// A message that is not said again.
  mutating func sayOnce(_ message: String) {
    if said.insert(message).inserted { say(message) }
  }

  mutating func finish() { TextOutput.messages.write(display.finish()) }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
