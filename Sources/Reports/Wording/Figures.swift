internal import Foundation

/// Numbers as every page shows them, the same in each language and locale.
enum Figures {
  /// `1,234,567`.
  static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    let grouped = digits.indices.map { index in
      (index > 0 && (digits.count - index).isMultiple(of: 3) ? "," : "") + String(digits[index])
    }
    return (value < 0 ? "−" : "") + grouped.joined()
  }

  /// With a true minus sign, `—` for what is no number.
  static func decimal(_ value: Double, _ fractionDigits: Int) -> String {
    guard value.isFinite else { return "—" }
    let text = String(format: "%.\(fractionDigits)f", abs(value))
    // What rounds to zero has no sign.
    return value < 0 && text.contains { $0 != "0" && $0 != "." } ? "−" + text : text
  }

  /// With its sign always: `+1.25`.
  static func signed(_ value: Double, _ fractionDigits: Int) -> String {
    let text = decimal(value, fractionDigits)
    return value > 0 && text.contains { $0 != "0" && $0 != "." } ? "+" + text : text
  }

  /// `0.004`, or `< 0.001`.
  static func probability(_ value: Double) -> String {
    value < 0.001 ? "< 0.001" : decimal(value, value < 0.1 ? 3 : 2)
  }

  static func bytes(_ count: Int) -> String {
    var value = Double(count)
    var unit = 0
    let units = ["B", "kB", "MB", "GB", "TB"]
    while value >= 999.95, unit < units.count - 1 {
      value /= 1_000
      unit += 1
    }
    return unit == 0 ? "\(count) B" : "\(decimal(value, 1)) \(units[unit])"
  }

  /// `0.53 s`, `12.3 s`, `3 min 05 s`, `2 h 03 min`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "—" }
    if seconds < 59.95 { return decimal(seconds, seconds < 10 ? 2 : 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3_600 { return "\(whole / 60) min \(whole % 60 < 10 ? "0" : "")\(whole % 60) s" }
    return "\(whole / 3_600) h \(whole / 60 % 60 < 10 ? "0" : "")\(whole / 60 % 60) min"
  }

  /// The fewest digits that keep `digits` significant ones, as SVG reads them.
  static func coordinate(_ value: Double, digits: Int = 5) -> String {
    value == value.rounded() && abs(value) < 1e7 ? String(Int(value)) : String(format: "%.\(digits)g", value)
  }
}
