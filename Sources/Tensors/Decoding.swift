internal import CKernels

/// One sequence's place in a decoding step's attention.
public struct DecodingRow {
  /// [heads * headWidth], written.
  let y: UnsafeMutablePointer<Float>
  /// [heads * headWidth]
  let query: UnsafePointer<Float>
  /// Of position t at `t * stride`.
  let keys: UnsafePointer<Float>
  let values: UnsafePointer<Float>
  /// Positions to look at, the query's own included.
  let length: Int

  public init(
    y: UnsafeMutablePointer<Float>, query: UnsafePointer<Float>, keys: UnsafePointer<Float>,
    values: UnsafePointer<Float>, length: Int
  ) {
    self.y = y
    self.query = query
    self.keys = keys
    self.values = values
    self.length = length
  }
}

extension Engine {
  /// y [rows, columns] = x [rows, inner] W [inner, columns] + bias, for few rows.
  ///
  /// A row's bits do not depend on how many rows there are, unlike a matrix product's. The inner dimension is cut, not the
  /// columns: then every thread reads its pieces of the matrix as they lie in memory, which is nearly twice as fast.
  public func decode(
    _ y: MutableFloats, _ x: Floats, inputMajor matrix: StoredValues, bias: Floats?, rows: Int, inner: Int, columns: Int
  ) {
    let length = DecodingPieces.length(inner: inner)
    let count = (inner + length - 1) / length
    for column in stride(from: 0, to: columns, by: DecodingPieces.mostColumns) {
      let width = min(DecodingPieces.mostColumns, columns - column)
      // The parts of as many rows as one thread's scratch holds; more rows are rare.
      let mostRows = Self.wideningScratchCount / (count * width)
      for first in stride(from: 0, to: rows, by: mostRows) {
        let group = min(mostRows, rows - first)
        let parts = wideningScratch  // [count, group, width]
        parallel.forEach(count) { piece, _ in
          let k = piece * length
          kernels.decode_input_major(
            parts + piece * group * width, x + first * inner + k, inner,
            matrix.advanced(by: k * columns + column).pointer, matrix.type.kernelValue, columns, group,
            min(length, inner - k), width)
        }
        parallel.forEachRange(of: width, size: 1024) { range, _ in
          let start = range.lowerBound
          kernels.add_parts(
            y + first * columns + column + start, columns, parts + start, count, group * width, width,
            bias.map { $0 + column + start }, group, range.count)
        }
      }
    }
  }

  /// y [rows, columns] = x [rows, inner] W^T for W [columns, inner], for few rows.
  public func decode(
    _ y: MutableFloats, _ x: Floats, outputMajor matrix: StoredValues, rows: Int, inner: Int, columns: Int
  ) {
    // A multiple of the six lines that the kernel reads at once.
    parallel.forEachRange(of: columns, size: 252) { range, _ in
      let start = range.lowerBound
      kernels.decode_output_major(
        y + start, columns, x, matrix.advanced(by: start * inner).pointer, matrix.type.kernelValue, rows, inner,
        range.count)
    }
  }

  public func decode(
    _ y: MutableFloats, _ x: Floats, inputMajor matrix: Floats, bias: Floats?, rows: Int, inner: Int, columns: Int
  ) { decode(y, x, inputMajor: StoredValues(matrix), bias: bias, rows: rows, inner: inner, columns: columns) }

  public func decode(
    _ y: MutableFloats, _ x: Floats, outputMajor matrix: Floats, rows: Int, inner: Int, columns: Int
  ) { decode(y, x, outputMajor: StoredValues(matrix), rows: rows, inner: inner, columns: columns) }

  /// One query per row and head against that row's cached keys and values.
  ///
  /// `scores` is scratch of the longest row's length for each worker, `scoresStride` apart.
  public func decodeAttention(
    rowCount: Int, headCount: Int, headWidth: Int, stride: Int, factor: Float, scores: MutableFloats,
    scoresStride: Int, row: (Int) -> DecodingRow
  ) {
    parallel.forEach(rowCount * headCount) { piece, worker in
      let row = row(piece / headCount)
      let column = piece % headCount * headWidth
      kernels.decode_attention(
        row.y + column, scores + worker * scoresStride, row.query + column, row.keys + column, row.values + column,
        row.length, headWidth, stride, factor)
    }
  }
}

/// How a product for decoding is cut: by its shape alone.
private enum DecodingPieces {
  /// Each piece has sums of its own, which cost time to write and to add.
  static let mostPieces = 16
  /// With these bounds the parts of several rows fit the scratch of one thread.
  static let mostColumns = 8192

  /// Values of the inner dimension in a piece.
  static func length(inner: Int) -> Int { max(96, (inner + mostPieces - 1) / mostPieces) }
}
