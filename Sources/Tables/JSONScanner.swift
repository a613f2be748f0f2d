/// Reads JSON (RFC 8259) from bytes in memory, strictly and in document order.
///
/// It hands out one token at a time, so that a reader of a known layout needs no tree in memory.
package struct JSONScanner {
  /// Where and why the text is not JSON.
  package struct Failure: Error {
    /// Zero-based position in bytes.
    package let offset: Int
    package let reason: String
  }

  /// Arrays and objects nested deeper than this are refused, so that no text can exhaust the stack.
  package static let maximumDepth = 256

  private let bytes: UnsafeRawBufferPointer
  package private(set) var offset = 0

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  package func failure(_ reason: String) -> Failure { Failure(offset: offset, reason: reason) }

  /// The next byte that is no white space, `nil` at the end.
  package mutating func peek() -> UInt8? {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      case let byte: return byte
      }
    }
    return nil
  }

  /// Steps over `byte`, and says whether it was there.
  package mutating func skip(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset += 1
    return true
  }

  package mutating func expect(_ byte: UInt8) throws(Failure) {
    guard skip(byte) else { throw failure("expected '\(Character(UnicodeScalar(byte)))', found \(found())") }
  }

  package mutating func expectEnd() throws(Failure) {
    guard peek() == nil else { throw failure("expected the end of the text, found \(found())") }
  }

  /// Calls `member` at the value of every member of an object; `member` must read that value.
  package mutating func readObject(
    _ member: (inout JSONScanner, String) throws(Failure) -> Void
  ) throws(Failure) {
    try expect(UInt8(ascii: "{"))
    if skip(UInt8(ascii: "}")) { return }
    repeat {
      let key = try readString()
      try expect(UInt8(ascii: ":"))
      try member(&self, key)
    } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  /// Calls `element` at every element of an array; `element` must read it.
  package mutating func readArray(
    _ element: (inout JSONScanner) throws(Failure) -> Void
  ) throws(Failure) {
    try expect(UInt8(ascii: "["))
    if skip(UInt8(ascii: "]")) { return }
    repeat { try element(&self) } while skip(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }

  package mutating func readString() throws(Failure) -> String {
    try expect(UInt8(ascii: "\""))
    let start = offset
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        let text = try string(UnsafeRawBufferPointer(rebasing: bytes[start..<offset]))
        offset += 1
        return text
      case UInt8(ascii: "\\"): return try readEscapedString(from: start)
      case 0..<0x20: throw failure("a control character inside a string must be written as an escape")
      default: offset += 1
      }
    }
    throw failure("a string is never closed")
  }

  private func string(_ utf8: some Collection<UInt8>) throws(Failure) -> String {
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw failure("a string is not valid UTF-8")
    }
    return text
  }

  private mutating func readEscapedString(from start: Int) throws(Failure) -> String {
    var utf8 = Array(bytes[start..<offset])
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        let text = try string(utf8)
        offset += 1
        return text
      case UInt8(ascii: "\\"): try utf8.append(contentsOf: UTF8.encode(readEscape())!)
      case 0..<0x20: throw failure("a control character inside a string must be written as an escape")
      default:
        utf8.append(byte)
        offset += 1
      }
    }
    throw failure("a string is never closed")
  }

  private mutating func readEscape() throws(Failure) -> UnicodeScalar {
    guard offset + 1 < bytes.count else { throw failure("a string is never closed") }
    let kind = bytes[offset + 1]
    offset += 2
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UnicodeScalar(kind)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try readUnicodeEscape()
    default: throw failure("unknown escape in a string")
    }
  }

  private mutating func readUnicodeEscape() throws(Failure) -> UnicodeScalar {
    let first = try readFourDigits()
    if let scalar = UnicodeScalar(first) { return scalar }
    guard first < 0xDC00, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
      bytes[offset + 1] == UInt8(ascii: "u")
    else { throw failure("half of a surrogate pair stands alone in a string") }
    offset += 2
    let second = try readFourDigits()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw failure("half of a surrogate pair stands alone in a string") }
    return scalar
  }

  private mutating func readFourDigits() throws(Failure) -> UInt32 {
    guard offset + 4 <= bytes.count else { throw failure("\\u needs four hexadecimal digits") }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(UnicodeScalar(bytes[offset])).hexDigitValue else {
        throw failure("\\u needs four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  /// Steps over `word` (`true`, `false` or `null`).
  package mutating func skipWord(_ word: StaticString) throws(Failure) {
    for index in 0..<word.utf8CodeUnitCount {
      guard offset + index < bytes.count, bytes[offset + index] == word.utf8Start[index] else {
        throw failure("expected a value, found \(found())")
      }
    }
    offset += word.utf8CodeUnitCount
  }

  /// The text of a number, checked against the grammar, and whether it is written as an integer.
  package mutating func readNumber() throws(Failure) -> (text: Substring, isInteger: Bool) {
    _ = peek()
    let start = offset
    var isInteger = true
    if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let firstDigit = offset
    try skipDigits()
    if bytes[firstDigit] == UInt8(ascii: "0"), offset > firstDigit + 1 {
      throw failure("a number must not begin with 0")
    }
    if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
      isInteger = false
      offset += 1
      try skipDigits()
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      offset += 1
      if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
        offset += 1
      }
      try skipDigits()
    }
    return (Substring(decoding: bytes[start..<offset], as: UTF8.self), isInteger)
  }

  private mutating func skipDigits() throws(Failure) {
    let start = offset
    while offset < bytes.count, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
    guard offset > start else { throw failure("expected a digit, found \(found())") }
  }

  private func found() -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let byte = bytes[offset]
    return (0x21...0x7E).contains(byte)
      ? "'\(Character(UnicodeScalar(byte)))'" : "byte 0x" + String(byte, radix: 16, uppercase: true)
  }
}
