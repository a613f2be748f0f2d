public import Foundation
public import Tables

/// One value of a field of an experiment, as a filter sees it.
public enum FilterValue: Hashable, Sendable {
  case number(Double)
  case text(String)
  case bool(Bool)
  /// Compared by as much of `2026-01-31T12:34:56` as the filter writes, in the local time zone, as tables show it.
  case time(String)
  /// Of a list without elements: equal to nothing, and so unequal to everything.
  case nothing

  public init(_ date: Date) { self = .time(date.localTimestamp) }

  /// The values of a setting or a score: the elements of a list, one of anything else; `null` reads `None`, as in tables.
  public static func values(_ json: JSONValue) -> [FilterValue] {
    switch json {
    case .null: [.text("None")]
    case .bool(let value): [.bool(value)]
    case .integer(let value): [.number(Double(value))]
    case .number(let value): [.number(value)]
    case .string(let value): [.text(value)]
    case .array(let values): values.flatMap(FilterValue.values)
    case .object: []
    }
  }

  /// How `contains` sees it.
  var text: String {
    switch self {
    case .number(let value): JSONValue.number(value).line()
    case .text(let value), .time(let value): value
    case .bool(let value): value ? "True" : "False"
    case .nothing: ""
    }
  }
}

/// A value as written in a filter.
struct FilterLiteral: Sendable {
  let text: String
  private let folded: String
  /// When the text is a number, in quotes or not.
  private let number: Double?
  var isNumber: Bool { number != nil }

  init(_ text: String) {
    self.text = text
    folded = text.lowercased()
    number = Self.number(text)
  }

  /// A plain finite number; not what else `Double` reads, such as `inf` or `0x1p3`.
  static func number(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }),
      let value = Double(text), value.isFinite
    else { return nil }
    return value
  }

  /// The order of `value` and this literal, `nil` where the two have none.
  func order(of value: FilterValue) -> ComparisonResult? {
    switch value {
    case .nothing: return nil
    case .number(let value):
      guard let number else { return nil }
      return value == number ? .orderedSame : value < number ? .orderedAscending : .orderedDescending
    case .bool(let value): return folded == (value ? "true" : "false") ? .orderedSame : nil
    case .text(let value):
      if let number, let found = Self.number(value), value != text {
        return found == number ? nil : found < number ? .orderedAscending : .orderedDescending
      }
      return Self.order(value[...], text[...])
    case .time(let value):
      let wanted = text.replacing(" ", with: "T")
      return Self.order(value.prefix(wanted.count), wanted[...])
    }
  }

  func isContained(in value: FilterValue) -> Bool { folded.isEmpty || value.text.lowercased().contains(folded) }

  private static func order(_ left: Substring, _ right: Substring) -> ComparisonResult {
    left == right ? .orderedSame : left < right ? .orderedAscending : .orderedDescending
  }
}

extension Date {
  /// In the local time zone: `2026-01-31T12:34:56`.
  var localTimestamp: String {
    var seconds = time_t(timeIntervalSince1970)
    var parts = tm()
    guard localtime_r(&seconds, &parts) != nil else { return "" }
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%S", &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
