/// A language reports are written in.
public enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case japanese = "ja"
}

/// A text of ours in every language; `{name}` stands for what is filled in.
public struct Label: Sendable, Hashable {
  public let english: String
  public let japanese: String

  public init(_ english: String, _ japanese: String) {
    self.english = english
    self.japanese = japanese
  }

  public subscript(language: Language) -> String {
    switch language {
    case .english: english
    case .japanese: japanese
    }
  }

  /// The text with markup in its places.
  ///
  /// - Parameter parts: what stands for `{name}`; one that the text does not name is not used.
  public func filled(_ language: Language, _ parts: [String: HTML]) -> HTML {
    fill(self[language], escape: { HTML(escaping: $0).markup }) { parts[$0]?.markup }
  }

  /// The text with plain text in its places, not escaped.
  public func filled(_ language: Language, _ parts: [String: String]) -> String {
    fill(self[language], escape: { $0 }) { parts[$0] }
  }

  private func fill(_ text: String, escape: (String) -> String, part: (String) -> String?) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = String(rest[rest.index(after: open)..<close])
      result += escape(String(rest[..<open]))
      result += part(name) ?? escape("{\(name)}")
      rest = rest[rest.index(after: close)...]
    }
    return result + escape(String(rest))
  }

  private func fill(_ text: String, escape: (String) -> String, part: (String) -> String?) -> HTML {
    HTML(trusted: fill(text, escape: escape, part: part))
  }
}
