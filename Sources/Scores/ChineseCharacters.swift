/// The word separation of sacreBLEU's tokenizer `zh`: every Chinese character is a word, the rest is cut as by `13a`.
enum ChineseCharacters {
  /// `line` with white space wherever a word ends.
  static func separated(_ line: [UnicodeScalar]) -> [UnicodeScalar] {
    let start = line.firstIndex { !$0.isWhitespaceForBLEU } ?? line.endIndex
    return MTEval13a.separatedByPunctuation(Array(line[start...]).separating(isChinese))
  }

  /// sacreBLEU's ranges.
  ///
  /// Where it means the ideographs from U+20000 to U+2A6D6, its text says U+2000 and a zero to U+2A6D and a six. So
  /// everything above U+2000 and up to U+2A6D counts, such as dashes and arrows, and those ideographs do not.
  private static func isChinese(_ scalar: UnicodeScalar) -> Bool {
    switch scalar.value {
    case 0x2001...0x2A6D, 0x2E80...0x2FDF, 0x2FF0...0x303F, 0x3100...0x312F, 0x31A0...0x31BF, 0x31C0...0x31EF,
      0x3200...0x33FF, 0x3400...0x4DB5, 0x4E00...0x9FBB, 0xF900...0xFA2D, 0xFA30...0xFA6A, 0xFA70...0xFAD9,
      0xFE10...0xFE1F, 0xFE30...0xFE4F, 0xFF00...0xFFEF:
      true
    default: false
    }
  }
}
