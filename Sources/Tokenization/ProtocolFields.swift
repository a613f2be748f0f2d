/// The fields of one protocol-buffer message, bounds checked, in file order.
struct ProtocolFields {
  enum Value {
    case number(UInt64)
    /// 32 bits of any type.
    case word(UInt32)
    case doubleWord
    case bytes(ArraySlice<UInt8>)

    var bytes: ArraySlice<UInt8>? { if case .bytes(let value) = self { value } else { nil } }
  }

  private(set) var all: [(number: Int, value: Value)] = []

  /// `nil` when the bytes are no such message.
  init?(_ message: ArraySlice<UInt8>) {
    var rest = message
    while !rest.isEmpty {
      guard let tag = Self.number(&rest) else { return nil }
      let value: Value
      switch tag & 7 {
      case 0:
        guard let number = Self.number(&rest) else { return nil }
        value = .number(number)
      case 1:
        guard rest.count >= 8 else { return nil }
        rest = rest.dropFirst(8)
        value = .doubleWord
      case 2:
        guard let count = Self.number(&rest), count <= UInt64(rest.count) else { return nil }
        value = .bytes(rest.prefix(Int(count)))
        rest = rest.dropFirst(Int(count))
      case 5:
        guard rest.count >= 4 else { return nil }
        value = .word(rest.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
        rest = rest.dropFirst(4)
      default: return nil
      }
      guard let number = Int(exactly: tag >> 3), number > 0 else { return nil }
      all.append((number, value))
    }
  }

  /// The value under a field number; of several the last counts.
  func last(_ number: Int) -> Value? { all.last { $0.number == number }?.value }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    return nil
  }
}
