import CommandLine

/// What stands in front of the cursor when a shell asks for completions.
struct TypedText {
  private let words: [String]
  /// Set for a shell that replaces only a part of the word and inserts what it gets as it is.
  private let replacement: (breaks: String, quote: Character?)?

  /// - Parameter words: behind the program's name.
  init(words: [String]) {
    self.words = words
    replacement = nil
  }

  /// - Parameters:
  ///   - line: from the program's name up to the cursor.
  ///   - breaks: characters at which the shell begins a new word.
  init(line: String, breaks: String) {
    let split = ShellWords.split(line)
    words = Array(split.words.dropFirst())
    replacement = (breaks, split.openQuote)
  }

  /// One line for each word that could stand there, with a tab and what it means where the shell shows that.
  func answers(of program: Program, in directory: String) -> [String] {
    let typed = words.last ?? ""
    let source = CompletionSource(directory: directory)
    let candidates = program.completions(of: words) { source.candidates($0, $1, below: $2) }
      .filter { !$0.word.contains { $0.isNewline || $0 == "\t" || $0 == "\0" } }
    guard let replacement else {
      return candidates.map { $0.help.isEmpty ? $0.word : "\($0.word)\t\($0.help)" }
    }
    // In an open quote the shell takes the word whole.
    let kept =
      replacement.quote == nil ? typed.lastIndex { replacement.breaks.contains($0) }.map(typed.index(after:)) : nil
    let known = typed.distance(from: typed.startIndex, to: kept ?? typed.startIndex)
    return candidates.map { ShellWords.quoted(String($0.word.dropFirst(known)), in: replacement.quote) }
  }
}
