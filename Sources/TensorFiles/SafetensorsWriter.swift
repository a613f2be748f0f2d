/// One tensor to be written to a file.
public struct TensorToWrite {
  public let name: String
  public let elementType: ElementType
  public let shape: [Int]
  /// Little-endian, row-major; must stay valid until the write has returned.
  public let bytes: UnsafeRawBufferPointer

  public init(name: String, elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
  }
}

/// Writes safetensors files with the bytes that the reference library gives the same tensors.
///
/// That library orders several metadata keys at random; here they are sorted, so that equal contents are equal files.
public enum SafetensorsWriter {
  /// Writes `tensors` to `path`, replacing what was there in one step once all bytes are on the disk.
  ///
  /// The order of `tensors` does not matter.
  ///
  /// - Throws: `TensorFileError` when a name repeats, a shape does not fit its bytes, or the disk refuses; then nothing
  ///   at `path` has changed.
  public static func write(
    to path: String, tensors: [TensorToWrite], metadata: [String: String] = [:]
  ) throws(TensorFileError) {
    let sorted = try checkedAndSorted(tensors, path: path)
    let header = header(of: sorted, metadata: metadata)
    guard header.count - 8 <= SafetensorsHeader.maximumByteCount else {
      throw TensorFileError(
        "cannot write \(path): \(tensors.count) tensors need a header of \(header.count) bytes, more than the format "
          + "allows; write them to several files")
    }
    let output = try AtomicFile(path: path)
    try header.withUnsafeBytes { bytes in
      Result { () throws(TensorFileError) in try output.append(bytes) }
    }.get()
    for tensor in sorted { try output.append(tensor.bytes) }
    try output.commit()
  }

  private static func checkedAndSorted(
    _ tensors: [TensorToWrite], path: String
  ) throws(TensorFileError) -> [TensorToWrite] {
    var names: Set<String> = ["__metadata__"]
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw TensorFileError(
          "cannot write \(path): the tensor name \"\(tensor.name)\" is used twice or reserved; rename one")
      }
      guard tensor.shape.count <= SafetensorsHeader.maximumRank,
        tensor.elementType.byteCount(ofShape: tensor.shape) == tensor.bytes.count
      else {
        throw TensorFileError(
          "cannot write \(path): tensor \"\(tensor.name)\" of type \(tensor.elementType.safetensorsName) and shape "
            + "\(tensor.shape) does not fit its \(tensor.bytes.count) bytes")
      }
    }
    let rank = Dictionary(uniqueKeysWithValues: ElementType.allCases.enumerated().map { ($1, $0) })
    // String's order is by Unicode equivalence, the reference library's by bytes.
    return tensors.sorted { left, right in
      left.elementType == right.elementType
        ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        : rank[left.elementType, default: 0] < rank[right.elementType, default: 0]
    }
  }

  private static func header(of tensors: [TensorToWrite], metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.elementType.safetensorsName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(offset + tensor.bytes.count)]}")
      offset += tensor.bytes.count
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  /// A JSON string with the escapes, and no others, that the reference library's JSON writer uses.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        result += scalar.value < 0x10 ? "\\u000" : "\\u00"
        result += String(scalar.value, radix: 16)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
