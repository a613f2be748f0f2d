internal import Foundation

/// An interval of values with round numbers to mark on it.
struct Axis: Sendable {
  let range: ClosedRange<Double>
  let ticks: [Double]
  /// Digits behind the point that tell the ticks apart.
  let fractionDigits: Int

  /// - Parameters:
  ///   - values: what has to fit; not empty, or the axis goes from 0 to 1.
  ///   - margin: the share of the span left free at either end.
  ///   - floor: where the axis must not go below, as 0 for a score that cannot be negative.
  init(covering values: some Sequence<Double>, tickCount: Int = 6, margin: Double = 0.06, floor: Double? = nil) {
    let finite = values.filter(\.isFinite)
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    if high - low < 1e-9 * max(1, abs(high)) {
      let room = max(abs(high) * 0.05, 1e-3)
      low -= room
      high += room
    }
    let span = high - low
    low -= span * margin
    high += span * margin
    if let floor { low = max(low, min(floor, finite.min() ?? floor)) }
    range = low...high
    let step = Self.roundStep(high - low, tickCount: tickCount)
    let first = Int((low / step).rounded(.up))
    let last = Int((high / step).rounded(.down))
    ticks = first <= last ? (first...last).map { Double($0) * step } : []
    fractionDigits = max(0, Int((-log10(step) + 1e-9).rounded(.up)))
  }

  /// For steps: from the first to the last, marked at whole numbers.
  init(steps: ClosedRange<Int>, tickCount: Int = 6) {
    let high = max(steps.upperBound, steps.lowerBound + 1)
    range = Double(steps.lowerBound)...Double(high)
    let step = max(1, Self.roundStep(Double(high - steps.lowerBound), tickCount: tickCount))
    let first = Int((Double(steps.lowerBound) / step).rounded(.up))
    let last = Int((Double(high) / step).rounded(.down))
    ticks = (first...max(first, last)).map { Double($0) * step }
    fractionDigits = 0
  }

  /// How far along the axis, in percent of its length.
  func percent(_ value: Double) -> Double {
    100 * (value - range.lowerBound) / (range.upperBound - range.lowerBound)
  }

  func label(_ tick: Double) -> String {
    fractionDigits == 0 ? Figures.count(Int(tick.rounded())) : Figures.decimal(tick, fractionDigits)
  }

  /// 1, 2 or 5 times a power of ten: the one that comes nearest to so many marks.
  private static func roundStep(_ span: Double, tickCount: Int) -> Double {
    let power = pow(10, floor(log10(span / Double(tickCount))))
    let candidates = [1, 2, 5, 10].map { $0 * power }
    return candidates.min { abs(span / $0 - Double(tickCount)) < abs(span / $1 - Double(tickCount)) } ?? power
  }
}
