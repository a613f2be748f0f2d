/// A word that could stand where the cursor is.
public struct CompletionCandidate: Sendable, Hashable {
  public let word: String
  /// What it means, in one line; may be empty.
  public let help: String
  /// More follows without a space, as behind `key=` or `folder/`.
  public var continues: Bool { word.hasSuffix("=") || word.hasSuffix("/") }

  public init(_ word: String, help: String = "") {
    self.word = word
    self.help = help
  }
}

extension Program {
  /// Tells the words of one kind that begin with what is typed; the directory is that of `-C`.
  public typealias CompletionSource = (_ kind: ArgumentKind, _ typed: String, _ directory: String?) ->
    [CompletionCandidate]

  /// The words that could stand at the end of a command line.
  ///
  /// - Parameters:
  ///   - words: those behind the program's name; the last is the one being typed, perhaps empty.
  ///   - source: knows experiments, files and settings.
  public func completions(of words: [String], from source: CompletionSource) -> [CompletionCandidate] {
    var state = TypedLine(program: self)
    for word in words.dropLast() { state.take(word) }
    let typed = words.last ?? ""
    return state.candidates(typed, source).filter { $0.word.hasPrefix(typed) }
  }
}

/// What the words in front of the cursor have settled.
private struct TypedLine {
  let program: Program
  private var command: Command?
  private var asksForHelp = false
  private var isLost = false
  private var wordCount = 0
  private var optionsEnded = false
  /// The option whose value comes next.
  private var pending: OptionDeclaration?
  private var directory: String?

  init(program: Program) { self.program = program }

  private var options: [OptionDeclaration] { (command?.options ?? []) + GlobalOptions.options }

  mutating func take(_ word: String) {
    if let option = pending {
      pending = nil
      settle(option, word)
    } else if optionsEnded || !word.hasPrefix("-") || word == "-" {
      takeWord(word)
    } else if word == "--" {
      optionsEnded = true
    } else if word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let option = options.first(where: { $0.name == parts.first.map(String.init) }) else { return }
      if parts.count == 2 { settle(option, String(parts[1])) } else { expectValue(of: option) }
    } else {
      takeLetters(word.dropFirst())
    }
  }

  private mutating func takeLetters(_ word: Substring) {
    var letters = word
    while let letter = letters.popFirst() {
      guard let option = options.first(where: { $0.short == letter }), option.placeholder != nil else { continue }
      if letters.isEmpty { pending = option } else { settle(option, String(letters)) }
      return
    }
  }

  private mutating func expectValue(of option: OptionDeclaration) {
    if option.placeholder != nil { pending = option }
  }

  private mutating func settle(_ option: OptionDeclaration, _ value: String) {
    guard option.name == GlobalOptions.directoryOption.declaration.name else { return }
    directory = value.hasPrefix("/") ? value : (directory.map { $0 + "/" } ?? "") + value
  }

  private mutating func takeWord(_ word: String) {
    if command != nil || asksForHelp {
      wordCount += 1
    } else if word == "help" {
      asksForHelp = true
    } else {
      command = program.commands.first { $0.name == word }
      isLost = command == nil
    }
  }

  func candidates(_ typed: String, _ source: Program.CompletionSource) -> [CompletionCandidate] {
    if isLost { return [] }
    if let pending { return values(of: pending, typed, source) }
    if !optionsEnded, typed.hasPrefix("--"), let equals = typed.firstIndex(of: "=") {
      let name = typed[..<equals].dropFirst(2)
      guard let option = options.first(where: { $0.name == name }), option.placeholder != nil else { return [] }
      let value = String(typed[typed.index(after: equals)...])
      return values(of: option, value, source).map {
        CompletionCandidate("--\(name)=\($0.word)", help: $0.help)
      }
    }
    if !optionsEnded, typed.hasPrefix("-") {
      return options.map { CompletionCandidate("--" + $0.name, help: $0.help) }
    }
    let commands = program.commands.filter { !$0.isHidden }.map { CompletionCandidate($0.name, help: $0.summary) }
    if asksForHelp { return wordCount == 0 ? commands : [] }
    guard let command else { return commands + [CompletionCandidate("help", help: "say more about one command")] }
    guard let argument = command.argument(at: wordCount) else { return [] }
    return values(of: argument.kind, typed, source)
  }

  private func values(
    of option: OptionDeclaration, _ typed: String, _ source: Program.CompletionSource
  ) -> [CompletionCandidate] {
    option.choices.isEmpty
      ? values(of: option.kind, typed, source) : values(of: .choice(option.choices), typed, source)
  }

  private func values(
    of kind: ArgumentKind, _ typed: String, _ source: Program.CompletionSource
  ) -> [CompletionCandidate] {
    if case .choice(let choices) = kind { return choices.map { CompletionCandidate($0) } }
    return source(kind, typed, directory)
  }
}

extension Command {
  /// What the word at a place behind the command's name stands for.
  fileprivate func argument(at index: Int) -> ArgumentDeclaration? {
    if index < arguments.count { return arguments[index] }
    return arguments.last.flatMap { $0.count == .repeated ? $0 : nil }
  }
}
