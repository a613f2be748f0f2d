internal import CKernels

/// A dropout mask that can be drawn again: it depends on these values and the element's index alone.
public struct Dropout: Sendable {
  public let probability: Float
  public let seed: UInt64
  public let purpose: RandomPurpose
  /// The optimizer step.
  public let step: UInt32
  /// Which layer, and which place in it.
  public let site: UInt32

  public init(probability: Float, seed: UInt64, purpose: RandomPurpose, step: UInt32, site: UInt32) {
    self.probability = probability
    self.seed = seed
    self.purpose = purpose
    self.step = step
    self.site = site
  }

  var kernelValue: kiseki_dropout {
    let keep = 1 - Double(probability)
    return kiseki_dropout(
      seed: seed, purpose: purpose.rawValue, stream: step, site: site,
      keep_limit: UInt32(min(keep * 4_294_967_296, 4_294_967_295)), scale: Float(1 / keep))
  }
}

/// Noise that can be drawn again: it depends on these values and the element's index alone.
public struct UniformNoise: Sendable {
  public let seed: UInt64
  public let purpose: RandomPurpose
  /// The optimizer step.
  public let step: UInt32

  public init(seed: UInt64, purpose: RandomPurpose, step: UInt32) {
    self.seed = seed
    self.purpose = purpose
    self.step = step
  }

  fileprivate var kernelValue: kiseki_dropout {
    kiseki_dropout(seed: seed, purpose: purpose.rawValue, stream: step, site: 0, keep_limit: 0, scale: 0)
  }
}

/// The numbers of one AdamW update.
public struct AdamWStep: Sendable {
  public let learningRate: Float
  public let beta1: Float
  public let beta2: Float
  public let epsilon: Float
  public let weightDecay: Float
  /// Updates so far, this one included: t >= 1.
  public let count: Int

  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float, count: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.count = count
  }
}

private let pieceSize = 16384

extension Engine {
  /// y = mask * x / keep. `first`, a multiple of 4, is the index of x[0] in the mask. In place allowed.
  public func drop(_ y: MutableFloats, _ x: Floats, count: Int, first: Int, _ dropout: Dropout) {
    var how = dropout.kernelValue
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let start = range.lowerBound
      kernels.dropout(y + start, x + start, range.count, UInt64(first + start), &how)
    }
  }

  /// y = residual + mask * x / keep. In place allowed.
  public func dropAdd(
    _ y: MutableFloats, residual: Floats, _ x: Floats, count: Int, first: Int, _ dropout: Dropout
  ) {
    var how = dropout.kernelValue
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let start = range.lowerBound
      kernels.dropout_add(y + start, residual + start, x + start, range.count, UInt64(first + start), &how)
    }
  }

  /// y[rows, width] += numbers uniform within (-bound, bound).
  ///
  /// - Parameter firstRow: the number of the first row; a row's noise depends on its number alone.
  public func addUniform(
    _ y: MutableFloats, rows: Int, width: Int, firstRow: Int, bound: Float, _ noise: UniformNoise
  ) {
    var how = noise.kernelValue
    let stride = (width + 3) / 4 * 4
    parallel.forEachRange(of: rows, size: max(1, pieceSize / max(width, 1))) { range, _ in
      for row in range {
        kernels.add_uniform(y + row * width, width, UInt64((firstRow + row) * stride), &how, bound)
      }
    }
  }

  /// losses[i] = -log softmax(logits[i])[targets[i]] in nats, logits [rows, vocabulary].
  ///
  /// With `gradientWeight`, the logits become the gradient: weight * (softmax - one-hot).
  public func crossEntropy(
    losses: MutableFloats, logits: MutableFloats, targets: UnsafePointer<Int32>, rows: Int, vocabulary: Int,
    gradientWeight: Float?
  ) {
    parallel.forEachRange(of: rows, size: 4) { range, _ in
      let start = range.lowerBound
      kernels.cross_entropy(
        losses + start, logits + start * vocabulary, targets + start, range.count, vocabulary, gradientWeight ?? 0,
        gradientWeight != nil)
    }
  }

  /// The sum of squares in double: pieces of fixed size, added in their order whoever computed them.
  public func sumOfSquares(_ x: Floats, count: Int) -> Double {
    let pieceCount = (count + pieceSize - 1) / pieceSize
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: pieceCount) { sums in
      // Safe to share: every piece writes to a place of its own.
      nonisolated(unsafe) let partial = sums
      parallel.forEachRange(of: count, size: pieceSize) { range, _ in
        partial[range.lowerBound / pieceSize] = kernels.sum_of_squares(x + range.lowerBound, range.count)
      }
      return sums.reduce(0, +)
    }
  }

  /// One AdamW update of `count` parameters with their two moments (arXiv:1711.05101).
  public func adamW(
    _ values: MutableFloats, gradients: Floats, first: MutableFloats, second: MutableFloats, count: Int,
    _ step: AdamWStep
  ) {
    var how = kiseki_adamw(
      learning_rate: step.learningRate, beta1: step.beta1, beta2: step.beta2, epsilon: step.epsilon,
      weight_decay: step.weightDecay, bias_correction1: Float(1 - power(Double(step.beta1), step.count)),
      bias_correction2_sqrt: Float((1 - power(Double(step.beta2), step.count)).squareRoot()))
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let start = range.lowerBound
      kernels.adamw(values + start, gradients + start, first + start, second + start, range.count, &how)
    }
  }

  /// base^exponent by repeated squaring: the same bits on every system, unlike `pow`.
  private func power(_ base: Double, _ exponent: Int) -> Double {
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
