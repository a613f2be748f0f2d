internal import CKernels

/// Memory that the threads of an engine need for products in bfloat16.
struct MixedScratch {
  // A tile's parts of A and B, in bfloat16 or as rounded float32, and its part of C.
  private static let leftCount = ProductTiles.largestRows * ProductTiles.largestPanel
  private static let rightCount = ProductTiles.largestColumns * ProductTiles.largestPanel
  private static let resultCount = ProductTiles.largestRows * ProductTiles.largestColumns
  static let count = leftCount + rightCount + resultCount

  let left: UnsafeMutablePointer<Float>
  let right: UnsafeMutablePointer<Float>
  let result: UnsafeMutablePointer<Float>

  init(_ storage: Storage, worker: Int) {
    left = storage.pointer + worker * Self.count
    right = left + Self.leftCount
    result = right + Self.rightCount
  }
}

extension Engine {
  /// The product with both inputs rounded to bfloat16 and multiplied in float32.
  func multiplyEmulated(
    _ a: Matrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, strideC: Int, m: Int, n: Int, k: Int,
    alpha: Float, beta: Float, storage: Storage
  ) {
    forEachTile(m: m, n: n, k: k) { tile, worker in
      let scratch = MixedScratch(storage, worker: worker)
      let left = StoredMatrix(a.part(row: tile.rows.lowerBound, column: tile.inner.lowerBound))
      let right = b.part(row: tile.inner.lowerBound, column: tile.columns.lowerBound)
      blas.multiply(
        rounded(left, rows: tile.rows.count, columns: tile.inner.count, into: scratch.left),
        rounded(right, rows: tile.inner.count, columns: tile.columns.count, into: scratch.right),
        into: c + tile.rows.lowerBound * strideC + tile.columns.lowerBound, strideC: strideC, m: tile.rows.count,
        n: tile.columns.count, k: tile.inner.count, alpha: alpha, beta: tile.isFirst ? beta : 1)
    }
  }

  private func rounded(
    _ x: StoredMatrix, rows: Int, columns: Int, into y: UnsafeMutablePointer<Float>
  ) -> Matrix {
    let (height, width) = x.isTransposed ? (columns, rows) : (rows, columns)
    for row in 0..<height {
      let target = y + row * width
      kernels.widen(target, x.values.advanced(by: row * x.stride).pointer, x.values.type.kernelValue, width)
      if x.values.type != .bfloat16 { kernels.round_to_bfloat16(target, target, width) }
    }
    return Matrix(y, stride: width, transposed: x.isTransposed)
  }

  /// The product by the processor's bfloat16 instructions.
  ///
  /// Rows and the inner dimension are filled up with zeros to multiples of 32, so that ragged batches meet few shapes.
  func multiplyByLibrary(
    _ a: Matrix, _ b: StoredMatrix, into c: UnsafeMutablePointer<Float>, strideC: Int, m: Int, n: Int, k: Int,
    alpha: Float, beta: Float, storage: Storage, workers: [OneDNN.Products]
  ) {
    forEachTile(m: m, n: n, k: k) { tile, worker in
      let scratch = MixedScratch(storage, worker: worker)
      let (rows, columns, inner) = (tile.rows.count, tile.columns.count, tile.inner.count)
      let left = a.part(row: tile.rows.lowerBound, column: tile.inner.lowerBound)
      let right = b.part(row: tile.inner.lowerBound, column: tile.columns.lowerBound)
      // A matrix that is held in bfloat16 is used where it lies, so its inner dimension is what it is.
      let isHeld = b.values.type == .bfloat16
      let width = isHeld ? inner : Self.padded(inner)
      narrowRows(left, rows: rows, columns: inner, into: scratch.left, height: Self.padded(rows), width: width)
      if !isHeld { narrowAsItLies(right, rows: inner, columns: columns, into: scratch.right, paddedInner: width) }
      let isDone = workers[worker].multiply(
        UnsafeRawPointer(scratch.left), isHeld ? right.values.pointer : UnsafeRawPointer(scratch.right),
        stride: isHeld ? b.stride : b.isTransposed ? width : columns, transposed: b.isTransposed, into: scratch.result,
        m: Self.padded(rows), n: columns, k: width, adds: !tile.isFirst)
      if !isDone {
        // A shape the library does not know: the same rounding, multiplied in float32.
        blas.multiply(
          rounded(StoredMatrix(left), rows: rows, columns: inner, into: scratch.left),
          rounded(right, rows: inner, columns: columns, into: scratch.right), into: scratch.result, strideC: columns,
          m: rows, n: columns, k: inner, alpha: 1, beta: tile.isFirst ? 0 : 1)
      }
      guard tile.inner.upperBound == k else { return }
      for row in 0..<rows {
        let target = c + (tile.rows.lowerBound + row) * strideC + tile.columns.lowerBound
        if beta == 0 {
          target.update(repeating: 0, count: columns)
        } else if beta != 1 {
          kernels.scale(target, beta, columns)
        }
        kernels.add_scaled(target, scratch.result + row * columns, alpha, columns)
      }
    }
  }

  private static func padded(_ count: Int) -> Int { (count + 31) / 32 * 32 }

  /// x as bfloat16, row by row, [height, width] with zeros beyond it.
  private func narrowRows(
    _ x: Matrix, rows: Int, columns: Int, into y: UnsafeMutablePointer<Float>, height: Int, width: Int
  ) {
    let target = UnsafeMutableRawPointer(y).assumingMemoryBound(to: UInt16.self)
    if x.isTransposed {
      kernels.to_bfloat16_transposed(target, width, x.pointer, x.stride, rows, columns)
    } else {
      for row in 0..<rows { kernels.to_bfloat16(target + row * width, x.pointer + row * x.stride, columns) }
    }
    for row in 0..<rows { (target + row * width + columns).update(repeating: 0, count: width - columns) }
    (target + rows * width).update(repeating: 0, count: (height - rows) * width)
  }

  /// x [rows, columns] as bfloat16, the same way round, its rows or what stands for them filled up with zeros.
  private func narrowAsItLies(
    _ x: StoredMatrix, rows: Int, columns: Int, into y: UnsafeMutablePointer<Float>, paddedInner: Int
  ) {
    let target = UnsafeMutableRawPointer(y).assumingMemoryBound(to: UInt16.self)
    // The 16-bit values take half of the scratch; one row is widened behind them.
    let wide = y + ProductTiles.largestColumns * ProductTiles.largestPanel / 2
    let (height, width) = x.isTransposed ? (columns, rows) : (rows, columns)
    let stride = x.isTransposed ? paddedInner : columns
    for row in 0..<height {
      let values = x.values.advanced(by: row * x.stride)
      var floats = UnsafePointer(wide)
      if values.type == .float32 {
        floats = values.floats
      } else {
        kernels.widen(wide, values.pointer, values.type.kernelValue, width)
      }
      kernels.to_bfloat16(target + row * stride, floats, width)
      (target + row * stride + width).update(repeating: 0, count: stride - width)
    }
    if !x.isTransposed {
      (target + rows * columns).update(repeating: 0, count: (paddedInner - rows) * columns)
    }
  }
}
