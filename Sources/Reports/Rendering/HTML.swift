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

  /// A name from data, which may break after its commas and equals signs rather than anywhere, and not within `5e-4`.
  public static func name(_ text: String) -> HTML {
    var pieces: [HTML] = []
    var rest = text[...]
    while let mark = rest.firstIndex(where: { $0 == "," || $0 == "=" }) {
      pieces.append(piece(rest[...mark]))
      rest = rest[rest.index(after: mark)...]
    }
    pieces.append(piece(rest))
    return HTML(trusted: "<bdi>" + pieces.joined("<wbr>").markup + "</bdi>")
  }

  /// Browsers end lines behind a hyphen, that of an exponent too.
  private static func piece(_ text: Substring) -> HTML {
    let isNumber =
      text.contains("-") && text.count < 24 && text.utf8.allSatisfy { "0123456789.eE+-,@".utf8.contains($0) }
    let markup = HTML(escaping: String(text)).markup
    return HTML(trusted: isNumber ? "<span class=\"nb\">\(markup)</span>" : markup)
  }

  public static func strong(_ content: HTML) -> HTML { HTML(trusted: "<strong>\(content.markup)</strong>") }
}

extension Sequence<HTML> {
  public func joined(_ separator: String = "") -> HTML {
    HTML(trusted: map(\.markup).joined(separator: separator))
  }
}
