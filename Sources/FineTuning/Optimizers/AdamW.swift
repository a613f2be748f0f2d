public import LanguageModels
public import Tensors

/// The settings of AdamW (arXiv:1711.05101).
public struct AdamWSettings: Sendable {
  public var beta1: Float
  public var beta2: Float
  public var epsilon: Float
  /// Decoupled; applied to parameters that decay alone.
  public var weightDecay: Float

  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }
}

/// AdamW over all parameters of a set, with both moments in float32.
public final class AdamW: Optimizer {
  private let settings: AdamWSettings
  private let parameters: ParameterSet
  private let first: Storage
  private let second: Storage
  /// Updates so far.
  public var stepCount = 0

  public var state: [OptimizerBuffer] {
    [OptimizerBuffer(name: "first", bytes: first.bytes), OptimizerBuffer(name: "second", bytes: second.bytes)]
  }

  /// - Throws: `TensorError` when the memory of the moments is not to be had.
  public init(_ parameters: ParameterSet, settings: AdamWSettings) throws(TensorError) {
    self.settings = settings
    self.parameters = parameters
    first = try Storage(count: parameters.count)
    second = try Storage(count: parameters.count)
  }

  /// Updates every parameter from its gradient.
  public func step(_ engine: Engine, learningRate: Float) {
    stepCount += 1
    for parameter in parameters.parameters {
      let offset = parameter.offset
      engine.adamW(
        parameters.values + offset, gradients: parameters.gradients + offset, first: first.pointer + offset,
        second: second.pointer + offset, count: parameter.count,
        AdamWStep(
          learningRate: learningRate, beta1: settings.beta1, beta2: settings.beta2, epsilon: settings.epsilon,
          weightDecay: parameter.decays ? settings.weightDecay : 0, count: stepCount))
    }
  }
}

extension ParameterSet {
  /// The L2 norm of all gradients together.
  public func gradientNorm(_ engine: Engine) -> Double {
    engine.sumOfSquares(gradients, count: count).squareRoot()
  }

  /// Rescales all gradients so that their norm is at most `limit`.
  ///
  /// - Returns: the norm before.
  @discardableResult
  public func clipGradients(_ engine: Engine, to limit: Double) -> Double {
    let norm = gradientNorm(engine)
    if norm > limit { engine.scale(gradients, Float(limit / norm), count: count) }
    return norm
  }
}
