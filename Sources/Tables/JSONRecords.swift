import Glibc

/// Hands out the values of a file of JSON one by one: an array's elements, or values one after another as in JSON Lines.
///
/// Only one value is in memory at a time, so a file may be larger than it.
public struct JSONRecords {
  /// One value and where it stands.
  public struct Record {
    /// From 1.
    public let number: Int
    /// The line it begins on, from 1.
    public let line: Int
    public let value: JSONValue

    public init(number: Int, line: Int, value: JSONValue) {
      self.number = number
      self.line = line
      self.value = value
    }
  }

  /// A larger value is refused, so that a file without an end of one cannot exhaust memory.
  static let largestValue = 64 << 20

  /// Calls `body` with every value in order.
  ///
  /// - Throws: `TableError` with file, number and line when a value is no JSON; whatever `body` throws.
  public static func forEach(path: String, _ body: (Record) throws -> Void) throws {
    var reader = try ByteReader(path: path)
    defer { reader.close() }
    if try reader.peek() == 0xEF { for _ in 0..<3 { _ = try reader.next() } }
    try reader.skipSpace()
    guard let first = try reader.peek() else {
      throw TableError("cannot read \(path): the file is empty; it must hold rows")
    }
    let isArray = first == UInt8(ascii: "[")
    if isArray { _ = try reader.next() }
    var number = 0
    var value: [UInt8] = []
    while true {
      try reader.skipSpace()
      guard let byte = try reader.peek() else {
        guard !isArray else { throw TableError("cannot read \(path): its array is never closed; the file may be cut") }
        break
      }
      if isArray, byte == UInt8(ascii: "]") { break }
      number += 1
      let line = reader.line
      let place = "record \(number) (line \(line))"
      try reader.takeValue(into: &value, place: place)
      let parsed = try value.withUnsafeBytes { bytes in
        do throws(JSONScanner.Failure) {
          return try JSONValue(parsing: bytes)
        } catch {
          throw TableError("cannot read \(path): \(place): \(error.reason)")
        }
      }
      try body(Record(number: number, line: line, value: parsed))
      try reader.skipSpace()
      if isArray, try reader.peek() == UInt8(ascii: ",") { _ = try reader.next() }
    }
  }
}

/// A file's bytes, a buffer at a time.
private struct ByteReader {
  private let path: String
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var position = 0
  private var filled = 0
  /// Of the next byte, from 1.
  private(set) var line = 1

  init(path: String) throws {
    self.path = path
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close()
      throw TableError("cannot read \(path): it is not a regular file; give the path of a file")
    }
  }

  func close() { Glibc.close(descriptor) }

  private static func failure(_ path: String) -> TableError {
    TableError("cannot read \(path): \(String(cString: strerror(errno)))")
  }

  mutating func peek() throws -> UInt8? {
    if position == filled {
      position = 0
      repeat {
        filled = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      } while filled < 0 && errno == EINTR
      guard filled >= 0 else {
        filled = 0
        throw Self.failure(path)
      }
    }
    return filled == 0 ? nil : buffer[position]
  }

  mutating func next() throws -> UInt8? {
    guard let byte = try peek() else { return nil }
    position += 1
    if byte == UInt8(ascii: "\n") { line += 1 }
    return byte
  }

  mutating func skipSpace() throws {
    while let byte = try peek(), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { _ = try next() }
  }

  /// Takes the bytes of one value: up to the bracket that closes it, or for others up to a comma, bracket or line end.
  mutating func takeValue(into value: inout [UInt8], place: String) throws {
    value.removeAll(keepingCapacity: true)
    var state = ValueScan()
    while try peek() != nil {
      let (end, isComplete) = buffer[position..<filled].withUnsafeBufferPointer { bytes in
        for index in bytes.indices {
          if state.endsBefore(bytes[index]) { return (index, true) }
          if state.ends(with: bytes[index]) { return (index + 1, true) }
        }
        return (bytes.count, false)
      }
      let taken = buffer[position..<position + end]
      value += taken
      line += taken.count { $0 == UInt8(ascii: "\n") }
      position += end
      guard value.count <= JSONRecords.largestValue else {
        throw TableError(
          "cannot read \(path): \(place) has more than \(JSONRecords.largestValue >> 20) MB; it may never be closed")
      }
      if isComplete { return }
    }
  }
}

/// How deep within a value the bytes seen so far are.
private struct ValueScan {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var isEmpty = true

  /// Whether a value without brackets is over in front of this byte.
  func endsBefore(_ byte: UInt8) -> Bool {
    guard depth == 0, !isInString, !isEmpty else { return false }
    return byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
      || byte == UInt8(ascii: "\n")
  }

  /// Takes a byte in, and says whether it closes the value.
  mutating func ends(with byte: UInt8) -> Bool {
    isEmpty = false
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return false
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      return depth <= 0
    default: break
    }
    return false
  }
}
