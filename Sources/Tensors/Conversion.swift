internal import CKernels

private let pieceSize = 65536

extension Engine {
  /// float32 from bfloat16.
  public func widen(bfloat16 x: UnsafePointer<UInt16>, into y: MutableFloats, count: Int) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      kernels.from_bfloat16(y + range.lowerBound, x + range.lowerBound, range.count)
    }
  }

  /// float32 from IEEE binary16.
  public func widen(float16 x: UnsafePointer<UInt16>, into y: MutableFloats, count: Int) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      kernels.from_float16(y + range.lowerBound, x + range.lowerBound, range.count)
    }
  }

  /// bfloat16 from float32, to nearest, ties to even.
  public func narrow(_ x: Floats, intoBFloat16 y: UnsafeMutablePointer<UInt16>, count: Int) {
    kernels.to_bfloat16(y, x, count)
  }

  /// IEEE binary16 from float32, to nearest, ties to even.
  public func narrow(_ x: Floats, intoFloat16 y: UnsafeMutablePointer<UInt16>, count: Int) {
    kernels.to_float16(y, x, count)
  }
}
