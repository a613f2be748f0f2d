/// The word separation of NIST's mteval-v13a script, as sacreBLEU's tokenizer `13a` applies it.
enum MTEval13a {
  /// `line` with white space wherever a word ends.
  static func separated(_ line: [UnicodeScalar]) -> [UnicodeScalar] {
    var text = replacing("<skipped>", with: "", in: line)
    text = replacing("-\n", with: "", in: text)
    text = replacing("\n", with: " ", in: text)
    if text.contains("&") {
      text = replacing("&quot;", with: "\"", in: text)
      text = replacing("&amp;", with: "&", in: text)
      text = replacing("&lt;", with: "<", in: text)
      text = replacing("&gt;", with: ">", in: text)
    }
    return separatedByPunctuation([" "] + text + [" "])
  }

  /// The part of the script that depends on the language: it suits those written in Latin letters.
  static func separatedByPunctuation(_ line: [UnicodeScalar]) -> [UnicodeScalar] {
    var text = line.separating(isPunctuation)
    if text.contains(where: isPeriodOrComma) {
      text = text.separatingPairs(spaces: .behind) { !isDigit($0) && isPeriodOrComma($1) }
        .separatingPairs(spaces: .inFront) { isPeriodOrComma($0) && !isDigit($1) }
    }
    return text.contains("-") ? text.separatingPairs(spaces: .behind) { isDigit($0) && $1 == "-" } : text
  }

  private static func replacing(
    _ pattern: String, with replacement: String, in text: [UnicodeScalar]
  ) -> [UnicodeScalar] {
    let pattern = Array(pattern.unicodeScalars)
    guard text.contains(pattern[0]) else { return text }
    var result: [UnicodeScalar] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == pattern[0], text[index...].starts(with: pattern) {
        result.append(contentsOf: replacement.unicodeScalars)
        index += pattern.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// Every ASCII punctuation mark but apostrophe, comma, hyphen and period; the space is one.
  private static func isPunctuation(_ scalar: UnicodeScalar) -> Bool {
    switch scalar {
    case " "..."&", "("..."+", ":"..."@", "["..."`", "{"..."~", "/": true
    default: false
    }
  }

  private static func isDigit(_ scalar: UnicodeScalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isPeriodOrComma(_ scalar: UnicodeScalar) -> Bool { scalar == "." || scalar == "," }
}
