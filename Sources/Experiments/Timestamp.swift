public import Foundation

extension Date {
  /// In UTC to the nearest millisecond, as every JSON document has it: `2026-01-31T12:34:56.789Z`.
  ///
  /// What was read from a document is written as it was: a `Date` lies beside the millisecond it was read from, and the
  /// library's format cuts instead of rounding.
  public var documentText: String {
    // What a document may say is bounded, so that no torn one overflows a number here.
    let milliseconds = Int(min(max((timeIntervalSince1970 * 1000).rounded(), -6e13), 2.5e14))
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    // Times before 1970 do not occur; they only must not crash.
    let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(Date.ISO8601FormatStyle())
    let digits = String(abs(rest))
    return "\(whole.dropLast()).\(String(repeating: "0", count: 3 - digits.count))\(digits)Z"
  }
}

func timestamp(_ date: Date) -> String { date.documentText }

func date(_ text: String) -> Date? {
  for style in [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()] {
    do { return try style.parse(text) } catch { continue }
  }
  return nil
}
