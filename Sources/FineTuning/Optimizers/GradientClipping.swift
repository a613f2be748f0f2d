public import LanguageModels
public import Tensors

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
