internal import CKernels

/// The shape of packed multi-head attention: rows of a batch one after another, without padding.
public struct AttentionShape {
  /// Row i of the batch is the tokens `offsets[i] ..< offsets[i + 1]`.
  public let offsets: UnsafePointer<Int32>
  public let rowCount: Int
  public let headCount: Int
  public let headWidth: Int
  /// Multiplies the scores before the softmax.
  public let factor: Float
  /// Sets the place of a token's scores in the dropout mask; a multiple of 4, at least the longest row.
  public let maximumLength: Int
  /// [tokens]: not 0 for a token that no query sees, itself included; `nil` when all are seen. The output of a query that
  /// sees no key at all is 0: a sum over nothing.
  public let hiddenKeys: UnsafePointer<UInt8>?

  public init(
    offsets: UnsafePointer<Int32>, rowCount: Int, headCount: Int, headWidth: Int, factor: Float, maximumLength: Int,
    hiddenKeys: UnsafePointer<UInt8>? = nil
  ) {
    self.offsets = offsets
    self.rowCount = rowCount
    self.headCount = headCount
    self.headWidth = headWidth
    self.factor = factor
    self.maximumLength = (maximumLength + 3) / 4 * 4
    self.hiddenKeys = hiddenKeys
  }

  /// Queries that are handled together; keys after the last of them are never touched.
  static let queryBlock = 64

  /// Floats of scratch each worker needs for rows of up to `maximumLength` tokens.
  public static func scratchCount(maximumLength: Int) -> Int {
    // Scores, their gradient, and a copy with dropout applied.
    queryBlock * (maximumLength + 3) / 4 * 4 * 3 + queryBlock
  }
}

/// The memory of one attention backward pass.
public struct AttentionGradients {
  /// The gradient of query, key and value [tokens, 3C]; overwritten.
  public let dqkv: MutableFloats
  public let dOutput: Floats
  public let output: Floats
  public let logSum: Floats

  public init(dqkv: MutableFloats, dOutput: Floats, output: Floats, logSum: Floats) {
    self.dqkv = dqkv
    self.dOutput = dOutput
    self.output = output
    self.logSum = logSum
  }
}

extension Engine {
  /// Causal self-attention over packed rows.
  ///
  /// - Parameters:
  ///   - output: [tokens, C], heads side by side.
  ///   - logSum: [tokens, heads], the log-sum-exp of each softmax, from which the backward pass rebuilds it.
  ///   - qkv: [tokens, 3C]: queries, keys, values.
  ///   - scratch: `AttentionShape.scratchCount` floats for each worker, `scratchStride` apart.
  ///   - firstToken: the number of the first token in the optimizer step, for the dropout mask.
  public func attention(
    output: MutableFloats, logSum: MutableFloats, qkv: Floats, shape: AttentionShape, dropout: Dropout?,
    firstToken: Int, scratch: MutableFloats, scratchStride: Int
  ) {
    let width = shape.headCount * shape.headWidth
    let stride = 3 * width
    parallel.forEach(shape.rowCount * shape.headCount) { piece, worker in
      let head = piece % shape.headCount
      let start = Int(shape.offsets[piece / shape.headCount])
      let length = Int(shape.offsets[piece / shape.headCount + 1]) - start
      let scores = scratch + worker * scratchStride
      let queries = qkv + start * stride + head * shape.headWidth
      for first in Swift.stride(from: 0, to: length, by: AttentionShape.queryBlock) {
        let count = min(AttentionShape.queryBlock, length - first)
        let keys = first + count
        blas.multiply(
          Matrix(queries + first * stride, stride: stride), Matrix(queries + width, stride: stride, transposed: true),
          into: scores, strideC: keys, m: count, n: keys, k: shape.headWidth, alpha: 1, beta: 0)
        let place = (start + first) * shape.headCount + head
        hide(shape, scores, count, keys, start, .beforeSoftmax)
        kernels.causal_softmax(scores, logSum + place, shape.headCount, count, keys, first, shape.factor)
        hide(shape, scores, count, keys, start, .afterSoftmax)
        if let dropout {
          dropRows(scores, scores, count, keys, shape, dropout, firstToken + start + first, head)
        }
        blas.multiply(
          Matrix(scores, stride: keys), Matrix(queries + 2 * width, stride: stride),
          into: output + (start + first) * width + head * shape.headWidth, strideC: width, m: count,
          n: shape.headWidth, k: keys, alpha: 1, beta: 0)
      }
    }
  }

