internal import Foundation

/// Numbers as people read them; the same text in every locale.
public enum Format {
  /// `1,234,567`.
  public static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var groups: [Substring] = []
    var end = digits.endIndex
    while end > digits.startIndex {
      let start = digits.index(end, offsetBy: -3, limitedBy: digits.startIndex) ?? digits.startIndex
      groups.insert(digits[start..<end], at: 0)
      end = start
    }
    return (value < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// A number with its noun: `1 trial`, `1,000 trials`.
  public static func count(_ value: Int, _ noun: String) -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// `fractionDigits` behind the point: `3.142`.
  public static func decimal(_ value: Double, _ fractionDigits: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    return String(format: "%.\(fractionDigits)f", value)
  }

  /// About four digits, whatever the size: `0.0015`, `12.35`, `1.5e-05`.
  public static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite else { return decimal(value, 0) }
    return String(format: "%.\(digits)g", value)
  }

  /// `532 ms`, `4.2 s`, `3m 05s`, `2h 03m`, `5d 01h`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "?" }
    if seconds < 0.9995 { return decimal(seconds * 1_000, 0) + " ms" }
    if seconds < 59.95 { return decimal(seconds, 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3_600 { return "\(whole / 60)m \(twoDigits(whole % 60))s" }
    if whole < 86_400 { return "\(whole / 3_600)h \(twoDigits(whole / 60 % 60))m" }
    return "\(whole / 86_400)d \(twoDigits(whole / 3_600 % 24))h"
  }

  /// A running clock, whose width hardly changes: `0:07`, `12:34`, `1:02:03`.
  public static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "-:--" }
    let whole = Int(seconds)
    let tail = "\(twoDigits(whole % 60))"
    if whole < 3_600 { return "\(whole / 60):\(tail)" }
    return "\(whole / 3_600):\(twoDigits(whole / 60 % 60)):\(tail)"
  }

  /// Powers of 1,000: `512 B`, `13.7 MB`.
  public static func bytes(_ count: Int) -> String {
    var value = Double(count)
    var unit = 0
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    while abs(value) >= 999.95, unit < units.count - 1 {
      value /= 1_000
      unit += 1
    }
    return unit == 0 ? "\(count) B" : decimal(value, 1) + " " + units[unit]
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
