/// The word separation of NIST's mteval-v13a script, as sacreBLEU's tokenizer `13a` applies it.
///
/// Each rule is a pass over the whole line that goes from left to right and never looks at a scalar twice, because
/// the originals are regular-expression substitutions; the order of the passes matters.
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
    text = separatingPunctuation([" "] + text + [" "])
    text = separatingPairs(text, where: { !isDigit($0) && isPeriodOrComma($1) }) { [$0, " ", $1, " "] }
    text = separatingPairs(text, where: { isPeriodOrComma($0) && !isDigit($1) }) { [" ", $0, " ", $1] }
    return separatingPairs(text, where: { isDigit($0) && $1 == "-" }) { [$0, " ", $1, " "] }
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

  /// Puts spaces around every ASCII punctuation mark but apostrophe, comma, hyphen and period.
  private static func separatingPunctuation(_ text: [UnicodeScalar]) -> [UnicodeScalar] {
    var result: [UnicodeScalar] = []
    result.reserveCapacity(text.count * 2)
    for scalar in text {
      switch scalar {
      case " "..."&", "("..."+", ":"..."@", "["..."`", "{"..."~", "/":
        result.append(" ")
        result.append(scalar)
        result.append(" ")
      default: result.append(scalar)
      }
    }
    return result
  }

  private static func separatingPairs(
    _ text: [UnicodeScalar], where matches: (UnicodeScalar, UnicodeScalar) -> Bool,
    into replacement: (UnicodeScalar, UnicodeScalar) -> [4 of UnicodeScalar]
  ) -> [UnicodeScalar] {
    var result: [UnicodeScalar] = []
    result.reserveCapacity(text.count + 16)
    var index = 0
    while index < text.count {
      if index + 1 < text.count, matches(text[index], text[index + 1]) {
        let four = replacement(text[index], text[index + 1])
        for place in four.indices { result.append(four[place]) }
        index += 2
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  private static func isDigit(_ scalar: UnicodeScalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isPeriodOrComma(_ scalar: UnicodeScalar) -> Bool { scalar == "." || scalar == "," }
}
