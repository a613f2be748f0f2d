/// One point of a curve.
public struct CurvePoint: Sendable, Hashable {
  public let step: Int
  public let value: Double

  public init(step: Int, value: Double) {
    self.step = step
    self.value = value
  }
}

/// The points worth drawing: of each of `columns` equal stretches of steps the lowest and the highest, so that no spike
/// is lost, and both ends.
///
/// - Parameter points: in the order of their steps; values that are no numbers are left out.
/// - Returns: at most 2 `columns` + 2 points, the same for the same input.
public func thinned(_ points: [CurvePoint], columns: Int = 125) -> [CurvePoint] {
  let points = points.filter(\.value.isFinite)
  guard columns > 0, points.count > 2 * columns + 2, let first = points.first, let last = points.last,
    last.step > first.step
  else { return points }
  let span = Double(last.step - first.step)
  func column(_ point: CurvePoint) -> Int {
    min(columns - 1, Int(Double(point.step - first.step) / span * Double(columns)))
  }
  var kept = [first]
  var start = 1
  let end = points.count - 1
  while start < end {
    let place = column(points[start])
    var (low, high, next) = (start, start, start)
    while next < end, column(points[next]) == place {
      if points[next].value < points[low].value { low = next }
      if points[next].value > points[high].value { high = next }
      next += 1
    }
    kept.append(points[min(low, high)])
    if low != high { kept.append(points[max(low, high)]) }
    start = next
  }
  kept.append(last)
  return kept
}

/// An exponential moving average that does not lean towards its start (Kingma and Ba's bias correction).
///
/// - Parameter weight: of the past, from 0 (no smoothing) to below 1.
public func smoothed(_ points: [CurvePoint], weight: Double) -> [CurvePoint] {
  var (sum, total) = (0.0, 0.0)
  return points.filter(\.value.isFinite).map { point in
    sum = weight * sum + (1 - weight) * point.value
    total = weight * total + (1 - weight)
    return CurvePoint(step: point.step, value: sum / total)
  }
}
