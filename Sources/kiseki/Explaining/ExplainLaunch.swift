import CommandLine
import Configuration
import Tables

/// What `explain` was asked for.
struct ExplainLaunch {
  /// A full key or a bare name; `nil` for all of them.
  let name: String?
  let language: ExplanationLanguage

  private static let widest = 100

  /// - Throws: `UsageError` for a name that no setting has.
  func start(_ console: Console) throws {
    let words = ExplanationWords(language: language)
    guard let name else {
      if console.globals.wantsJSON { return console.print(.array(ParameterTable.all.map(\.explanationJSON))) }
      ParameterOverview(language: language).lines(width: console.width, palette: console.palette)
        .forEach { console.print($0) }
      return console.hint(words.next)
    }
    let candidates = ParameterTable.parameters(named: name)
    if candidates.isEmpty, let foreign = ParameterTable.foreignExplanation(name) {
      return show(foreign.key, foreign.reason, words, console)
    }
    guard let parameter = candidates.first else {
      throw UsageError("unknown key '\(name)'", nearest: ParameterTable.nearest(to: name))
    }
    guard candidates.count == 1 else {
      throw UsageError("'\(name)' may mean \(candidates.map(\.key).joined(separator: " or ")); write the section too")
    }
    if console.globals.wantsJSON { return console.print(parameter.explanationJSON) }
    ParameterExplanation(parameter: parameter, language: language)
      .lines(width: width(console), palette: console.palette).forEach { console.print($0) }
    console.hint(words.tryIt(parameter.shortKey))
  }

  private func show(_ key: String, _ reason: ExplanationText, _ words: ExplanationWords, _ console: Console) {
    if console.globals.wantsJSON {
      return console.print(["key": .string(key), "support": ["state": "foreign"], "explanation": reason.json])
    }
    console.print(console.palette(.bold, key))
    for text in [words.foreign, reason[language]] {
      for line in wrapped(text, to: width(console) - 2) { console.print("  " + line) }
    }
  }

  private func width(_ console: Console) -> Int { min(console.width ?? Self.widest, Self.widest) }
}
