public import Foundation

extension JSONValue {
  /// Reads a file that holds one JSON document.
  ///
  /// - Throws: `TableError` with the path and the reason when it cannot be read, with path, line and column when it is
  ///   no JSON.
  public init(contentsOf path: String, limit: Int = 64 << 20) throws {
    let bytes = try readBytes(of: path, limit: limit)
    self = try bytes.withUnsafeBytes { (bytes) throws(TableError) in
      do throws(JSONScanner.Failure) {
        return try JSONValue(parsing: bytes)
      } catch {
        throw TableError("cannot read \(path): it is not valid JSON at \(error.place(in: bytes)): \(error.reason)")
      }
    }
  }

  /// Parses one JSON document; objects keep the order of the text.
  ///
  /// An integer that fits becomes `.integer`, any other number `.number`.
  ///
  /// - Throws: `TableError` with line and column when `data` is not JSON in UTF-8, when an object names a key twice,
  ///   or when it nests deeper than 256 levels.
  public init(parsing data: Data) throws {
    self = try data.withUnsafeBytes { (bytes) throws(TableError) in
      do throws(JSONScanner.Failure) {
        return try JSONValue(parsing: bytes)
      } catch {
        throw TableError("cannot parse JSON at \(error.place(in: bytes)): \(error.reason)")
      }
    }
  }

  package init(parsing bytes: UnsafeRawBufferPointer) throws(JSONScanner.Failure) {
    var scanner = JSONScanner(bytes)
    self = try JSONValue(next: &scanner, depth: 0)
    try scanner.expectEnd()
  }

  /// Reads the value that comes next in `scanner`.
  package init(next scanner: inout JSONScanner, depth: Int) throws(JSONScanner.Failure) {
    guard depth < JSONScanner.maximumDepth else {
      throw scanner.failure("nested deeper than \(JSONScanner.maximumDepth) levels")
    }
    switch scanner.peek() {
    case UInt8(ascii: "{"):
      var members: [JSONMember] = []
      var keys: Set<ExactText> = []
      try scanner.readObject { (scanner, key) throws(JSONScanner.Failure) in
        // JSON leaves the meaning of a repeated key open; readers differ, so neither value can be trusted.
        // Small objects are searched, because a set costs more than it saves there.
        let isNew: Bool
        if members.count < 8 {
          isNew = !members.contains { ExactText(text: $0.key) == ExactText(text: key) }
        } else {
          if keys.isEmpty { keys = Set(members.map { ExactText(text: $0.key) }) }
          isNew = keys.insert(ExactText(text: key)).inserted
        }
        guard isNew else { throw scanner.failure("the key \"\(key)\" appears twice in one object") }
        members.append(JSONMember(key, try JSONValue(next: &scanner, depth: depth + 1)))
      }
      self = .object(members)
    case UInt8(ascii: "["):
      var values: [JSONValue] = []
      try scanner.readArray { scanner throws(JSONScanner.Failure) in
        values.append(try JSONValue(next: &scanner, depth: depth + 1))
      }
      self = .array(values)
    case UInt8(ascii: "\""): self = .string(try scanner.readString())
    case UInt8(ascii: "t"):
      try scanner.skipWord("true")
      self = .bool(true)
    case UInt8(ascii: "f"):
      try scanner.skipWord("false")
      self = .bool(false)
    case UInt8(ascii: "n"):
      try scanner.skipWord("null")
      self = .null
    case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?:
      let (text, isInteger) = try scanner.readNumber()
      if isInteger, let value = Int(text) {
        self = .integer(value)
      } else if let value = Double(text), value.isFinite {
        self = .number(value)
      } else {
        throw scanner.failure("the number \(text) is out of range")
      }
    default: throw scanner.failure("expected a value")
    }
  }
}

extension JSONScanner.Failure {
  /// Where it is, for a person with an editor.
  fileprivate func place(in bytes: UnsafeRawBufferPointer) -> String {
    let before = bytes[..<min(offset, bytes.count)]
    let line = before.count { $0 == 0x0A } + 1
    let column = before.count - (before.lastIndex(of: 0x0A) ?? -1)
    return "line \(line), byte \(column)"
  }
}

/// Text compared scalar by scalar: vocabularies hold both the composed and the decomposed form of a character, which
/// `String` takes for equal.
private struct ExactText: Hashable {
  let text: String

  static func == (left: ExactText, right: ExactText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
