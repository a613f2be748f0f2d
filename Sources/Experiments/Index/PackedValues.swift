internal import Foundation
internal import Tables

/// JSON values packed for quick reading: every text and every list of keys is stored once and named by its number.
///
/// Thousands of experiments share their keys and most of their settings, so that reading them is mostly counting.
struct PackedValues {
  private(set) var texts: [String] = []
  /// Lists of keys, by the numbers of their texts.
  private(set) var shapes: [[Int]] = []
  private var numbersOfTexts: [String: Int] = [:]
  private var numbersOfShapes: [[Int]: Int] = [:]

  private enum Kind: UInt8 {
    case null, no, yes, integer, number, text, array, object
  }

  /// The tables at the beginning of a file.
  ///
  /// - Returns: `nil` when the bytes are none of ours.
  init?(from reader: inout PackedReader) {
    guard let textCount = reader.count() else { return nil }
    texts.reserveCapacity(textCount)
    for _ in 0..<textCount {
      guard let text = reader.text() else { return nil }
      texts.append(text)
    }
    guard let shapeCount = reader.count() else { return nil }
    for _ in 0..<shapeCount {
      guard let length = reader.count() else { return nil }
      var keys: [Int] = []
      for _ in 0..<length {
        guard let key = reader.count(below: textCount) else { return nil }
        keys.append(key)
      }
      shapes.append(keys)
    }
  }

  init() {}

  func writeTables(to bytes: inout PackedWriter) {
    bytes.append(count: texts.count)
    for text in texts { bytes.append(text: text) }
    bytes.append(count: shapes.count)
    for keys in shapes {
      bytes.append(count: keys.count)
      for key in keys { bytes.append(count: key) }
    }
  }

  // MARK: Packing

  /// Call once before packing, when the tables were read from a file.
  mutating func prepareForPacking() {
    guard numbersOfTexts.isEmpty else { return }
    numbersOfTexts = Dictionary(zip(texts, texts.indices), uniquingKeysWith: { first, _ in first })
    numbersOfShapes = Dictionary(zip(shapes, shapes.indices), uniquingKeysWith: { first, _ in first })
  }

  mutating func pack(_ value: JSONValue, into bytes: inout PackedWriter) {
    switch value {
    case .null: bytes.append(Kind.null.rawValue)
    case .bool(let value): bytes.append((value ? Kind.yes : .no).rawValue)
    case .integer(let value):
      bytes.append(Kind.integer.rawValue)
      bytes.append(word: UInt64(bitPattern: Int64(value)))
    case .number(let value):
      bytes.append(Kind.number.rawValue)
      bytes.append(word: value.bitPattern)
    case .string(let text):
      bytes.append(Kind.text.rawValue)
      bytes.append(count: number(of: text))
    case .array(let values):
      bytes.append(Kind.array.rawValue)
      bytes.append(count: values.count)
      for value in values { pack(value, into: &bytes) }
    case .object(let members):
      bytes.append(Kind.object.rawValue)
      bytes.append(count: number(of: members.map { number(of: $0.key) }))
      for member in members { pack(member.value, into: &bytes) }
    }
  }

  private mutating func number(of text: String) -> Int {
    if let number = numbersOfTexts[text] { return number }
    texts.append(text)
    numbersOfTexts[text] = texts.count - 1
    return texts.count - 1
  }

  private mutating func number(of shape: [Int]) -> Int {
    if let number = numbersOfShapes[shape] { return number }
    shapes.append(shape)
    numbersOfShapes[shape] = shapes.count - 1
    return shapes.count - 1
  }

  // MARK: Unpacking

  /// - Returns: `nil` when the bytes are none of ours.
  func unpack(_ reader: inout PackedReader, depth: Int = 0) -> JSONValue? {
    guard depth < 300, let kind = reader.byte().flatMap(Kind.init) else { return nil }
    switch kind {
    case .null: return .null
    case .no: return .bool(false)
    case .yes: return .bool(true)
    case .integer: return reader.word().map { .integer(Int(Int64(bitPattern: $0))) }
    case .number: return reader.word().map { .number(Double(bitPattern: $0)) }
    case .text: return reader.count(below: texts.count).map { .string(texts[$0]) }
    case .array:
      guard let count = reader.count() else { return nil }
      var values: [JSONValue] = []
      for _ in 0..<count {
        guard let value = unpack(&reader, depth: depth + 1) else { return nil }
        values.append(value)
      }
      return .array(values)
    case .object:
      guard let shape = reader.count(below: shapes.count) else { return nil }
      var members: [JSONMember] = []
      members.reserveCapacity(shapes[shape].count)
      for key in shapes[shape] {
        guard let value = unpack(&reader, depth: depth + 1) else { return nil }
        members.append(JSONMember(texts[key], value))
      }
      return .object(members)
    }
  }
}

/// Bytes being written.
struct PackedWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ byte: UInt8) { bytes.append(byte) }
  mutating func append(_ other: some Sequence<UInt8>) { bytes.append(contentsOf: other) }

  /// Seven bits a byte, the lowest first.
  mutating func append(count: Int) {
    var rest = UInt64(count)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func append(word: UInt64) {
    for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(shift)))) }
  }

  mutating func append(text: String) {
    append(count: text.utf8.count)
    append(text.utf8)
  }
}

/// Bytes being read; every answer is `nil` past their end.
struct PackedReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var position: Int

  /// - Parameter bytes: must outlive the reader.
  init(_ bytes: UnsafeRawBufferPointer, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func byte() -> UInt8? {
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    return bytes[position]
  }

  /// A count of things that take at least a byte each, so that a wrong one cannot claim memory, or a number below a bound.
  mutating func count(below bound: Int? = nil) -> Int? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 56, by: 7) {
      guard let byte = byte() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 {
        return value < UInt64(bound ?? bytes.count - position + 1) ? Int(value) : nil
      }
    }
    return nil
  }

  mutating func word() -> UInt64? {
    guard bytes.count - position >= 8 else { return nil }
    defer { position += 8 }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  mutating func slice(_ length: Int) -> UnsafeRawBufferPointer? {
    guard length >= 0, bytes.count - position >= length else { return nil }
    defer { position += length }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
  }

  mutating func text() -> String? {
    guard let length = count(), let slice = slice(length) else { return nil }
    return String(validating: slice, as: UTF8.self)
  }
}
