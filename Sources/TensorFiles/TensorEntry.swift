/// One tensor in a file: its name, type, shape and place.
public struct TensorEntry: Sendable, Hashable {
  public let name: String
  public let elementType: ElementType
  /// Row-major, outermost dimension first; empty for a scalar.
  public let shape: [Int]
  /// Position in the file, counted from its first byte.
  public let byteRange: Range<Int>

  /// The number of elements.
  public var count: Int { byteRange.count / elementType.byteCount }
}
