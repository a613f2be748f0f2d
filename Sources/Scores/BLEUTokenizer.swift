/// How BLEU cuts a line into words; the raw values are sacreBLEU's names.
public enum BLEUTokenizer: String, Sendable, Hashable, CaseIterable {
  /// The rules of mteval-v13a, sacreBLEU's default. A sentence without spaces, as in Japanese, is nearly one word.
  case thirteenA = "13a"
  /// The rules of mteval-v14: every punctuation mark and symbol of Unicode is a word.
  case international = "intl"
  /// Every character that is no white space is a word.
  case char
  /// Every Chinese character is a word, the rest is cut as by `13a`; kana are not cut.
  case chinese = "zh"
  /// At white space alone.
  case none
  /// The words MeCab finds with IPADIC.
  case japanese = "ja-mecab"

  /// The tokenizer that suits `references`: `ja-mecab` when at least half of them hold kana, else `13a`.
  public static func resolveAutomatic(references: some Collection<String>) -> BLEUTokenizer {
    let withKana = references.count { $0.unicodeScalars.contains(where: \.isKana) }
    return withKana > 0 && withKana * 2 >= references.count ? .japanese : .thirteenA
  }
}

/// A tokenizer with what it needs to work.
struct LineCutter: Sendable {
  private let tokenizer: BLEUTokenizer
  private let mecab: MeCab?

  /// - Throws: `ScoreError` when MeCab is asked for and is not installed.
  init(_ tokenizer: BLEUTokenizer) throws(ScoreError) {
    self.tokenizer = tokenizer
    mecab = tokenizer == .japanese ? try MeCab.shared() : nil
  }

  /// What sacreBLEU's signatures call it.
  var signature: String { tokenizer.rawValue + (mecab.map { "-\($0.version)-IPA" } ?? "") }

  func cut(_ line: String) -> CutLine {
    var scalars = Array(line.unicodeScalars)
    while let last = scalars.last, last.isWhitespaceForBLEU { scalars.removeLast() }
    return switch tokenizer {
    case .char: CutLine(characters: scalars)
    case .thirteenA: CutLine(separated: MTEval13a.separated(scalars))
    case .international: CutLine(separated: MTEvalInternational.separated(scalars))
    case .chinese: CutLine(separated: ChineseCharacters.separated(scalars))
    case .none: CutLine(separated: scalars)
    case .japanese: CutLine(separated: mecab?.separated(scalars) ?? scalars)
    }
  }
}

extension UnicodeScalar {
  /// White space as Python's `str.split()` knows it, which has U+001C to U+001F beside Unicode's own.
  var isWhitespaceForBLEU: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F,
      0x3000:
      true
    default: false
    }
  }

  /// Hiragana or katakana, half width included; the middle dot is left out, as other scripts use it too.
  var isKana: Bool {
    switch value {
    case 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D,
      0x1AFF0...0x1AFFF, 0x1B000...0x1B16F:
      true
    default: false
    }
  }
}
