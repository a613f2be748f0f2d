/// Decides when progress is shown and as what text; the caller writes the text to stderr as it is.
///
/// On a terminal one line is redrawn, at most ten times a second. Elsewhere plain lines are written: the first, the
/// last of each piece of work, and one about every ten seconds.
public struct ProgressDisplay: Sendable {
  public enum Style: Sendable, Equatable {
    case silent
    case lines
    /// Redraws one line of a terminal with that many columns.
    case bar(width: Int)
  }

  private static let barInterval = 0.1
  private static let lineInterval = 10.0
  private static let clearLine = "\r\u{1B}[2K"

  public var style: Style
  private let palette: Palette
  private var shownLabel: String?
  private var shownAt = -Double.infinity
  private var isDone = false
  private var drawn: String?

  public init(style: Style, palette: Palette = Palette(isEnabled: false)) {
    self.style = style
    self.palette = palette
  }

  /// The text to write for a new state, `nil` when there is nothing to write yet.
  ///
  /// - Parameter now: seconds of a clock that never goes back.
  public mutating func update(_ progress: ProgressState, now: Double) -> String? {
    let isLast = progress.step >= progress.total
    let isNew = progress.label != shownLabel || (isDone && !isLast)
    if isDone, isLast, !isNew { return nil }
    let interval = style == .lines ? Self.lineInterval : Self.barInterval
    guard style != .silent, isNew || isLast || now - shownAt >= interval else { return nil }
    shownLabel = progress.label
    shownAt = now
    isDone = isLast
    guard case .bar(let width) = style else { return progress.line() + "\n" }
    // A character in the last column would make some terminals wrap.
    let text = progress.bar(width: width - 1, palette: palette)
    let redrawn = Self.clearLine + text + (isLast ? "\n" : "")
    drawn = isLast ? nil : text
    return redrawn
  }

  /// The text to write for a message that must not be overdrawn: the bar moves below it.
  public func interleaving(_ message: String) -> String {
    guard let drawn else { return message + "\n" }
    return Self.clearLine + message + "\n" + drawn
  }

  /// The text to write when work ends early: the bar stays, what follows starts on its own line.
  public mutating func finish() -> String {
    defer {
      drawn = nil
      shownLabel = nil
    }
    return drawn == nil ? "" : "\n"
  }
}
