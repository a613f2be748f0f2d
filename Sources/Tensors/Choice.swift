internal import CKernels

extension Engine {
  /// x [count] becomes log softmax(x).
  public func logSoftmax(_ x: MutableFloats, count: Int) { kernels.log_softmax(x, count) }

  /// The `keep` largest values of x [count] in descending order and their indices, the lower index first among equals.
  public func selectLargest(
    _ values: MutableFloats, _ indices: UnsafeMutablePointer<Int32>, of x: Floats, count: Int, keep: Int
  ) {
    precondition(keep > 0 && keep <= count, "\(keep) of \(count) values cannot be selected")
    kernels.select_largest(values, indices, x, count, keep)
  }

  /// Logits x [count] become the weights a token is drawn with, in this order: temperature, `topK`, `topP`.
  ///
  /// - Parameters:
  ///   - scratch: [count].
  ///   - topK: only this many likeliest keep a weight, and those equal to the last of them; 0 for all.
  ///   - topP: only the likeliest that together have this probability keep a weight.
  public func samplingWeights(
    _ x: MutableFloats, scratch: MutableFloats, count: Int, temperature: Float, topK: Int, topP: Double
  ) {
    kernels.sampling_weights(x, scratch, count, temperature, topK, topP)
  }

  /// The index that a number drawn uniformly from [0, 1) stands for, each with the share its weight has.
  public func draw(_ weights: Floats, count: Int, unit: Double) -> Int { kernels.draw(weights, count, unit) }
}

/// One beam's place in a decoding step's attention.
public struct BeamRow {
  /// [heads * headWidth], written.
  let y: UnsafeMutablePointer<Float>
  /// [heads * headWidth]
  let query: UnsafePointer<Float>
  /// Of position t at `places[t] * stride`.
  let keys: UnsafePointer<Float>
  let values: UnsafePointer<Float>
  let places: UnsafePointer<Int32>
  /// Positions to look at, the query's own included.
  let length: Int

  public init(
    y: UnsafeMutablePointer<Float>, query: UnsafePointer<Float>, keys: UnsafePointer<Float>,
    values: UnsafePointer<Float>, places: UnsafePointer<Int32>, length: Int
  ) {
    self.y = y
    self.query = query
    self.keys = keys
    self.values = values
    self.places = places
    self.length = length
  }
}

extension Engine {
  /// Like `decodeAttention`, for sequences that share parts of what is cached.
  public func beamAttention(
    rowCount: Int, headCount: Int, headWidth: Int, stride: Int, factor: Float, scores: MutableFloats,
    scoresStride: Int, row: (Int) -> BeamRow
  ) {
    parallel.forEach(rowCount * headCount) { piece, worker in
      let row = row(piece / headCount)
      let column = piece % headCount * headWidth
      kernels.decode_attention_at(
        row.y + column, scores + worker * scoresStride, row.query + column, row.keys + column, row.values + column,
        row.places, row.length, headWidth, stride, factor)
    }
  }
}
