import CommandLine
import Configuration
import Tables

/// One setting, explained to a person.
struct ParameterExplanation {
  let parameter: Parameter
  let language: ExplanationLanguage

  private static let indent = "  "

  /// - Parameter width: columns that no line goes beyond.
  func lines(width: Int, palette: Palette) -> [String] {
    let words = ExplanationWords(language: language)
    var lines = [palette(.bold, parameter.key)]
    lines += paragraph(parameter.explanation[language], width)
    lines.append("")
    let facts = [
      (words.values, parameter.allowed(in: language)),
      (words.defaultValue, Parameter.text(parameter.defaultValue)),
      (words.tutorial, parameter.isInTutorial ? Parameter.text(parameter.tutorialValue) : words.notInTutorial),
      (words.status, words.status(of: parameter)),
    ]
    let labelWidth = facts.map { displayWidth(of: $0.0) }.max() ?? 0
    for (label, text) in facts {
      let start = Self.indent + padded(label, to: labelWidth) + Self.indent
      let room = width - displayWidth(of: start)
      // A value is shown as it is, with every space of it.
      let parts = displayWidth(of: text) <= room ? [text] : wrapped(text, to: room)
      for (index, line) in parts.enumerated() {
        lines.append((index == 0 ? start : padded("", to: displayWidth(of: start))) + line)
      }
    }
    if let advice = parameter.advice {
      lines += ["", palette(.bold, words.use)] + paragraph(advice.use[language], width)
      if let correction = advice.correction {
        lines += ["", palette(.bold, words.correction)] + paragraph(correction[language], width)
      }
    }
    return lines
  }

  private func paragraph(_ text: String, _ width: Int) -> [String] {
    wrapped(text, to: width - Self.indent.count).map { Self.indent + $0 }
  }
}

extension Parameter {
  /// Everything the table knows of it, in both languages.
  var explanationJSON: JSONValue {
    [
      "key": .string(key), "section": .string(section), "name": .string(name), "allowed": .string(allowed),
      "default": defaultValue, "tutorial": isInTutorial ? tutorialValue : .null,
      "is_in_tutorial": .bool(isInTutorial), "support": supportJSON, "explanation": explanation.json,
      "when_to_change": advice?.use.json ?? .null, "often_misread": advice?.correction?.json ?? .null,
    ]
  }

  /// `values` are those with effect, where not all have it.
  private var supportJSON: JSONValue {
    switch support {
    case .acts: ["state": "acts"]
    case .recordedOnly: ["state": "recorded"]
    case .onlyDefault: ["state": "not yet", "values": [defaultValue]]
    case .actsFor(let values): ["state": "in part", "values": .array(values)]
    }
  }
}

extension ExplanationText {
  var json: JSONValue { ["en": .string(english), "ja": .string(japanese)] }
}
