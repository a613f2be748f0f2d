import CommandLine
import Foundation

/// Shows a sweep while it goes on: a table that is redrawn on a terminal, plain lines elsewhere.
struct SweepDisplay {
  private enum Style { case silent, lines, region }

  private static let regionInterval = 0.2
  private static let lineInterval = 30.0

  private let style: Style
  private let palette: Palette
  private var shownAt = -Double.infinity
  private var drawnLines = 0

  init(_ console: Console) {
    let stream = TerminalStream.standardError
    style = console.globals.isQuiet ? .silent : stream.isTerminal ? .region : .lines
    palette = Palette(
      isEnabled: console.globals.color.isEnabled(
        isTerminal: stream.isTerminal, environment: ProcessInfo.processInfo.environment))
  }

  /// Shows where things stand, if it is time to.
  mutating func update(_ board: SweepBoard, now: Double) {
    switch style {
    case .silent: return
    case .lines:
      if shownAt == -.infinity { shownAt = now }
      guard now - shownAt >= Self.lineInterval else { return }
      shownAt = now
      write(board.heading(now: now) + "\n")
    case .region:
      guard now - shownAt >= Self.regionInterval else { return }
      shownAt = now
      draw(board, now: now)
    }
  }

  /// Tells what happened, above the table.
  mutating func say(_ message: String, _ board: SweepBoard, now: Double) {
    guard style != .silent else { return }
    write(takeAway() + withoutControls(message) + "\n")
    shownAt = style == .region ? -.infinity : now
    update(board, now: now)
  }

  /// Makes room for what is printed afterwards.
  mutating func finish() { write(takeAway()) }

  /// What takes the table off the terminal; the lines above it are others', so it is taken away once.
  private mutating func takeAway() -> String {
    defer { drawnLines = 0 }
    return drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r\u{1B}[J" : ""
  }

  private mutating func draw(_ board: SweepBoard, now: Double) {
    let stream = TerminalStream.standardError
    // A character in the last column would make some terminals wrap.
    let width = (stream.width ?? 80) - 1
    let room = max(3, (stream.height ?? 24) - 4)
    var lines = [truncated(board.heading(now: now), to: width)]
    let shown = Self.choice(board, room: room)
    var table = TextTable(columns: [
      .init("trial"), .init("state"), .init("progress"), .init("loss", .right), .init("rate", .right),
    ])
    for index in shown {
      let entry = board.entries[index]
      var progress: ProgressState?
      if case .running(_, let state) = entry.state { progress = state }
      table.add(
        [
          entry.trial.name, entry.state.word, progress.map(Self.bar) ?? "",
          progress?.loss.map { Format.decimal($0, 4) } ?? "",
          progress?.learningRate.map { Format.significant($0, digits: 3) } ?? "",
        ], style: entry.state.style)
    }
    lines += table.lines(width: width, palette: palette)
    let hidden = board.entries.count - shown.count
    if hidden > 0 { lines.append(palette(.dim, "and \(hidden) more")) }
    write(takeAway() + lines.map { $0 + "\n" }.joined())
    drawnLines = lines.count
  }

  /// All trials where there is room, else those that run, then the next and the last ones, in the plan's order.
  private static func choice(_ board: SweepBoard, room: Int) -> [Int] {
    guard board.entries.count > room else { return Array(board.entries.indices) }
    func indices(_ condition: (SweepBoard.State) -> Bool) -> [Int] {
      board.entries.indices.filter { condition(board.entries[$0].state) }
    }
    let running = indices { if case .running = $0 { true } else { false } }
    let waiting = indices { if case .waiting = $0 { true } else { false } }
    let ended = indices { $0.isCompleted || $0.isFailed }
    return Array((running + waiting.prefix(3) + ended.reversed()).prefix(room)).sorted()
  }

  private static func bar(_ state: ProgressState) -> String {
    let cells = 12
    let filled = Int(state.fraction * Double(cells))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: cells - filled)
      + " \(state.step)/\(state.total)"
  }

  private func write(_ text: String) {
    if !text.isEmpty { TextOutput.messages.write(text) }
  }
}
