import Glibc

/// How the scores of one setting vary from seed to seed, which resampling rows cannot show.
public struct SeedSpread: Sendable, Hashable {
  public let scores: [Double]
  public let mean: Double
  /// With n - 1 in the denominator.
  public let standardDeviation: Double
  /// Of the mean, by Student's t: it takes the seeds for a sample of all seeds.
  public let interval: ConfidenceInterval

  /// - Returns: `nil` for fewer than two scores, and when one is not finite.
  public init?(_ scores: [Double], confidence: Double) {
    guard scores.count >= 2, scores.allSatisfy(\.isFinite) else { return nil }
    let count = Double(scores.count)
    let mean = scores.reduce(0, +) / count
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.scores = scores
    self.mean = mean
    standardDeviation = (squares / (count - 1)).squareRoot()
    let reach =
      StudentT.twoSidedQuantile(confidence, degreesOfFreedom: count - 1) * standardDeviation / count.squareRoot()
    interval = ConfidenceInterval(lower: mean - reach, upper: mean + reach, confidence: confidence)
  }

  public var count: Int { scores.count }

  /// How likely seeds alone make means differ as much as these: Welch's t-test, two-sided (Biometrika, 1947).
  ///
  /// Where neither varies from seed to seed, 1 for equal means and 0 for others.
  public func pValue(against other: SeedSpread) -> Double {
    let own = standardDeviation * standardDeviation / Double(count)
    let others = other.standardDeviation * other.standardDeviation / Double(other.count)
    guard own + others > 0 else { return mean == other.mean ? 1 : 0 }
    let t = (mean - other.mean) / (own + others).squareRoot()
    let degrees =
      (own + others) * (own + others)
      / (own * own / Double(count - 1) + others * others / Double(other.count - 1))
    return StudentT.twoSidedP(t, degreesOfFreedom: degrees)
  }
}
