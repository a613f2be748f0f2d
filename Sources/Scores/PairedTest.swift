/// A difference between two systems on the same rows, and how likely luck in the choice of rows makes one as large.
public struct PairedTest: Sendable, Hashable {
  /// The system's score minus the baseline's.
  public let difference: Double
  public let interval: ConfidenceInterval
  /// Two-sided: (resamples whose difference is at least |difference| away from their mean + 1) / (resamples + 1).
  public let pValue: Double
  /// The number sacreBLEU prints for its paired bootstrap test.
  ///
  /// It counts |d*| - mean |d*| > |difference|, so only one side: about half of `pValue` for clear differences, and for
  /// two equal systems 1 / (resamples + 1).
  public let sacreBLEUPValue: Double

  /// - Parameters:
  ///   - system, baseline: the scores of all rows.
  ///   - resampledSystem, resampledBaseline: on the same draws.
  /// - Returns: `nil` without resamples, and when a score is not finite.
  public init?(
    system: Double, baseline: Double, resampledSystem: [Double], resampledBaseline: [Double], confidence: Double
  ) {
    precondition(
      resampledSystem.count == resampledBaseline.count,
      "\(resampledSystem.count) resamples beside \(resampledBaseline.count)")
    let differences = zip(resampledSystem, resampledBaseline).map { $0 - $1 }
    difference = system - baseline
    let magnitude = abs(difference)
    guard magnitude.isFinite, differences.allSatisfy(\.isFinite),
      let interval = ConfidenceInterval.percentile(of: differences, confidence: confidence)
    else { return nil }
    self.interval = interval
    let count = Double(differences.count)
    let mean = differences.reduce(0, +) / count
    let meanMagnitude = differences.reduce(0) { $0 + abs($1) } / count
    pValue = (Double(differences.count { abs($0 - mean) >= magnitude }) + 1) / (count + 1)
    sacreBLEUPValue = (Double(differences.count { abs($0) - meanMagnitude > magnitude }) + 1) / (count + 1)
  }
}

/// Correction of p-values for the number of tests made together.
public enum HolmCorrection {
  /// The adjusted p-values, in the order given (Holm, Scandinavian Journal of Statistics, 1979).
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var result = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(pValues.count - rank) * pValues[index]))
      result[index] = largest
    }
    return result
  }
}
