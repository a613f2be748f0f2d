import Foundation

/// The learning rate of every optimizer step: `schedule[step]`.
public struct LearningRateSchedule: Sendable {
  public enum Shape: String, Sendable {
    case constant, linear, cosine
  }

  public let shape: Shape
  public let baseRate: Double
  /// T: optimizer steps of the whole run.
  public let stepCount: Int
  /// w: steps over which the rate rises from 0; a part of an epoch may end between two steps.
  public let warmupStepCount: Double
  /// The rate is never under this share of the base rate, during warm-up neither.
  public let minimumRatio: Double

  public init(
    _ shape: Shape, baseRate: Double, stepCount: Int, warmupStepCount: Double = 0, minimumRatio: Double = 0
  ) {
    self.shape = shape
    self.baseRate = baseRate
    self.stepCount = stepCount
    self.warmupStepCount = warmupStepCount
    self.minimumRatio = minimumRatio
  }

  /// The rate for update number `step`, counted from 0.
  public subscript(step: Int) -> Double { baseRate * factor(step) }

  /// With t = step: t < w: t / w. Then constant 1; linear (T - t) / (T - w); cosine (1 + cos(pi (t - w) / (T - w))) / 2.
  private func factor(_ step: Int) -> Double {
    let step = Double(step)
    let rest = max(1, Double(stepCount) - warmupStepCount)
    let factor =
      switch shape {
      case _ where step < warmupStepCount: step / max(1, warmupStepCount)
      case .constant: 1.0
      case .linear: (Double(stepCount) - step) / rest
      case .cosine: (1 + cos(Double.pi * (step - warmupStepCount) / rest)) / 2
      }
    return max(factor, minimumRatio)
  }
}
