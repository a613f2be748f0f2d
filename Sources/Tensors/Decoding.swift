internal import CKernels

extension Engine {
  /// y [rows, columns] = x [rows, inner] W [inner, columns] + bias, for few rows.
  ///
  /// A row's bits do not depend on how many rows there are, unlike a matrix product's.
  public func decode(
    _ y: MutableFloats, _ x: Floats, inputMajor matrix: Floats, bias: Floats?, rows: Int, inner: Int, columns: Int
  ) {
    parallel.forEachRange(of: columns, size: 256) { range, _ in
      let start = range.lowerBound
      kernels.decode_input_major(
        y + start, columns, x, matrix + start, columns, bias.map { $0 + start }, rows, inner, range.count)
    }
  }

  /// y [rows, columns] = x [rows, inner] W^T for W [columns, inner], for few rows.
  public func decode(
    _ y: MutableFloats, _ x: Floats, outputMajor matrix: Floats, rows: Int, inner: Int, columns: Int
  ) {
    parallel.forEachRange(of: columns, size: 256) { range, _ in
      let start = range.lowerBound
      kernels.decode_output_major(y + start, columns, x, matrix + start * inner, rows, inner, range.count)
    }
  }

  /// One query per head against cached keys and values: y [heads * headWidth].
  ///
  /// Keys and values of position t start at `keys + t * stride`; `scores` is scratch of `length` floats for each worker,
  /// `scoresStride` apart.
  public func decodeAttention(
    _ y: MutableFloats, query: Floats, keys: Floats, values: Floats, length: Int, headCount: Int, headWidth: Int,
    stride: Int, factor: Float, scores: MutableFloats, scoresStride: Int
  ) {
    parallel.forEach(headCount) { head, worker in
      let column = head * headWidth
      kernels.decode_attention(
        y + column, scores + worker * scoresStride, query + column, keys + column, values + column, length, headWidth,
        stride, factor)
    }
  }
}
