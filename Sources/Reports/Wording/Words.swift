public import Tables

/// Everything a page says in one language; numbers are the same in all.
public struct Words: Sendable {
  public let language: Language

  public init(_ language: Language) { self.language = language }

  public subscript(label: Label) -> String { label[language] }

  func text(_ label: Label, _ parts: [String: String]) -> String { label.filled(language, parts) }

  func html(_ label: Label, _ parts: [String: HTML] = [:]) -> HTML { label.filled(language, parts) }

  /// Long text up to a limit, with a mark that says how long it was.
  func shortened(_ text: String, to limit: Int = 300) -> String {
    let (kept, wholeCount) = cut(text, to: limit)
    return wholeCount.map { kept + "… " + self.text(.cutMark, ["count": Figures.count($0)]) } ?? kept
  }

  /// Text of unknown language for a template that includes `prose`.
  func prose(_ text: String, limit: Int = 2_000) -> TemplateValue {
    ["text": .text(shortened(text, to: limit)), "is_japanese": .flag(isJapanese(text))]
  }

  /// What the script says, as JSON that cannot end the element it is in.
  var scriptWords: HTML {
    HTML(
      inlineJSON: [
        "step": .string(self[.step]), "hide": .string(self[.hideCurve]), "all": .string(self[.showAll]),
        "sort": .string(self[.sortHint]),
      ])
  }
}

extension HTML {
  /// JSON for a `script` element.
  public init(inlineJSON json: JSONValue) {
    self.init(
      trusted: json.line().replacing("&", with: "\\u0026").replacing("<", with: "\\u003c")
        .replacing(">", with: "\\u003e"))
  }
}
