/// The type of a tensor's elements in a file.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  // The raw values are the names in safetensors headers; the order is the one in which that format's reference
  // writer lays tensors out.
  case int64 = "I64"
  case float64 = "F64"
  case float32 = "F32"
  case int32 = "I32"
  case bfloat16 = "BF16"
  case float16 = "F16"
  case int16 = "I16"
  case int8 = "I8"
  case uint8 = "U8"
  case bool = "BOOL"

  /// The name in a safetensors header.
  public var safetensorsName: String { rawValue }

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .int64, .float64: 8
    case .float32, .int32: 4
    case .bfloat16, .float16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Bytes of a tensor of this type and `shape`, `nil` when a dimension is negative or the product overflows.
  public func byteCount(ofShape shape: [Int]) -> Int? {
    var count = byteCount
    for dimension in shape {
      guard dimension >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      count = product
    }
    return count
  }
}
