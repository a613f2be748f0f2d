import CommandLine

extension Kiseki {
  private static let shell = RequiredArgument(
    "SHELL", kind: .choice(CompletionScript.allCases.map(\.rawValue)), help: "bash, zsh or fish")

  static let completionsCommand = Command(
    "completions", summary: "print a script that completes commands, names and settings in a shell",
    arguments: [shell],
    examples: [
      "source <(kiseki completions bash)", "source <(kiseki completions zsh)", "kiseki completions fish | source",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    guard let script = CompletionScript(rawValue: arguments[shell]) else { return .usage }
    console.write(script.text)
    console.hint(script.hint)
    return .success
  }
}
