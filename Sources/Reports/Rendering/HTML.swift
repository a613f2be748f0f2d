/// Markup that is safe to put into a page as it is: made by our templates and charts, never from data alone.
public struct HTML: Sendable, Hashable {
  public let markup: String

  /// - Parameter trusted: markup in which everything that came from data is escaped.
  public init(trusted: String) { markup = trusted }

  /// Text as it may stand between tags and in quoted attributes, controls made visible.
  public init(escaping text: String) {
    var markup = ""
    markup.reserveCapacity(text.utf8.count + 16)
    for scalar in visible(text).unicodeScalars {
      switch scalar {
      case "&": markup += "&amp;"
      case "<": markup += "&lt;"
      case ">": markup += "&gt;"
      case "\"": markup += "&quot;"
      case "'": markup += "&#39;"
      default: markup.unicodeScalars.append(scalar)
      }
    }
    self.markup = markup
  }

  public static let empty = HTML(trusted: "")

  public static func + (left: HTML, right: HTML) -> HTML { HTML(trusted: left.markup + right.markup) }

  /// Text from data, whose direction cannot spill over what surrounds it.
  public static func isolated(_ text: String) -> HTML {
    HTML(trusted: "<bdi>" + HTML(escaping: text).markup + "</bdi>")
  }

  /// A name from data, which may break after its commas, equals signs and slashes rather than anywhere.
  public static func name(_ text: String) -> HTML {
    var markup = isolated(text).markup
    for mark in [",", "="] { markup = markup.replacing(mark, with: mark + "<wbr>") }
    return HTML(trusted: markup)
  }

  public static func strong(_ content: HTML) -> HTML { HTML(trusted: "<strong>\(content.markup)</strong>") }
}

extension Sequence<HTML> {
  public func joined(_ separator: String = "") -> HTML {
    HTML(trusted: map(\.markup).joined(separator: separator))
  }
}
