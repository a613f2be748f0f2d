/// How many tokens the rows of a batch lose on the left when its padding is trimmed.
///
/// H2O LLM Studio pads all rows on the left to `maxLength` and cuts the batch at a quantile of the positions at which rows
/// start. Nothing is padded here, so only the cut into rows that start before it is left of that.
struct PaddingQuantile {
  /// q: 1 cuts padding alone, 0 nothing; between them, down to the (1 - q) quantile of the start positions.
  let value: Double
  let maxLength: Int

  var cutsRows: Bool { value > 0 && value < 1 }

  /// The position up to which a batch is cut, of rows with these lengths.
  ///
  /// The quantile is interpolated linearly between the two nearest starts, as NumPy and PyTorch do, and rounded down.
  ///
  /// - Parameter starts: where each row starts when padded to `maxLength`; sorted here.
  func cut(starts: inout [Int]) -> Int {
    precondition(cutsRows && !starts.isEmpty, "a quantile of \(value) of \(starts.count) rows")
    starts.sort()
    let place = (1 - value) * Double(starts.count - 1)
    let lower = min(Int(place), starts.count - 1)
    let upper = min(lower + 1, starts.count - 1)
    let share = place - Double(lower)
    let (low, high) = (Double(starts[lower]), Double(starts[upper]))
    // The form that loses least near either end, which NumPy uses too.
    let quantile = share >= 0.5 ? high - (high - low) * (1 - share) : low + (high - low) * share
    return Int(quantile.rounded(.down))
  }
}
