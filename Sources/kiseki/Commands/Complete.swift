import CommandLine

extension Kiseki {
  private static let line = ValueOption(
    "line", placeholder: "LINE", help: "the line up to the cursor, for a shell that takes words apart in its own way")
  private static let breaks = ValueOption(
    "breaks", placeholder: "CHARACTERS", help: "where that shell begins a new word, besides spaces")
  private static let words = RepeatedArgument(
    "WORD", kind: .text, help: "the words behind the program's name; the last is the one being typed")

  /// What the scripts of `completions` call at every tab.
  static let completeCommand: Command = Command(
    "complete", summary: "what could be typed next", arguments: [words], options: [line, breaks], examples: [],
    isHidden: true
  ) { arguments in
    let console = Console(arguments.globals)
    let typing =
      arguments[line].map { TypedText(line: $0, breaks: arguments[breaks] ?? "") }
      ?? TypedText(words: arguments[words])
    for line in typing.answers(of: program, in: console.directory) { console.print(line) }
    return .success
  }
}
