internal import Foundation
internal import Tables

/// A judge's answer, taken apart.
package struct JudgeReply {
  let text: String
  /// What the server calls the model that answered.
  let model: String?
  let promptTokens: Int
  let completionTokens: Int

  /// - Returns: `nil` for what is no answer of the Chat Completions interface.
  init?(_ body: Data) {
    let json: JSONValue
    do { json = try JSONValue(parsing: body) } catch {
      // Whatever it is, it is no answer.
      return nil
    }
    guard let text = json["choices"]?.arrayValue?.first?["message"]?["content"]?.stringValue else { return nil }
    self.text = text
    model = json["model"]?.stringValue
    let usage = json["usage"]
    promptTokens = max(0, usage?["prompt_tokens"]?.integerValue ?? 0)
    completionTokens = max(0, usage?["completion_tokens"]?.integerValue ?? 0)
  }

  /// The number behind the last `SCORE:`, from 0 to 10, a `/10` behind it allowed; `nil` when there is none.
  ///
  /// Digits and marks may be full width, as Japanese text has them, and the mark may be emphasised as in Markdown.
  package static func score(in text: String) -> Double? {
    let plain = String(String.UnicodeScalarView(text.unicodeScalars.map(halfWidth))).uppercased()
    guard let mark = plain.ranges(of: JudgeTemplate.mark).last else { return nil }
    var rest = plain[mark.upperBound...].drop { $0.isWhitespace || "*_:=[(\"'`".contains($0) }
    let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    rest = rest.dropFirst(digits.count)
    if let next = rest.first, next.isASCII, next.isLetter { return nil }
    // A point may be the end of the sentence.
    let number = digits.hasSuffix(".") ? digits.dropLast() : digits
    guard let value = Double(number), (0...10).contains(value) else { return nil }
    rest = rest.drop { $0.isWhitespace }
    if rest.first == "/" {
      let scale = rest.dropFirst().drop { $0.isWhitespace }.prefix { $0.isNumber }
      guard scale == "10" else { return nil }
    } else if let next = rest.first, next.isNumber || "%-~〜–".contains(next) {
      return nil
    }
    return value
  }

  private static func halfWidth(_ scalar: UnicodeScalar) -> UnicodeScalar {
    (0xFF01...0xFF5E).contains(scalar.value) ? UnicodeScalar(scalar.value - 0xFEE0) ?? scalar : scalar
  }
}
