/// A language reports are written in.
public enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case japanese = "ja"
}

/// A text of ours in every language; `{name}` stands for what is filled in, and `{name:row|rows}` for the word that goes
/// with it, the first for exactly 1.
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
      result += part(name) ?? word(for: name, part: part).map(escape) ?? escape("{\(name)}")
      rest = rest[rest.index(after: close)...]
    }
    return result + escape(String(rest))
  }

  private func word(for name: String, part: (String) -> String?) -> String? {
    let halves = name.split(separator: ":", maxSplits: 1)
    guard halves.count == 2, let count = part(String(halves[0])) else { return nil }
    let forms = halves[1].split(separator: "|", omittingEmptySubsequences: false)
    return forms.count == 2 ? String(forms[count == "1" ? 0 : 1]) : nil
  }

  private func fill(_ text: String, escape: (String) -> String, part: (String) -> String?) -> HTML {
    HTML(trusted: fill(text, escape: escape, part: part))
  }
}
