internal import CKernels
internal import Synchronization

/// Activation functions a model's MLP may use.
public enum Activation: Sendable {
  case geluTanh, geluErf, relu, silu, tanh

  var kernelValue: kiseki_activation {
    switch self {
    case .geluTanh: kiseki_activation_gelu_tanh
    case .geluErf: kiseki_activation_gelu_erf
    case .relu: kiseki_activation_relu
    case .silu: kiseki_activation_silu
    case .tanh: kiseki_activation_tanh
    }
  }
}

public typealias Floats = UnsafePointer<Float>
public typealias MutableFloats = UnsafeMutablePointer<Float>

/// Elementwise work is cut into pieces of this many values, row work into as many rows as hold about that many.
private let pieceSize = 16384

private func rowsPerPiece(_ width: Int) -> Int { max(1, pieceSize / max(width, 1)) }

extension Engine {
  /// y = LayerNorm(x) [rows, width]; `mean` and `reciprocalDeviation` [rows] are kept for the backward pass.
  public func layerNorm(
    _ y: MutableFloats, mean: MutableFloats, reciprocalDeviation: MutableFloats, _ x: Floats, gain: Floats,
    bias: Floats, rows: Int, width: Int, epsilon: Float
  ) {
    parallel.forEachRange(of: rows, size: rowsPerPiece(width)) { range, _ in
      let start = range.lowerBound
      kernels.layer_norm_forward(
        y + start * width, mean + start, reciprocalDeviation + start, x + start * width, gain, bias, range.count,
        width, epsilon)
    }
  }

  /// dx += the gradient of LayerNorm; dGain and dBias [width] += theirs when given.
  public func layerNormBackward(
    _ dx: MutableFloats?, dGain: MutableFloats?, dBias: MutableFloats?, dy: Floats, x: Floats, mean: Floats,
    reciprocalDeviation: Floats, gain: Floats, rows: Int, width: Int
  ) {
    if let dGain, let dBias {
      // Columns are the pieces, so that each sum runs over the rows in order.
      parallel.forEachRange(of: width, size: 64) { range, _ in
        let start = range.lowerBound
        kernels.layer_norm_parameters_backward(
          dGain + start, dBias + start, dy + start, x + start, mean, reciprocalDeviation, rows, width, range.count)
      }
    }
    guard let dx else { return }
    parallel.forEachRange(of: rows, size: rowsPerPiece(width)) { range, _ in
      let start = range.lowerBound
      kernels.layer_norm_backward(
        dx + start * width, dy + start * width, x + start * width, mean + start, reciprocalDeviation + start, gain,
        range.count, width)
    }
  }

  /// y = f(x), in place allowed.
  public func activate(_ y: MutableFloats, _ x: Floats, count: Int, _ kind: Activation) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      kernels.activation_forward(y + range.lowerBound, x + range.lowerBound, range.count, kind.kernelValue)
    }
  }

  /// dx = dy f'(x); dx may be dy.
  public func activateBackward(_ dx: MutableFloats, dy: Floats, x: Floats, count: Int, _ kind: Activation) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let start = range.lowerBound
      kernels.activation_backward(dx + start, dy + start, x + start, range.count, kind.kernelValue)
    }
  }

  /// Every row of y [rows, width] becomes `bias`, or 0 without one.
  public func setRows(_ y: MutableFloats, _ bias: Floats?, rows: Int, width: Int) {
    parallel.forEachRange(of: rows, size: rowsPerPiece(width)) { range, _ in
      kernels.set_rows(y + range.lowerBound * width, bias, range.count, width)
    }
  }

  /// y = x + bias in every row.
  public func addRows(_ y: MutableFloats, _ x: Floats, _ bias: Floats?, rows: Int, width: Int) {
    parallel.forEachRange(of: rows, size: rowsPerPiece(width)) { range, _ in
      let start = range.lowerBound * width
      kernels.add_rows(y + start, x + start, bias, range.count, width)
    }
  }

  /// sum [width] += the sum of the rows of x [rows, width].
  public func sumRows(_ sum: MutableFloats, _ x: Floats, rows: Int, width: Int) {
    parallel.forEachRange(of: width, size: 64) { range, _ in
      kernels.sum_rows(sum + range.lowerBound, x + range.lowerBound, rows, width, range.count)
    }
  }

  /// y += factor x.
  public func addScaled(_ y: MutableFloats, _ x: Floats, _ factor: Float, count: Int) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      kernels.add_scaled(y + range.lowerBound, x + range.lowerBound, factor, range.count)
    }
  }

  /// y *= factor.
  public func scale(_ y: MutableFloats, _ factor: Float, count: Int) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      kernels.scale(y + range.lowerBound, factor, range.count)
    }
  }

  /// Sets `count` values to zero.
  public func clear(_ y: MutableFloats, count: Int) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      (y + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  /// x[i] = tokenTable[tokens[i]] + positionTable[positions[i]], x [rows, width].
  public func embed(
    _ x: MutableFloats, tokens: UnsafePointer<Int32>, positions: UnsafePointer<Int32>, tokenTable: StoredValues,
    positionTable: StoredValues, rows: Int, width: Int
  ) {
    parallel.forEachRange(of: rows, size: rowsPerPiece(width)) { range, _ in
      let start = range.lowerBound
      kernels.embedding_forward(
        x + start * width, tokens + start, positions + start, tokenTable.pointer, tokenTable.type.kernelValue,
        positionTable.pointer, positionTable.type.kernelValue, range.count, width)
    }
  }

  /// The gradients of both tables += dx, summed in row order; without `positionGradient` that of the tokens alone.
  public func embedBackward(
    tokenGradient: MutableFloats, positionGradient: MutableFloats?, dx: Floats, tokens: UnsafePointer<Int32>,
    positions: UnsafePointer<Int32>, rows: Int, width: Int
  ) {
    parallel.forEachRange(of: width, size: 64) { range, _ in
      let start = range.lowerBound
      kernels.embedding_backward(
        tokenGradient + start, positionGradient.map { $0 + start }, dx + start, tokens, positions, rows, width,
        range.count)
    }
  }

  /// True when no value is NaN or infinite.
  public func allFinite(_ x: Floats, count: Int) -> Bool {
    let isFound = Atomic(false)
    parallel.forEachRange(of: count, size: 1 << 16) { range, _ in
      if !kernels.all_finite(x + range.lowerBound, range.count) { isFound.store(true, ordering: .relaxed) }
    }
    return !isFound.load(ordering: .relaxed)
  }

  /// The index of the largest value of each row of x [rows, width], the lowest of equals.
  public func indicesOfLargest(_ indices: UnsafeMutablePointer<Int32>, _ x: Floats, rows: Int, width: Int) {
    parallel.forEachRange(of: rows, size: rowsPerPiece(width)) { range, _ in
      for row in range { indices[row] = Int32(kernels.argmax(x + row * width, width)) }
    }
  }

  /// The index of the largest value, the lowest of equals.
  public func indexOfLargest(_ values: Floats, count: Int) -> Int { kernels.argmax(values, count) }
}
