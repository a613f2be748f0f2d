internal import Foundation

/// What a template is filled with.
public enum TemplateValue: Sendable {
  /// Text from anywhere: controls are made visible, and `{{name}}` escapes it.
  case text(String)
  /// Markup of ours; its name ends in `_html`, and only such names may stand in `{{{name}}}`.
  case markup(HTML)
  case flag(Bool)
  case list([TemplateValue])
  case object([(String, TemplateValue)])

  /// The ending of names that are put into the page unescaped.
  static let markupSuffix = "_html"
  /// No text is longer than this on a page, whatever a caller forgot to cut.
  private static let longestText = 8_000

  /// Text, or `false` where there is none, so that a section of the same name is left out.
  public static func optional(_ text: String?) -> TemplateValue { text.map { .text($0) } ?? .flag(false) }

  /// The form `CMustache` reads.
  func write(to bytes: inout TemplateBytes, under name: String = "") {
    switch self {
    case .text(let text):
      precondition(!name.hasSuffix(Self.markupSuffix), "'\(name)' would be put into the page unescaped")
      let (kept, wholeCount) = cut(text, to: Self.longestText)
      bytes.add(text: visible(kept) + (wholeCount == nil ? "" : "…"))
    case .markup(let html):
      precondition(name.hasSuffix(Self.markupSuffix), "markup '\(name)' would be escaped")
      bytes.add(text: html.markup)
    case .flag(let isSet): bytes.add(tag: isSet ? "T" : "F")
    case .list(let items):
      bytes.add(tag: "L", count: items.count)
      for item in items { item.write(to: &bytes, under: name) }
    case .object(let members):
      bytes.add(tag: "O", count: members.count)
      for (name, value) in members {
        bytes.add(name: name)
        value.write(to: &bytes, under: name)
      }
    }
  }
}

/// Values being written in the form `CMustache` reads.
struct TemplateBytes {
  private(set) var data = Data()

  mutating func add(tag: Unicode.Scalar) { data.append(UInt8(ascii: tag)) }

  mutating func add(tag: Unicode.Scalar, count: Int) {
    add(tag: tag)
    withUnsafeBytes(of: UInt64(count)) { data.append(contentsOf: $0) }
  }

  mutating func add(name: String) {
    withUnsafeBytes(of: UInt64(name.utf8.count)) { data.append(contentsOf: $0) }
    data.append(contentsOf: name.utf8)
  }

  mutating func add(text: String) {
    add(tag: "S")
    add(name: text)
  }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByStringInterpolation
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, TemplateValue)...) { self = .object(elements) }
}
