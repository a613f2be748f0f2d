/// Where a piece of work stands.
public struct ProgressState: Sendable, Equatable {
  /// What is being done, for example `training` or `evaluating`.
  public var label: String
  public var step: Int
  public var total: Int
  public var loss: Double?
  public var learningRate: Double?
  public var tokensPerSecond: Double?
  public var elapsedSeconds: Double

  public init(
    _ label: String, step: Int, total: Int, loss: Double? = nil, learningRate: Double? = nil,
    tokensPerSecond: Double? = nil, elapsedSeconds: Double
  ) {
    self.label = label
    self.step = step
    self.total = total
    self.loss = loss
    self.learningRate = learningRate
    self.tokensPerSecond = tokensPerSecond
    self.elapsedSeconds = elapsedSeconds
  }

  /// Done, from 0 to 1; work of no steps is done.
  public var fraction: Double { total > 0 ? min(1, max(0, Double(step) / Double(total))) : 1 }

  /// `nil` until a step was done.
  public var secondsLeft: Double? {
    fraction > 0 ? elapsedSeconds * (1 - fraction) / fraction : nil
  }

  /// One line for a log: no bar, no colours.
  public func line() -> String {
    ([heading, "\(step)/\(total)"] + details).joined(separator: "  ")
  }

  /// One line of at most `width` columns with a bar, for a terminal.
  ///
  /// What does not fit is left out from the right; the bar takes what is over.
  public func bar(width: Int, palette: Palette = Palette(isEnabled: false)) -> String {
    var texts = [heading, "\(step)/\(total)"]
    for detail in details {
      let used = (texts + [detail]).reduce(0) { $0 + displayWidth(of: $1) + 2 }
      if used + Self.narrowestBar + 2 > width { break }
      texts.append(detail)
    }
    let used = texts.reduce(0) { $0 + displayWidth(of: $1) + 2 }
    let room = min(Self.widestBar, width - used - 2)
    guard room >= Self.narrowestBar else {
      return truncated(texts.joined(separator: "  "), to: max(0, width))
    }
    texts.insert("[" + Self.cells(fraction, room, palette) + "]", at: 1)
    return texts.joined(separator: "  ")
  }

  private static let narrowestBar = 8
  private static let widestBar = 30

  private var heading: String { "\(label) \(paddedLeft(String(Int(fraction * 100)), to: 3))%" }

  private var details: [String] {
    var texts: [String] = []
    if let loss { texts.append("loss " + Format.decimal(loss, 4)) }
    if let left = secondsLeft, step < total { texts.append("left " + Format.clock(left)) }
    if let tokensPerSecond { texts.append(Format.count(Self.whole(tokensPerSecond)) + " tokens/s") }
    if let learningRate { texts.append("rate " + Format.significant(learningRate, digits: 3)) }
    texts.append("elapsed " + Format.clock(elapsedSeconds))
    return texts
  }

  private static func whole(_ value: Double) -> Int {
    value.isFinite && abs(value) < 1e15 ? Int(value.rounded()) : 0
  }

  private static func cells(_ fraction: Double, _ room: Int, _ palette: Palette) -> String {
    let filled = Int(fraction * Double(room))
    return palette(.green, String(repeating: "█", count: filled))
      + palette(.dim, String(repeating: "░", count: room - filled))
  }
}
