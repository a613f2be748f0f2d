/// Where a piece of work stands.
public struct ProgressState: Sendable, Equatable {
  /// What is being done, for example `training` or `evaluating`.
  public var label: String
  public var step: Int
  public var total: Int
  public var loss: Double?
  public var learningRate: Double?
  public var tokensPerSecond: Double?
  /// Steps are bytes, and shown as such.
  public var countsBytes = false
  /// How many of them come in a second now, as far as that is known.
  public var bytesPerSecond: Double?
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
    if countsBytes { return bytesPerSecond.flatMap { $0 > 0 ? Double(max(0, total - step)) / $0 : nil } }
    return fraction > 0 ? elapsedSeconds * (1 - fraction) / fraction : nil
  }

  /// One line for a log: no bar, no colours.
  public func line() -> String {
    ([heading, count] + details(tokens: "tokens/s", rate: "rate") + [elapsed]).joined(separator: "  ")
  }

  /// One line of at most `width` columns with a bar, for a terminal.
  ///
  /// What does not fit is left out from the right; the bar takes what is over, and the time gone by comes after it.
  public func bar(width: Int, palette: Palette = Palette(isEnabled: false)) -> String {
    var texts = [heading, count]
    func columns(_ texts: [String]) -> Int { texts.reduce(-2) { $0 + displayWidth(of: $1) + 2 } }
    for detail in details(tokens: "tok/s", rate: "lr") where columns(texts + [detail]) <= width {
      texts.append(detail)
    }
    // With its brackets and the gap before it.
    let frame = 4
    if columns(texts + [elapsed]) + frame + Self.narrowestBar <= width { texts.append(elapsed) }
    let room = min(Self.widestBar, width - columns(texts) - frame)
    guard room >= Self.narrowestBar else {
      return truncated(texts.joined(separator: "  "), to: max(0, width))
    }
    texts.insert("[" + Self.cells(fraction, room, palette) + "]", at: 1)
    return texts.joined(separator: "  ")
  }

  private static let narrowestBar = 4
  private static let widestBar = 30

  private var heading: String { "\(label) \(paddedLeft(String(Int(fraction * 100)), to: 3))%" }

  private var count: String {
    countsBytes ? "\(Format.bytes(step)) of \(Format.bytes(total))" : "\(step)/\(total)"
  }

  private var elapsed: String { "elapsed " + Format.clock(elapsedSeconds) }

  private func details(tokens: String, rate: String) -> [String] {
    var texts: [String] = []
    if let loss { texts.append("loss " + Format.decimal(loss, 4)) }
    if let left = secondsLeft, step < total { texts.append("left " + Format.clock(left)) }
    if let bytesPerSecond { texts.append(Format.bytes(Self.whole(bytesPerSecond)) + "/s") }
    if let tokensPerSecond { texts.append(Format.count(Self.whole(tokensPerSecond)) + " " + tokens) }
    if let learningRate { texts.append(rate + " " + Format.significant(learningRate, digits: 3)) }
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
