/// Where a value lies with the given confidence.
public struct ConfidenceInterval: Sendable, Hashable {
  public let lower: Double
  public let upper: Double
  /// As in 0.95.
  public let confidence: Double

  public init(lower: Double, upper: Double, confidence: Double) {
    self.lower = lower
    self.upper = upper
    self.confidence = confidence
  }

  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// The interval of the value with the other sign.
  public var negated: ConfidenceInterval {
    ConfidenceInterval(lower: -upper, upper: -lower, confidence: confidence)
  }

  /// The percentile interval of resampled scores, with the bounds at the places sacreBLEU takes them from.
  ///
  /// - Returns: `nil` without samples, and when one of them is no number.
  public static func percentile(of samples: [Double], confidence: Double) -> ConfidenceInterval? {
    precondition(confidence > 0 && confidence < 1, "a confidence of \(confidence)")
    guard !samples.isEmpty, !samples.contains(where: \.isNaN) else { return nil }
    let sorted = samples.sorted()
    // The tiny addition keeps 0.025 * 1000 from being 24.999…
    let skipped = Int(Double(sorted.count) * (1 - confidence) / 2 + 1e-9)
    return ConfidenceInterval(
      lower: sorted[skipped], upper: sorted[sorted.count - skipped - 1], confidence: confidence)
  }
}
