import Tables

/// The checked header of a safetensors file.
///
/// Layout: eight bytes with the header's length (little-endian), the header as JSON, the tensors' bytes without gaps.
/// Source: huggingface/safetensors, "Format".
struct SafetensorsHeader {
  /// The same bound as in the reference library.
  static let maximumByteCount = 100_000_000
  static let maximumRank = 64

  /// Sorted by position in the file, then by name.
  private(set) var entries: [TensorEntry] = []
  private(set) var metadata: [String: String] = [:]

  private static let advice = "the file may be cut short or damaged: download or copy it again"

  init(of bytes: UnsafeRawBufferPointer, path: String) throws(TensorFileError) {
    guard bytes.count >= 8 else {
      throw TensorFileError(
        "cannot read \(path): it has \(bytes.count) bytes, too few for a safetensors file; \(Self.advice)")
    }
    let announced = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard announced <= UInt64(Self.maximumByteCount) else {
      throw TensorFileError(
        "cannot read \(path): its first 8 bytes announce a header of \(announced) bytes, more than the "
          + "\(Self.maximumByteCount) that are allowed; it is no safetensors file, or \(Self.advice)")
    }
    let dataStart = 8 + Int(announced)
    guard dataStart <= bytes.count else {
      throw TensorFileError(
        "cannot read \(path): its header should end at byte \(dataStart) but the file has \(bytes.count) bytes; "
          + Self.advice)
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart])
    guard text.first == UInt8(ascii: "{") else {
      throw TensorFileError(
        "cannot read \(path): its header does not begin with '{'; it is no safetensors file, or \(Self.advice)"
      )
    }
    do throws(JSONScanner.Failure) {
      try parse(text, dataStart: dataStart)
    } catch {
      throw TensorFileError(
        "cannot read the header of \(path) at byte \(8 + error.offset): \(error.reason); \(Self.advice)")
    }
    try checkLayout(path: path, dataStart: dataStart, fileEnd: bytes.count)
  }

  private mutating func parse(
    _ text: UnsafeRawBufferPointer, dataStart: Int
  ) throws(JSONScanner.Failure) {
    var scanner = JSONScanner(text)
    var entries: [TensorEntry] = []
    var metadata: [String: String] = [:]
    var names: Set<String> = []
    try scanner.readObject { (scanner, name) throws(JSONScanner.Failure) in
      guard names.insert(name).inserted else { throw scanner.failure("\"\(name)\" appears twice") }
      if name == "__metadata__" {
        try scanner.readObject { (scanner, key) throws(JSONScanner.Failure) in
          guard metadata.updateValue(try scanner.readString(), forKey: key) == nil else {
            throw scanner.failure("the metadata key \"\(key)\" appears twice")
          }
        }
      } else {
        entries.append(try Self.readEntry(name, &scanner, dataStart: dataStart))
      }
    }
    try scanner.expectEnd()
    self.entries = entries
    self.metadata = metadata
  }

  private static func readEntry(
    _ name: String, _ scanner: inout JSONScanner, dataStart: Int
  ) throws(JSONScanner.Failure) -> TensorEntry {
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.readObject { (scanner, key) throws(JSONScanner.Failure) in
      let isRepeated: Bool
      switch key {
      case "dtype":
        isRepeated = typeName != nil
        typeName = try scanner.readString()
      case "shape":
        isRepeated = shape != nil
        shape = try readIntegers(&scanner, of: "the shape of tensor \"\(name)\"", atMost: maximumRank)
      case "data_offsets":
        isRepeated = offsets != nil
        offsets = try readIntegers(&scanner, of: "data_offsets of tensor \"\(name)\"", atMost: 2)
      default:
        isRepeated = false
        _ = try JSONValue(next: &scanner, depth: 2)
      }
      if isRepeated { throw scanner.failure("tensor \"\(name)\" has \(key) twice") }
    }
    guard let typeName, let shape, let offsets else {
      throw scanner.failure("tensor \"\(name)\" lacks dtype, shape or data_offsets")
    }
    guard let elementType = ElementType(rawValue: typeName) else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw scanner.failure("tensor \"\(name)\" has elements of type \(typeName), which is none of \(known)")
    }
    guard let byteCount = elementType.byteCount(ofShape: shape) else {
      throw scanner.failure("tensor \"\(name)\" has the impossible shape \(shape)")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1],
      !dataStart.addingReportingOverflow(offsets[1]).overflow
    else { throw scanner.failure("tensor \"\(name)\" has the impossible data_offsets \(offsets)") }
    guard offsets[1] - offsets[0] == byteCount else {
      throw scanner.failure(
        "tensor \"\(name)\" of type \(typeName) and shape \(shape) needs \(byteCount) bytes, "
          + "its data_offsets \(offsets) hold \(offsets[1] - offsets[0])")
    }
    return TensorEntry(
      name: name, elementType: elementType, shape: shape,
      byteRange: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  private static func readIntegers(
    _ scanner: inout JSONScanner, of what: String, atMost limit: Int
  ) throws(JSONScanner.Failure) -> [Int] {
    var values: [Int] = []
    try scanner.readArray { scanner throws(JSONScanner.Failure) in
      let (text, isInteger) = try scanner.readNumber()
      guard isInteger, let value = Int(text), value >= 0 else {
        throw scanner.failure("\(what) holds \(text), which is no size")
      }
      guard values.count < limit else { throw scanner.failure("\(what) has more than \(limit) numbers") }
      values.append(value)
    }
    return values
  }

  /// The format allows neither overlaps nor gaps, so that a file has no bytes that nobody looks at.
  private mutating func checkLayout(path: String, dataStart: Int, fileEnd: Int) throws(TensorFileError) {
    entries.sort {
      ($0.byteRange.lowerBound, $0.byteRange.upperBound, $0.name)
        < ($1.byteRange.lowerBound, $1.byteRange.upperBound, $1.name)
    }
    var end = dataStart
    for entry in entries {
      guard entry.byteRange.upperBound <= fileEnd else {
        throw TensorFileError(
          "cannot read \(path): tensor \"\(entry.name)\" should end at byte \(entry.byteRange.upperBound) but the "
            + "file has \(fileEnd) bytes; \(Self.advice)")
      }
      guard entry.byteRange.lowerBound == end else {
        throw TensorFileError(
          "cannot read \(path): tensor \"\(entry.name)\" should begin at byte \(end), where the one before it ends, "
            + "but begins at \(entry.byteRange.lowerBound); \(Self.advice)")
      }
      end = entry.byteRange.upperBound
    }
    guard end == fileEnd else {
      throw TensorFileError(
        "cannot read \(path): its tensors end at byte \(end) but the file has \(fileEnd) bytes; \(Self.advice)"
      )
    }
  }
}
