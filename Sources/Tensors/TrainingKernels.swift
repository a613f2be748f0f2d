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
  /// With `gradientWeight`, the logits become the gradient: gradientWeight * weights[i] * (softmax - one-hot).
  ///
  /// - Parameter weights: [rows], what each row counts; `nil` for ones.
  public func crossEntropy(
    losses: MutableFloats, logits: MutableFloats, targets: UnsafePointer<Int32>, weights: Floats? = nil, rows: Int,
    vocabulary: Int, gradientWeight: Float?
  ) {
    parallel.forEachRange(of: rows, size: 4) { range, _ in
      let start = range.lowerBound
      kernels.cross_entropy(
        losses + start, logits + start * vocabulary, targets + start, weights.map { $0 + start }, range.count,
        vocabulary, gradientWeight ?? 0, gradientWeight != nil)
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
}
