internal import CKernels
internal import Synchronization

private let pieceSize = 65536

extension Engine {
  /// float32 from bfloat16.
  public func widen(bfloat16 x: UnsafePointer<UInt16>, into y: MutableFloats, count: Int) {
    widen(StoredValues(x, .bfloat16), into: y, count: count)
  }

  /// float32 from IEEE binary16.
  public func widen(float16 x: UnsafePointer<UInt16>, into y: MutableFloats, count: Int) {
    widen(StoredValues(x, .float16), into: y, count: count)
  }

  /// float32 from any type.
  public func widen(_ x: StoredValues, into y: MutableFloats, count: Int) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      kernels.widen(
        y + range.lowerBound, x.advanced(by: range.lowerBound).pointer, x.type.kernelValue, range.count)
    }
  }

  /// bfloat16 from float32, to nearest, ties to even.
  public func narrow(_ x: Floats, intoBFloat16 y: UnsafeMutablePointer<UInt16>, count: Int) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      kernels.to_bfloat16(y + range.lowerBound, x + range.lowerBound, range.count)
    }
  }

  /// IEEE binary16 from float32, to nearest, ties to even.
  public func narrow(_ x: Floats, intoFloat16 y: UnsafeMutablePointer<UInt16>, count: Int) {
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      kernels.to_float16(y + range.lowerBound, x + range.lowerBound, range.count)
    }
  }

  /// True when no value is NaN or infinite.
  public func allFinite(_ x: StoredValues, count: Int) -> Bool {
    if x.type == .float32 { return allFinite(x.floats, count: count) }
    let isFound = Atomic(false)
    parallel.forEachRange(of: count, size: pieceSize) { range, _ in
      let part = x.advanced(by: range.lowerBound).pointer.assumingMemoryBound(to: UInt16.self)
      if !kernels.all_finite_narrow(part, x.type.kernelValue, range.count) { isFound.store(true, ordering: .relaxed) }
    }
    return !isFound.load(ordering: .relaxed)
  }
}