  /// The gradient of `attention` with respect to queries, keys and values.
  public func attentionBackward(
    _ gradients: AttentionGradients, qkv: Floats, shape: AttentionShape, dropout: Dropout?, firstToken: Int,
    scratch: MutableFloats, scratchStride: Int
  ) {
    let width = shape.headCount * shape.headWidth
    let stride = 3 * width
    parallel.forEach(shape.rowCount * shape.headCount) { piece, worker in
      let head = piece % shape.headCount
      let start = Int(shape.offsets[piece / shape.headCount])
      let length = Int(shape.offsets[piece / shape.headCount + 1]) - start
      let block = AttentionShape.queryBlock * shape.maximumLength
      let p = scratch + worker * scratchStride
      let dp = p + block
      let dropped = dp + block
      let delta = dropped + block
      let origin = start * stride + head * shape.headWidth
      let q = qkv + origin
      let dq = gradients.dqkv + origin
      for row in 0..<length {
        (dq + row * stride + width).update(repeating: 0, count: shape.headWidth)
        (dq + row * stride + 2 * width).update(repeating: 0, count: shape.headWidth)
      }
      for first in Swift.stride(from: 0, to: length, by: AttentionShape.queryBlock) {
        let count = min(AttentionShape.queryBlock, length - first)
        let keys = first + count
        let token = start + first
        let out = token * width + head * shape.headWidth
        let dOut = Matrix(gradients.dOutput + out, stride: width)
        kernels.row_dots(delta, gradients.dOutput + out, gradients.output + out, count, shape.headWidth, width)
        blas.multiply(
          Matrix(q + first * stride, stride: stride), Matrix(q + width, stride: stride, transposed: true), into: p,
          strideC: keys, m: count, n: keys, k: shape.headWidth, alpha: 1, beta: 0)
        hide(shape, p, count, keys, start, .beforeSoftmax)
        kernels.causal_softmax_again(
          p, gradients.logSum + token * shape.headCount + head, shape.headCount, count, keys, first, shape.factor)
        hide(shape, p, count, keys, start, .afterSoftmax)
        blas.multiply(
          dOut, Matrix(q + 2 * width, stride: stride, transposed: true), into: dp, strideC: keys, m: count, n: keys,
          k: shape.headWidth, alpha: 1, beta: 0)
        var used = p
        if let dropout {
          dropRows(dropped, p, count, keys, shape, dropout, firstToken + token, head)
          dropRows(dp, dp, count, keys, shape, dropout, firstToken + token, head)
          used = dropped
        }
        blas.multiply(
          Matrix(used, stride: keys, transposed: true), dOut, into: dq + 2 * width, strideC: stride, m: keys,
          n: shape.headWidth, k: count, alpha: 1, beta: 1)
        kernels.softmax_backward(dp, p, delta, count, keys, shape.factor)
        blas.multiply(
          Matrix(dp, stride: keys), Matrix(q + width, stride: stride), into: dq + first * stride, strideC: stride,
          m: count, n: shape.headWidth, k: keys, alpha: 1, beta: 0)
        blas.multiply(
          Matrix(dp, stride: keys, transposed: true), Matrix(q + first * stride, stride: stride), into: dq + width,
          strideC: stride, m: keys, n: shape.headWidth, k: count, alpha: 1, beta: 1)
      }
    }
  }

  private enum HiddenScore: Float {
    /// So low that its exponential vanishes beside any seen key's, and finite, so that a row without one stays numbers.
    case beforeSoftmax = -1e30
    /// Exactly 0, in a row where nothing is seen too.
    case afterSoftmax = 0
  }

  private func hide(
    _ shape: AttentionShape, _ scores: MutableFloats, _ rows: Int, _ keys: Int, _ start: Int, _ value: HiddenScore
  ) {
    guard let hidden = shape.hiddenKeys else { return }
    kernels.hide_columns(scores, hidden + start, rows, keys, value.rawValue)
  }

  /// Applies the mask to rows of scores; a row's place in it depends on token, head and key alone.
  private func dropRows(
    _ y: MutableFloats, _ x: Floats, _ rows: Int, _ keys: Int, _ shape: AttentionShape, _ dropout: Dropout,
    _ firstToken: Int, _ head: Int
  ) {
    var how = dropout.kernelValue
    for row in 0..<rows {
      let place = ((firstToken + row) * shape.headCount + head) * shape.maximumLength
      kernels.dropout(y + row * keys, x + row * keys, keys, UInt64(place), &how)
    }
  }
}
