/// The id of a model on the hub: `name` or `owner/name`.
public struct HubModelID: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  /// - Throws: `HubError` for what the hub gives no model as a name; the id becomes the name of a folder.
  public init(_ text: String) throws(HubError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let isName =
      (1...2).contains(parts.count) && text.utf8.count <= 96 && !text.contains("--") && !text.contains("..")
      && parts.allSatisfy { part in
        part.utf8.allSatisfy(Self.allowed.contains) && ![nil, ".", "-"].contains(part.first)
          && ![nil, ".", "-"].contains(part.last)
      }
    guard isName else {
      throw HubError(
        "'\(text)' is no id of a model on the hub; one looks like line-corporation/japanese-large-lm-1.7b, in ASCII "
          + "letters, digits, '.', '-' and '_'")
    }
    self.text = text
  }

  public var description: String { text }

  /// Its folder in a cache: `models--owner--name`.
  var folder: String { (["models"] + text.split(separator: "/")).joined(separator: "--") }

  private static let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
}

/// A branch, a tag or a commit of a model on the hub.
public struct HubRevision: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  public static let main = HubRevision(known: "main")

  private init(known text: String) { self.text = text }

  /// - Throws: `HubError` for what git gives no branch as a name; it becomes a path in a cache.
  public init(_ text: String) throws(HubError) {
    guard let revision = HubRevision(checking: text) else {
      throw HubError("'\(text)' can be no branch, tag or commit; give one that the model has, such as main")
    }
    self = revision
  }

  init?(checking text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let isName =
      text.utf8.count <= 250 && !text.contains("..") && !text.hasPrefix("-")
      && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !Self.forbidden.contains($0) }
      && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
    guard isName else { return nil }
    self.text = text
  }

  private static let forbidden = Set(#"\~^:?*["#.unicodeScalars)

  public var description: String { text }

  /// Whether it is the whole name of a commit, which never becomes another.
  public var isCommit: Bool {
    text.utf8.count == 40 && text.utf8.allSatisfy(Set("0123456789abcdef".utf8).contains)
  }
}
