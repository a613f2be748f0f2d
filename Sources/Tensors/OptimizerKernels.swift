internal import CKernels

/// The numbers of one update of Adam or AdamW.
public struct AdamStep: Sendable {
  /// How weight decay acts; the coefficient is 0 for none.
  public enum Decay: Sendable {
    /// Adam: coefficient * p is a part of the gradient.
    case inGradient(Float)
    /// AdamW: p shrinks by rate * coefficient, beside the update (arXiv:1711.05101).
    case decoupled(Float)
  }

  public let learningRate: Float
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Float
  public let decay: Decay
  /// Updates so far, this one included: t >= 1.
  public let count: Int

  public init(
    learningRate: Float, beta1: Double, beta2: Double, epsilon: Float, decay: Decay, count: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    self.count = count
  }

  var kernelValue: kiseki_adam {
    var value = kiseki_adam(
      learning_rate: learningRate, beta1: Float(beta1), beta2: Float(beta2), epsilon: epsilon, rest1: Float(1 - beta1),
      rest2: Float(1 - beta2), weight_decay: 0, l2: 0, bias_correction1: Float(1 - Self.power(beta1, count)),
      bias_correction2_sqrt: Float((1 - Self.power(beta2, count)).squareRoot()))
    switch decay {
    case .inGradient(let coefficient): value.l2 = coefficient
    case .decoupled(let coefficient): value.weight_decay = coefficient
    }
    return value
  }

  /// base^exponent by repeated squaring: the same bits on every system, unlike `pow`.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var factor = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}

/// A moment of 8 bits an element: the codes [count], and a scale for every block of them.
public struct BlockwiseState {
  public let codes: UnsafeMutablePointer<UInt8>
  /// [ceil(count / BlockwiseCode.blockSize)]
  public let scales: MutableFloats

  public init(codes: UnsafeMutablePointer<UInt8>, scales: MutableFloats) {
    self.codes = codes
    self.scales = scales
  }
}

/// A multiple of the blocks of 8-bit states.
private let pieceSize = 64 * BlockwiseCode.blockSize

extension Engine {
  /// One update of Adam or AdamW of `count` parameters with their two moments.
  public func adam(
    _ values: MutableFloats, gradients: Floats, first: MutableFloats, second: MutableFloats, count: Int,
    _ step: AdamStep
  ) {
    var how = step.kernelValue
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let start = range.lowerBound
      kernels.adam(values + start, gradients + start, first + start, second + start, range.count, &how)
    }
  }

  /// The same with moments of 8 bits, in blocks counted from the first parameter (arXiv:2110.02861).
  public func adam(
    _ values: MutableFloats, gradients: Floats, first: BlockwiseState, second: BlockwiseState, count: Int,
    _ step: AdamStep
  ) {
    var how = step.kernelValue
    BlockwiseCode.signed.withKernelValue { signed in
      BlockwiseCode.unsigned.withKernelValue { unsigned in
        var (firstCode, secondCode) = (signed, unsigned)
        parallel.forEachRange(of: count, size: pieceSize) { range, _ in
          let start = range.lowerBound
          let block = start / BlockwiseCode.blockSize
          kernels.adam_8bit(
            values + start, gradients + start, first.codes + start, first.scales + block, second.codes + start,
            second.scales + block, range.count, &how, &firstCode, &secondCode)
        }
      }
    }
  }

  /// One update of gradient descent with Nesterov's momentum; `weightDecay` is in the gradient.
  public func momentumDescent(
    _ values: MutableFloats, gradients: Floats, velocity: MutableFloats, count: Int, learningRate: Float,
    momentum: Float, weightDecay: Float
  ) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let start = range.lowerBound
      kernels.sgd(
        values + start, gradients + start, velocity + start, range.count, learningRate, momentum, weightDecay)
    }
  }

  /// One update of RMSprop with momentum; `weightDecay` is in the gradient.
  public func rmsProp(
    _ values: MutableFloats, gradients: Floats, squares: MutableFloats, velocity: MutableFloats, count: Int,
    learningRate: Float, alpha: Float, momentum: Float, epsilon: Float, weightDecay: Float
  ) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let start = range.lowerBound
      kernels.rmsprop(
        values + start, gradients + start, squares + start, velocity + start, range.count, learningRate, alpha,
        momentum, epsilon, weightDecay)
    }
  }

  /// One update of Adadelta (arXiv:1212.5701); `weightDecay` is in the gradient.
  public func adadelta(
    _ values: MutableFloats, gradients: Floats, squares: MutableFloats, changes: MutableFloats, count: Int,
    learningRate: Float, rho: Float, epsilon: Float, weightDecay: Float
  ) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let start = range.lowerBound
      kernels.adadelta(
        values + start, gradients + start, squares + start, changes + start, range.count, learningRate, rho, epsilon,
        weightDecay)
    }
  }
}
