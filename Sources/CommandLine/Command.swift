/// One verb of a program: its words, its help and what it does.
public struct Command: Sendable {
  public let name: String
  public let summary: String
  let arguments: [ArgumentDeclaration]
  let options: [OptionDeclaration]
  public let examples: [String]
  /// For programs, not for people: help and completions pass over it.
  public let isHidden: Bool
  public let run: @Sendable (ParsedArguments) throws -> ExitCode

  /// - Parameter examples: whole command lines, shown under the help.
  public init(
    _ name: String, summary: String, arguments: [any CommandArgument] = [], options: [any CommandOption] = [],
    examples: [String], isHidden: Bool = false, run: @escaping @Sendable (ParsedArguments) throws -> ExitCode
  ) {
    self.name = name
    self.summary = summary
    self.arguments = arguments.map(\.declaration)
    self.options = options.map(\.declaration)
    self.examples = examples
    self.isHidden = isHidden
    self.run = run
    precondition(
      self.arguments.dropLast().allSatisfy { $0.count != .repeated },
      "\(name): only the last argument may be repeated")
  }
}

/// A program made of commands.
public struct Program: Sendable {
  public let name: String
  public let version: String
  let summary: String
  let examples: [String]
  let environment: [EnvironmentVariable]
  public let commands: [Command]

  public init(
    name: String, version: String, summary: String, examples: [String], environment: [EnvironmentVariable] = [],
    commands: [Command]
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.examples = examples
    self.environment = environment
    self.commands = commands
  }
}

/// A variable of the environment that the program heeds, for its help.
public struct EnvironmentVariable: Sendable {
  let name: String
  let help: String

  public init(_ name: String, help: String) {
    self.name = name
    self.help = help
  }
}

/// The options every command understands, before or after its name.
public struct GlobalOptions: Sendable, Equatable {
  /// Where to work, as given; `nil` for the current directory.
  public var directory: String?
  public var isQuiet = false
  public var isVerbose = false
  /// Results as JSON instead of text.
  public var wantsJSON = false
  public var color = ColorMode.automatic

  public init() {}

  static let directoryOption = ValueOption(
    "directory", short: "C", placeholder: "DIR", help: "work in DIR instead of the current directory")
  static let quietOption = Flag("quiet", short: "q", help: "no progress, only results and errors")
  static let verboseOption = Flag("verbose", short: "v", help: "say more about what is done")
  static let jsonOption = Flag("json", help: "results as JSON, for programs")
  static let colorOption = ValueOption(
    "color", placeholder: "WHEN", choices: ColorMode.allCases.map(\.rawValue),
    help: "colour the output: auto, always or never")
  static let helpOption = Flag("help", short: "h", help: "show this help")
  static let versionOption = Flag("version", help: "show the version")

  static let options: [OptionDeclaration] = [
    directoryOption.declaration, quietOption.declaration, verboseOption.declaration, jsonOption.declaration,
    colorOption.declaration, helpOption.declaration, versionOption.declaration,
  ]
}
