/// The word separation of NIST's mteval-v14 script for any language, as sacreBLEU's tokenizer `intl` applies it.
///
/// Which scalar is a number, a mark or a symbol is what the Unicode of the Swift runtime says, as it is what that of
/// Python's `regex` says there: they may differ where a scalar is newer than one of them.
enum MTEvalInternational {
  /// `line` with white space wherever a word ends.
  static func separated(_ line: [UnicodeScalar]) -> [UnicodeScalar] {
    var text = line
    if text.contains(where: \.isPunctuation) {
      text = text.separatingPairs(spaces: .behind) { $1.isPunctuation && !$0.isNumber }
        .separatingPairs(spaces: .inFront) { $0.isPunctuation && !$1.isNumber }
    }
    return text.contains(where: \.isSymbol) ? text.separating { $0.isSymbol } : text
  }
}

extension UnicodeScalar {
  fileprivate var isPunctuation: Bool { kind == .punctuation }
  fileprivate var isNumber: Bool { kind == .number }
  fileprivate var isSymbol: Bool { kind == .symbol }

  private enum Kind { case punctuation, number, symbol, other }

  private var kind: Kind {
    switch value {
    case 0x61...0x7A, 0x41...0x5A, 0x20: return .other
    case 0..<128: return Self.kinds[Int(value)]
    // The letters of most text, because looking up a category takes longer.
    case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF, 0xAC00...0xD7A3:
      return .other
    default: break
    }
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return .punctuation
    case .decimalNumber, .letterNumber, .otherNumber: return .number
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return .symbol
    default: return .other
    }
  }

  /// Of every ASCII character.
  private static let kinds: [Kind] = (0..<128 as Range<UInt8>).map { code in
    switch UnicodeScalar(code) {
    case "0"..."9": .number
    case "$", "+", "<", "=", ">", "^", "`", "|", "~": .symbol
    case "!"..."/", ":"..."@", "["..."_", "{"..."}": .punctuation
    default: .other
    }
  }
}
