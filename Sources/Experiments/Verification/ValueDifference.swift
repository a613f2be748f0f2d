public import Tables

/// One value of a repetition that is not what was recorded.
public struct ValueDifference: Hashable, Sendable, CustomStringConvertible {
  /// What differs: `train/loss`, `scores.bleu`, `prediction`.
  public let name: String
  /// `nil` where the recorded run has nothing there.
  public let recorded: JSONValue?
  /// `nil` where the repetition has nothing there.
  public let repeated: JSONValue?

  public init(name: String, recorded: JSONValue?, repeated: JSONValue?) {
    self.name = name
    self.recorded = recorded
    self.repeated = repeated
  }

  /// How many doubles lie between two numbers, one of them counted.
  public var ulps: UInt64? {
    guard let (first, second) = numbers else { return nil }
    return Self.ulps(first, second)
  }

  /// |recorded - repeated| / |recorded|
  public var relative: Double? {
    guard let (first, second) = numbers, first != 0 else { return nil }
    return abs(first - second) / abs(first)
  }

  private var numbers: (Double, Double)? {
    guard let first = recorded?.doubleValue, let second = repeated?.doubleValue else { return nil }
    return (first, second)
  }

  public static func ulps(_ first: Double, _ second: Double) -> UInt64 {
    distance(ordered(first), ordered(second))
  }

  public static func ulps(_ first: Float, _ second: Float) -> UInt64 {
    distance(ordered(first), ordered(second))
  }

  /// The place of a number among all doubles; both zeros have one.
  private static func ordered(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: value.bitPattern)
    return bits >= 0 ? bits : Int64.min &- bits
  }

  private static func ordered(_ value: Float) -> Int64 {
    let bits = Int32(bitPattern: value.bitPattern)
    return Int64(bits >= 0 ? bits : Int32.min &- bits)
  }

  private static func distance(_ first: Int64, _ second: Int64) -> UInt64 {
    first > second ? UInt64(bitPattern: first &- second) : UInt64(bitPattern: second &- first)
  }

  public var description: String {
    let values = "\(Self.text(recorded)) vs \(Self.text(repeated))"
    guard let ulps else { return "\(name) (\(values))" }
    let share = relative.map { ", relative \(Self.short($0))" } ?? ""
    return "\(name), \(ulps) ulp (\(values)\(share))"
  }

  private static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    var (scaled, exponent) = (value, 0)
    while scaled >= 10 { (scaled, exponent) = (scaled / 10, exponent + 1) }
    while scaled < 1 { (scaled, exponent) = (scaled * 10, exponent - 1) }
    return "\((scaled * 10).rounded() / 10)e\(exponent)"
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case nil: "nothing"
    case .string(let text)?: quoted(text)
    case .object?, .array?: "…"
    case let value?: value.line()
    }
  }

  /// The first member in which two values differ, in the order they were recorded.
  public static func first(_ recorded: JSONValue, _ repeated: JSONValue, under name: String = "") -> ValueDifference? {
    if recorded == repeated { return nil }
    func inner(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }
    switch (recorded, repeated) {
    case (.object(let old), .object(let new)):
      for member in old {
        guard let value = repeated[member.key] else {
          return ValueDifference(name: inner(member.key), recorded: member.value, repeated: nil)
        }
        if let found = first(member.value, value, under: inner(member.key)) { return found }
      }
      let extra = new.first { recorded[$0.key] == nil }
      return extra.map { ValueDifference(name: inner($0.key), recorded: nil, repeated: $0.value) }
    case (.array(let old), .array(let new)):
      for index in 0..<max(old.count, new.count) {
        let label = "\(name)[\(index)]"
        guard index < old.count, index < new.count else {
          // A bare nil would be the JSON value null here.
          return ValueDifference(
            name: label, recorded: index < old.count ? old[index] : JSONValue?.none,
            repeated: index < new.count ? new[index] : JSONValue?.none)
        }
        if let found = first(old[index], new[index], under: label) { return found }
      }
      return nil
    default:
      // 1 and 1.0 are written alike.
      if let old = recorded.doubleValue, let new = repeated.doubleValue, old == new { return nil }
      return ValueDifference(name: name, recorded: recorded, repeated: repeated)
    }
  }
}
