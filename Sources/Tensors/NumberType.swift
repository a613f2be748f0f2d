internal import CKernels

/// The types weights may be held in.
public enum NumberType: String, Sendable, CaseIterable {
  case float32, bfloat16, float16

  /// Bytes of one value.
  public var byteCount: Int { self == .float32 ? 4 : 2 }

  var kernelValue: kiseki_number {
    switch self {
    case .float32: kiseki_float32
    case .bfloat16: kiseki_bfloat16
    case .float16: kiseki_float16
    }
  }
}

/// Values in memory, in whichever type they are held.
public struct StoredValues {
  public let pointer: UnsafeRawPointer
  public let type: NumberType

  public init(_ pointer: UnsafeRawPointer, _ type: NumberType) {
    self.pointer = pointer
    self.type = type
  }

  public init(_ floats: Floats) { self.init(UnsafeRawPointer(floats), .float32) }

  /// The values themselves, where they are float32.
  public var floats: Floats {
    precondition(type == .float32, "\(type) values used as float32")
    return pointer.assumingMemoryBound(to: Float.self)
  }

  /// From value number `count` on.
  public func advanced(by count: Int) -> StoredValues { StoredValues(pointer + count * type.byteCount, type) }
}

/// A matrix of stored values, laid out as a `Matrix` is.
public struct StoredMatrix {
  public let values: StoredValues
  public let stride: Int
  public let isTransposed: Bool

  public init(_ values: StoredValues, stride: Int, transposed: Bool = false) {
    self.values = values
    self.stride = stride
    isTransposed = transposed
  }

  init(_ matrix: Matrix) {
    self.init(StoredValues(matrix.pointer), stride: matrix.stride, transposed: matrix.isTransposed)
  }

  /// The same memory read the other way round.
  public var transposed: StoredMatrix { StoredMatrix(values, stride: stride, transposed: !isTransposed) }

  /// From row `row` and column `column` on.
  func part(row: Int, column: Int) -> StoredMatrix {
    let offset = isTransposed ? column * stride + row : row * stride + column
    return StoredMatrix(values.advanced(by: offset), stride: stride, transposed: isTransposed)
  }
}
