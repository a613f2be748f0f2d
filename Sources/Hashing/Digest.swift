/// The 32 bytes of a SHA-256 hash.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  private let words: SIMD4<UInt64>

  /// - Precondition: `bytes` holds exactly 32 bytes.
  public init(bytes: some Collection<UInt8>) {
    precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes, not \(bytes.count)")
    var words = SIMD4<UInt64>()
    for (index, byte) in bytes.enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
    self.words = words
  }

  /// Reads 64 hexadecimal digits of either case; `nil` for anything else.
  public init?(hex: some StringProtocol) {
    guard let bytes = bytesFromHex(hex, count: 32) else { return nil }
    self.init(bytes: bytes)
  }

  public var bytes: [UInt8] {
    (0..<4).flatMap { index in bigEndianBytes(words[index]) }
  }
  public var hex: String { hexText(bytes) }
  public var description: String { hex }
}

/// The 20 bytes of a SHA-1 hash, which is what git names objects by.
public struct SHA1Digest: Hashable, Sendable, CustomStringConvertible {
  private let high: UInt64
  private let middle: UInt64
  private let low: UInt32

  /// - Precondition: `bytes` holds exactly 20 bytes.
  public init(bytes: some Collection<UInt8>) {
    precondition(bytes.count == 20, "a SHA-1 digest has 20 bytes, not \(bytes.count)")
    let list = Array(bytes)
    high = bigEndianWord(list[0..<8])
    middle = bigEndianWord(list[8..<16])
    low = UInt32(truncatingIfNeeded: bigEndianWord(list[16..<20]))
  }

  /// Reads 40 hexadecimal digits of either case; `nil` for anything else.
  public init?(hex: some StringProtocol) {
    guard let bytes = bytesFromHex(hex, count: 20) else { return nil }
    self.init(bytes: bytes)
  }

  public var bytes: [UInt8] {
    bigEndianBytes(high) + bigEndianBytes(middle) + bigEndianBytes(UInt64(low)).suffix(4)
  }
  public var hex: String { hexText(bytes) }
  public var description: String { hex }
}

private func bigEndianWord(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  bytes.reduce(0) { $0 << 8 | UInt64($1) }
}

private func bigEndianBytes(_ word: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
}

private func hexText(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(2 * bytes.count)
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

private func bytesFromHex(_ text: some StringProtocol, count: Int) -> [UInt8]? {
  var nibbles: [UInt8] = []
  for character in text.utf8 {
    guard nibbles.count < 2 * count else { return nil }
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): nibbles.append(character - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): nibbles.append(character - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): nibbles.append(character - UInt8(ascii: "A") + 10)
    default: return nil
    }
  }
  guard nibbles.count == 2 * count else { return nil }
  return stride(from: 0, to: 2 * count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
}
