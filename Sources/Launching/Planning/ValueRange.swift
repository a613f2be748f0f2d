internal import Foundation

/// `1e-5..1e-3:log5`: five values in equal ratios, or `1..9:lin3`: three in equal steps, ends included.
struct ValueRange {
  private static let largestCount = 1_000

  let first: Double
  let last: Double
  let count: Int
  let isGeometric: Bool
  /// The ends as they were written.
  private let written: (first: String, last: String)

  /// - Returns: `nil` for a text that is no range.
  /// - Throws: `LaunchingError` for a range that says too little or cannot be.
  init?(_ text: String, of word: String) throws {
    guard let dots = text.range(of: "..") else { return nil }
    func refusal(_ problem: String) -> LaunchingError {
      .usage("cannot plan '\(word)': \(problem); a range is written as 1e-5..1e-3:log5 or 1..9:lin3")
    }
    let rest = text[dots.upperBound...].split(separator: ":", omittingEmptySubsequences: false)
    written = (String(text[..<dots.lowerBound]), String(rest[0]))
    guard let first = Double(written.first), let last = Double(written.last), first.isFinite, last.isFinite else {
      throw refusal("the ends of the range '\(text)' are not two numbers")
    }
    guard rest.count == 2, rest[1].hasPrefix("log") || rest[1].hasPrefix("lin"), let count = Int(rest[1].dropFirst(3))
    else { throw refusal("the range '\(text)' does not say how many values it has, and how they are spaced") }
    guard (2...Self.largestCount).contains(count) else {
      throw refusal("the range '\(text)' has \(count) values, but a range has from 2 to \(Self.largestCount)")
    }
    guard first != last else { throw refusal("the range '\(text)' begins where it ends") }
    isGeometric = rest[1].hasPrefix("log")
    guard !isGeometric || (first > 0 && last > 0) else {
      throw refusal("the range '\(text)' is geometric, but not both of its ends are above 0")
    }
    (self.first, self.last, self.count) = (first, last, count)
  }

  /// The values as texts: the ends as written, those between with as few digits as keep them in their place.
  func values(wholeNumbers: Bool) -> [String] {
    let exact = (0..<count).map(value)
    return exact.enumerated().map { index, value in
      if index == 0 { return written.first }
      if index == count - 1 { return written.last }
      if wholeNumbers { return Self.wholeText(value) }
      // A hundredth of the way to the nearer neighbour is no difference anybody can measure.
      let tolerance = min(abs(value - exact[index - 1]), abs(exact[index + 1] - value)) / 100
      let digits = (1...17).first { abs((Double(Self.rounded(value, $0)) ?? value) - value) <= tolerance } ?? 17
      return text(value, digits)
    }
  }

  private func value(_ index: Int) -> Double {
    let share = Double(index) / Double(count - 1)
    return isGeometric ? first * pow(last / first, share) : first + (last - first) * share
  }

  private static func wholeText(_ value: Double) -> String {
    abs(value) < 1e15 ? String(Int(value.rounded())) : value.description
  }

  private static func rounded(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits - 1)e", value)
  }

  /// As the ends are written, so that names of trials are alike: `3.16e-5` between `1e-5` and `1e-3`, `0.0316` between
  /// `0.01` and `0.1`.
  private func text(_ value: Double, _ digits: Int) -> String {
    let hasExponents = [written.first, written.last].allSatisfy { $0.contains { $0 == "e" || $0 == "E" } }
    let exponential = Self.exponential(value, digits)
    if hasExponents { return exponential }
    let plain = Self.plain(value, digits)
    return plain.utf8.count <= Self.longestPlain ? plain : exponential
  }

  private static let longestPlain = 12

  private static func plain(_ value: Double, _ digits: Int) -> String {
    let parts = rounded(value, digits).split(separator: "e")
    let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    var text = String(format: "%.\(max(0, digits - 1 - exponent))f", Double(rounded(value, digits)) ?? value)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text == "-0" ? "0" : text
  }

  /// Without the zeros that `printf` puts into exponents.
  private static func exponential(_ value: Double, _ digits: Int) -> String {
    let parts = rounded(value, digits).split(separator: "e")
    var mantissa = String(parts[0])
    if mantissa.contains(".") {
      while mantissa.hasSuffix("0") { mantissa.removeLast() }
      if mantissa.hasSuffix(".") { mantissa.removeLast() }
    }
    return "\(mantissa)e\(Int(parts[1]) ?? 0)"
  }
}
