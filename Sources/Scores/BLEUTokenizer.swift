/// How BLEU cuts a line into words; the raw values are sacreBLEU's names.
public enum BLEUTokenizer: String, Sendable, Hashable, CaseIterable {
  /// Every character that is no white space is a word.
  case char
  /// The rules of mteval-v13a, sacreBLEU's default. A sentence without spaces, as in Japanese, is nearly one word.
  case thirteenA = "13a"

  /// The words of `line`.
  public func words(of line: String) -> [String] {
    wordScalars(of: line).map { word in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: word)
      return String(text)
    }
  }

  /// The words of `line`, each as its Unicode scalars.
  ///
  /// Words are not kept as `String`, which takes canonically equivalent texts for equal; sacreBLEU does not.
  func wordScalars(of line: String) -> [ArraySlice<UnicodeScalar>] {
    var scalars = Array(line.unicodeScalars)
    while let last = scalars.last, last.isWhitespaceForBLEU { scalars.removeLast() }
    switch self {
    case .char:
      return scalars.indices.filter { !scalars[$0].isWhitespaceForBLEU }.map { scalars[$0...$0] }
    case .thirteenA:
      return MTEval13a.separated(scalars).split(whereSeparator: \.isWhitespaceForBLEU)
    }
  }

  /// The tokenizer that suits `references`: `char` when at least half of them hold kana, else `13a`.
  public static func resolveAutomatic(references: some Collection<String>) -> BLEUTokenizer {
    let withKana = references.count { $0.unicodeScalars.contains(where: \.isKana) }
    return withKana > 0 && withKana * 2 >= references.count ? .char : .thirteenA
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
