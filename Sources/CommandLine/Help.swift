extension Program {
  /// What the program is and what it can do, ending in a newline.
  public func helpText() -> String {
    var text = "\(name): \(summary)\n\nUsage: \(name) [options] COMMAND ...\n"
    text += Self.block("Commands", commands.filter { !$0.isHidden }.map { ($0.name, $0.summary) })
    text += Self.block("Options of every command", GlobalOptions.options.map { ($0.spelling, $0.help) })
    text += Self.block("Environment", environment.map { ($0.name, $0.help) })
    text += Self.block(examples)
    return text + "\n'\(name) help COMMAND' says more about one command.\n"
  }

  /// What one command does and takes, ending in a newline.
  public func helpText(for command: Command) -> String {
    let words = command.arguments.map { " " + $0.spelling }.joined()
    let hasOptions = command.options.isEmpty ? "" : " [options]"
    var text =
      "\(name) \(command.name): \(command.summary)\n\nUsage: \(name) \(command.name)\(hasOptions)\(words)\n"
    text += Self.block("Arguments", command.arguments.map { ($0.name, $0.help) })
    text += Self.block("Options", command.options.map { ($0.spelling, $0.help) })
    text += Self.block("Options of every command", GlobalOptions.options.map { ($0.spelling, $0.help) })
    return text + Self.block(command.examples)
  }

  /// What stands on stderr after a usage error, without a newline.
  public func message(for error: UsageError) -> String {
    let help = error.command.map { "\(name) help \($0)" } ?? "\(name) --help"
    let end = error.description.hasSuffix("?") ? "" : "."
    return "\(name): \(error.description)\(end) See '\(help)'."
  }

  /// Columns no line of help goes beyond.
  private static let lineWidth = 100

  private static func block(_ title: String, _ rows: [(String, String)]) -> String {
    guard !rows.isEmpty else { return "" }
    let width = min(rows.map { displayWidth(of: $0.0) }.max() ?? 0, 28)
    let indent = "  \(padded("", to: width))  "
    let lines = rows.map { left, right in
      let text = wrapped(right, to: lineWidth - displayWidth(of: indent)).joined(separator: "\n" + indent)
      return displayWidth(of: left) > width
        ? "  \(left)\n\(indent)\(text)" : "  \(padded(left, to: width))  \(text)"
    }
    return "\n\(title):\n" + lines.joined(separator: "\n") + "\n"
  }

  private static func block(_ examples: [String]) -> String {
    guard !examples.isEmpty else { return "" }
    return "\nExamples:\n" + examples.map { "  \($0)\n" }.joined()
  }
}
