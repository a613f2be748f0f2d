internal import CKernels

private func rowsPerPiece(_ width: Int) -> Int { max(1, 16384 / max(width, 1)) }

/// Work on the columns of matrices, for adapters that keep the size of each output apart (DoRA, arXiv:2402.09353).
extension Engine {
  /// y = x (factors + shift) + bias, column by column, y and x [rows, width]; in place allowed.
  public func scaleColumns(
    _ y: MutableFloats, _ x: Floats, _ factors: Floats, shift: Float = 0, bias: Floats? = nil, rows: Int, width: Int
  ) {
    parallel.forEachRange(of: rows, size: rowsPerPiece(width)) { range, _ in
      let start = range.lowerBound * width
      kernels.scale_columns(y + start, x + start, factors, shift, bias, range.count, width)
    }
  }

  /// y += x (factors + shift), column by column, y and x [rows, width].
  public func addScaledColumns(
    _ y: MutableFloats, _ x: Floats, _ factors: Floats, shift: Float = 0, rows: Int, width: Int
  ) {
    parallel.forEachRange(of: rows, size: rowsPerPiece(width)) { range, _ in
      let start = range.lowerBound * width
      kernels.add_scaled_columns(y + start, x + start, factors, shift, range.count, width)
    }
  }

  /// sums [width] += the sum over the rows of a b, divided by `divisors` [width]; a divisor of 0 adds nothing.
  public func addColumnQuotients(
    _ sums: MutableFloats, _ a: Floats, _ b: Floats, divisors: Floats, rows: Int, width: Int
  ) {
    // Columns are the pieces, so that each sum runs over the rows in order.
    parallel.forEachRange(of: width, size: 64) { range, _ in
      let start = range.lowerBound
      kernels.column_quotients(sums + start, a + start, b + start, divisors + start, rows, width, range.count)
    }
  }

  /// squares [width] = the sum of squares of each column of x [rows, width], summed in double.
  public func columnSquares(_ squares: MutableFloats, _ x: Floats, rows: Int, width: Int) {
    parallel.forEachRange(of: width, size: 64) { range, _ in
      kernels.column_squares(squares + range.lowerBound, x + range.lowerBound, rows, width, range.count)
    }
  }

  /// norms [width] of the columns of V + factor (B A)^T, V [I, width], without forming that sum.
  ///
  /// - Parameters:
  ///   - squares: [width], the sum of squares of each column of V.
  ///   - product: A V [rank, width].
  ///   - up: B [width, rank].
  ///   - gram: A A^T [rank, rank].
  public func decomposedNorms(
    _ norms: MutableFloats, squares: Floats, product: Floats, up: Floats, gram: Floats, rank: Int, factor: Float,
    width: Int
  ) {
    parallel.forEachRange(of: width, size: 64) { range, _ in
      let start = range.lowerBound
      kernels.decomposed_norms(
        norms + start, squares + start, product + start, width, up + start * rank, gram, rank, factor, range.count)
    }
  }

  /// y = a / b, 0 where b is 0.
  public func divide(_ y: MutableFloats, _ a: Floats, by b: Floats, count: Int) { kernels.quotients(y, a, b, count) }
}
