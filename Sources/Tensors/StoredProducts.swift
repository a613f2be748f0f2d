internal import CKernels

extension Engine {
  /// C[m, n] = alpha * A[m, k] B[k, n] + beta * C for a matrix B held in any type: a model's weights, as a rule, and so
  /// computed as the engine's mixed precision says.
  ///
  /// In float32, narrow values are widened a tile at a time, in scratch of the thread that lies in its cache; the result has the bits
  /// of the product with B in float32.
  public func multiply(
    _ a: Matrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, strideC: Int, m: Int, n: Int, k: Int,
    alpha: Float = 1, beta: Float = 0, precision: ProductPrecision = .mixed
  ) {
    switch (precision, mixedProducts) {
    case (.mixed, .emulated(let storage)):
      multiplyEmulated(
        a, b, into: c, strideC: strideC, m: m, n: n, k: k, alpha: alpha, beta: beta, storage: storage)
    case (.mixed, .library(_, let storage, let workers)):
      multiplyByLibrary(
        a, b, into: c, strideC: strideC, m: m, n: n, k: k, alpha: alpha, beta: beta, storage: storage,
        workers: workers)
    default: multiplyFully(a, b, into: c, strideC: strideC, m: m, n: n, k: k, alpha: alpha, beta: beta)
    }
  }

  /// The product in float32.
  private func multiplyFully(
    _ a: Matrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, strideC: Int, m: Int, n: Int, k: Int,
    alpha: Float, beta: Float
  ) {
    guard b.values.type != .float32 else {
      let wide = Matrix(b.values.floats, stride: b.stride, transposed: b.isTransposed)
      multiply(a, wide, into: c, strideC: strideC, m: m, n: n, k: k, alpha: alpha, beta: beta)
      return
    }
    forEachTile(m: m, n: n, k: k) { tile, worker in
      let wide = widen(b, tile, into: wideningScratch + worker * Self.wideningScratchCount)
      blas.multiply(
        a.part(row: tile.rows.lowerBound, column: tile.inner.lowerBound), wide,
        into: c + tile.rows.lowerBound * strideC + tile.columns.lowerBound, strideC: strideC, m: tile.rows.count,
        n: tile.columns.count, k: tile.inner.count, alpha: alpha, beta: tile.isFirst ? beta : 1)
    }
  }

  /// Bytes that each thread's products with weights held in a type take, beside the matrix library's own.
  public static func scratchByteCount(backbone type: NumberType, isMixed: Bool) -> Int {
    let count = isMixed ? MixedScratch.count : type == .float32 ? 0 : wideningScratchCount
    return count * MemoryLayout<Float>.stride
  }

  /// Floats of a thread's scratch for a tile's part of the right matrix.
  static var wideningScratchCount: Int { ProductTiles.largestColumns * ProductTiles.largestPanel }

  /// The tile's part of B in float32, the same way round.
  func widen(_ b: StoredMatrix, _ tile: ProductTile, into scratch: UnsafeMutablePointer<Float>) -> Matrix {
    let part = b.part(row: tile.inner.lowerBound, column: tile.columns.lowerBound)
    let rows = b.isTransposed ? tile.columns.count : tile.inner.count
    let width = b.isTransposed ? tile.inner.count : tile.columns.count
    for row in 0..<rows {
      kernels.widen(
        scratch + row * width, part.values.advanced(by: row * b.stride).pointer, b.values.type.kernelValue, width)
    }
    return Matrix(scratch, stride: width, transposed: b.isTransposed)
  }
}
