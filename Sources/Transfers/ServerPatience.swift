package import Foundation

/// How long a server asks to be left alone, in the headers it answers with.
package enum ServerPatience {
  /// Seconds to wait before asking again, of an answer that refuses: `retry-after-ms`, `Retry-After` (RFC 9110, seconds
  /// or a date), else the reset of a limit that is used up.
  package static func afterRefusal(_ headers: [String: String], now: Date = Date()) -> Double? {
    if let text = headers["retry-after-ms"], let value = number(text) { return value / 1_000 }
    if let text = headers["retry-after"] {
      if let seconds = number(text) { return seconds }
      if let date = date(text) { return max(0, date.timeIntervalSince(now)) }
    }
    return untilReset(headers)
  }

  /// Seconds until a limit that an answer says is used up is reset; `nil` when none is.
  package static func untilReset(_ headers: [String: String]) -> Double? {
    ["requests", "tokens"].compactMap { unit -> Double? in
      guard let left = headers["x-ratelimit-remaining-\(unit)"].flatMap(number), left <= 0 else { return nil }
      return headers["x-ratelimit-reset-\(unit)"].flatMap(duration)
    }.max()
  }

  private static func number(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
  }

  /// `6m0s`, `1.5s`, `20ms` or a bare number of seconds.
  static func duration(_ text: String) -> Double? {
    if let seconds = number(text) { return seconds }
    let units = ["ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400]
    var (total, rest) = (0.0, text[...])
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let value = number(String(digits)), let unit = units[String(name)] else { return nil }
      total += value * unit
    }
    return text.isEmpty ? nil : total
  }

  /// `Wed, 21 Oct 2026 07:28:00 GMT`
  private static func date(_ text: String) -> Date? {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return formatter.date(from: text)
  }
}
