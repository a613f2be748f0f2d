internal import Spelling

/// What a command line asks for.
public enum Invocation: Sendable {
  case help(String)
  case version(String)
  case run(Command, ParsedArguments)
}

extension Program {
  /// Understands a command line, given without the program's own name.
  ///
  /// Options may stand before or after other words; `--` ends them; `-` and negative numbers are words.
  ///
  /// - Throws: `UsageError` for an unknown command or option, a missing or superfluous word.
  public func parse(_ arguments: [String]) throws(UsageError) -> Invocation {
    var reader = WordReader(words: arguments[...])
    while let word = try reader.next(options: GlobalOptions.options, command: nil) {
      if word == "help" {
        guard let topic = reader.words.first, !topic.hasPrefix("-") else { return .help(helpText()) }
        return .help(helpText(for: try command(named: topic)))
      }
      return try parse(command(named: word), &reader)
    }
    if reader.has(GlobalOptions.versionOption) { return .version("\(name) \(version)") }
    if reader.has(GlobalOptions.helpOption) { return .help(helpText()) }
    throw UsageError("no command is given")
  }

  private func parse(_ command: Command, _ reader: inout WordReader) throws(UsageError) -> Invocation {
    var words: [String] = []
    let options = command.options + GlobalOptions.options
    reader.takesSettings = command.arguments.contains { $0.kind == .setting }
    while let word = try reader.next(options: options, command: command.name) { words.append(word) }
    if reader.has(GlobalOptions.helpOption) { return .help(helpText(for: command)) }
    if reader.has(GlobalOptions.versionOption) { return .version("\(name) \(version)") }
    reader.parsed.words = try assign(words, to: command)
    return .run(command, reader.finished())
  }

  private func command(named name: String) throws(UsageError) -> Command {
    if let command = commands.first(where: { $0.name == name }) { return command }
    throw UsageError(
      "unknown command '\(name)'", nearest: nearestName(to: name, among: commands.filter { !$0.isHidden }.map(\.name)))
  }

  private func assign(_ words: [String], to command: Command) throws(UsageError) -> [String: [String]] {
    var rest = words[...]
    var result: [String: [String]] = [:]
    for argument in command.arguments {
      switch argument.count {
      case .required:
        guard let word = rest.popFirst() else {
          throw UsageError("\(command.name) needs \(argument.name): \(argument.help)", command: command.name)
        }
        result[argument.name] = [word]
      case .optional: result[argument.name] = rest.popFirst().map { [$0] } ?? []
      case .repeated:
        result[argument.name] = Array(rest)
        rest = []
      }
    }
    for argument in command.arguments {
      guard case .choice(let choices) = argument.kind else { continue }
      for word in result[argument.name] ?? [] where !choices.contains(word) {
        throw UsageError(
          "\(argument.name) is '\(word)', but must be one of \(choices.joined(separator: ", "))",
          nearest: nearestName(to: word, among: choices), command: command.name)
      }
    }
    guard let superfluous = rest.first else { return result }
    throw UsageError("'\(superfluous)' is more than \(command.name) takes", command: command.name)
  }
}

/// Takes words off a command line: options are noted, the others handed out.
private struct WordReader {
  var words: ArraySlice<String>
  var parsed = ParsedArguments()
  /// Whether words like `key=value` are settings.
  var takesSettings = false
  private var optionsEnded = false

  init(words: ArraySlice<String>) { self.words = words }

  func has(_ flag: Flag) -> Bool { parsed[flag] }

  /// The next word that is no option; `nil` at the end.
  mutating func next(options: [OptionDeclaration], command: String?) throws(UsageError) -> String? {
    while let word = words.popFirst() {
      if optionsEnded || !word.hasPrefix("-") || word == "-" || Double(word) != nil { return word }
      if word == "--" {
        optionsEnded = true
      } else if word.hasPrefix("--") {
        try takeLong(word, options: options, command: command)
      } else {
        try takeShort(word, options: options, command: command)
      }
    }
    return nil
  }

  private mutating func takeLong(_ word: String, options: [OptionDeclaration], command: String?)
    throws(UsageError)
  {
    let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    guard let option = options.first(where: { $0.name == name }) else {
      throw UsageError(
        "unknown option '--\(name)'",
        nearest: nearestName(to: name, among: options.map(\.name)).map { "--" + $0 } ?? setting(in: word),
        command: command)
    }
    try take(option, as: "--" + name, value: parts.count > 1 ? String(parts[1]) : nil, command: command)
  }

  /// `lora_r=8` for `--lora-r=8`, as other programs have it.
  private func setting(in word: String) -> String? {
    guard takesSettings, let equals = word.firstIndex(of: "=") else { return nil }
    let key = word[..<equals].dropFirst(2).map { $0 == "-" ? "_" : $0 }
    return String(key) + String(word[equals...])
  }

  private mutating func takeShort(
    _ word: String, options: [OptionDeclaration], command: String?
  ) throws(UsageError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let option = options.first(where: { $0.short == letter }) else {
        throw UsageError("unknown option '-\(letter)'", command: command)
      }
      if option.placeholder == nil {
        try take(option, as: "-\(letter)", value: nil, command: command)
      } else {
        // -nNAME and -n=NAME are the same as -n NAME.
        let attached = letters.hasPrefix("=") ? letters.dropFirst() : letters
        try take(option, as: "-\(letter)", value: letters.isEmpty ? nil : String(attached), command: command)
        return
      }
    }
  }

  private mutating func take(
    _ option: OptionDeclaration, as spelling: String, value: String?, command: String?
  ) throws(UsageError) {
    guard let placeholder = option.placeholder else {
      if let value {
        throw UsageError("option '\(spelling)' takes no value, but got '\(value)'", command: command)
      }
      parsed.flags.insert(option.name)
      return
    }
    guard let value = value ?? words.popFirst() else {
      throw UsageError("option '\(spelling)' needs a value: \(spelling) \(placeholder)", command: command)
    }
    guard option.choices.isEmpty || option.choices.contains(value) else {
      throw UsageError(
        "option '\(spelling)' is '\(value)', but must be one of \(option.choices.joined(separator: ", "))",
        nearest: nearestName(to: value, among: option.choices), command: command)
    }
    parsed.values[option.name, default: []].append(value)
  }

  /// The words with the global options in their own place.
  func finished() -> ParsedArguments {
    var result = parsed
    // Given twice, as in `git -C a -C b`, the second counts from the first.
    for directory in parsed.values["directory"] ?? [] {
      let base = result.globals.directory
      result.globals.directory =
        directory.hasPrefix("/") ? directory : (base.map { $0 + "/" } ?? "") + directory
    }
    result.globals.isQuiet = parsed[GlobalOptions.quietOption]
    result.globals.isVerbose = parsed[GlobalOptions.verboseOption]
    result.globals.wantsJSON = parsed[GlobalOptions.jsonOption]
    result.globals.color = parsed[GlobalOptions.colorOption].flatMap(ColorMode.init) ?? .automatic
    return result
  }
}
