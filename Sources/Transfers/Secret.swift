internal import Foundation

/// A text that is shown to nobody: it goes into requests and is struck out of everything else.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let text: String

  /// - Parameter name: what the user knows it by, such as `OPENAI_API_KEY`.
  /// - Throws: `TransferError` for characters that no key has, and that could end a header.
  public init(_ text: String, named name: String) throws(TransferError) {
    guard text.unicodeScalars.allSatisfy({ $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }) else {
      throw TransferError("\(name) holds spaces or other characters that no key has")
    }
    self.text = text
  }

  public var description: String { "(hidden)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }

  package var isEmpty: Bool { text.isEmpty }
  package var authorization: String? { text.isEmpty ? nil : "Bearer " + text }

  /// Shorter ones, such as the EMPTY that servers at home are given, keep nobody out and may be words of a text.
  private static let shortest = 8

  /// A text of a server, which may have been told the secret, without it.
  package func struckOut(of other: String) -> String {
    text.utf8.count < Self.shortest
      ? other : other.replacingOccurrences(of: text, with: description, options: .literal)
  }

  /// A server's text as it may be shown and kept: without the secret, without control characters, of bearable length.
  package func clean(_ text: String, keepingLines: Bool = false) -> String {
    let limit = keepingLines ? 10_000 : 300
    let scalars = struckOut(of: text).unicodeScalars.prefix(limit).map { scalar in
      // Marks of direction, too, can make a line of a terminal say something else.
      ![.control, .format].contains(scalar.properties.generalCategory) || (keepingLines && scalar == "\n")
        ? scalar : " "
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
