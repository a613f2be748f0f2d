import CommandLine
import Configuration

/// All settings by section, one line each.
struct ParameterOverview {
  let language: ExplanationLanguage

  /// - Parameter width: columns of the terminal; `nil` cuts nothing.
  func lines(width: Int?, palette: Palette) -> [String] {
    let words = ExplanationWords(language: language)
    var lines: [String] = []
    for section in ParameterTable.sections {
      let parameters = ParameterTable.all.filter { $0.section == section }
      var table = TextTable(columns: [.init(words.key), .init(words.defaultValue), .init(words.meaning)])
      for parameter in parameters {
        let value = Parameter.text(parameter.defaultValue)
        table.add([parameter.name, truncated(value, to: 26), firstSentence(of: parameter)])
      }
      if !lines.isEmpty { lines.append("") }
      lines.append(palette(.bold, words.title(ofSection: section)))
      lines += table.lines(width: width.map { $0 - 2 }).dropFirst().map { "  " + $0 }
    }
    return lines
  }

  private func firstSentence(of parameter: Parameter) -> String {
    let text = parameter.explanation[language]
    let end = language == .english ? ". " : "。"
    guard let range = text.firstRange(of: end) else { return text }
    return text[..<range.lowerBound] + (language == .english ? "." : "。")
  }
}
