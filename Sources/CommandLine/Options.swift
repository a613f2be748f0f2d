/// What a command line is told about an option; made from the typed options below.
public struct OptionDeclaration: Sendable {
  /// Without dashes.
  let name: String
  let short: Character?
  /// What stands for the value in help; `nil` for an option without one.
  let placeholder: String?
  let help: String
  /// The only values allowed, when there are few.
  let choices: [String]
  let kind: ArgumentKind

  var spelling: String {
    let long = "--" + name + (placeholder.map { " " + $0 } ?? "")
    return short.map { "-\($0), " + long } ?? "    " + long
  }
}

/// An option of a command, declared once and used to read its value.
public protocol CommandOption: Sendable {
  var declaration: OptionDeclaration { get }
}

/// An option that is either there or not.
public struct Flag: CommandOption {
  public let declaration: OptionDeclaration

  public init(_ name: String, short: Character? = nil, help: String) {
    declaration = OptionDeclaration(name: name, short: short, placeholder: nil, help: help, choices: [], kind: .text)
  }
}

/// An option with one value; given twice, the later one counts.
public struct ValueOption: CommandOption {
  public let declaration: OptionDeclaration

  /// - Parameter kind: what the value stands for; by its placeholder unless given.
  public init(
    _ name: String, short: Character? = nil, placeholder: String, choices: [String] = [],
    kind: ArgumentKind? = nil, help: String
  ) {
    declaration = OptionDeclaration(
      name: name, short: short, placeholder: placeholder, help: help, choices: choices,
      kind: kind ?? .implied(byOption: placeholder))
  }
}

/// An option that may be given several times.
public struct RepeatedOption: CommandOption {
  public let declaration: OptionDeclaration

  /// - Parameter kind: what a value stands for; by its placeholder unless given.
  public init(
    _ name: String, short: Character? = nil, placeholder: String, kind: ArgumentKind? = nil, help: String
  ) {
    declaration = OptionDeclaration(
      name: name, short: short, placeholder: placeholder, help: help, choices: [],
      kind: kind ?? .implied(byOption: placeholder))
  }
}

/// What a command line is told about a word that is no option.
public struct ArgumentDeclaration: Sendable {
  enum Count: Sendable { case required, optional, repeated }

  let name: String
  let help: String
  let count: Count
  let kind: ArgumentKind

  var spelling: String {
    switch count {
    case .required: name
    case .optional: "[\(name)]"
    case .repeated: "[\(name) ...]"
    }
  }
}

public protocol CommandArgument: Sendable {
  var declaration: ArgumentDeclaration { get }
}

public struct RequiredArgument: CommandArgument {
  public let declaration: ArgumentDeclaration

  /// - Parameter kind: what the word stands for; by its name unless given.
  public init(_ name: String, kind: ArgumentKind? = nil, help: String) {
    declaration = ArgumentDeclaration(name: name, help: help, count: .required, kind: kind ?? .implied(by: name))
  }
}

public struct OptionalArgument: CommandArgument {
  public let declaration: ArgumentDeclaration

  /// - Parameter kind: what the word stands for; by its name unless given.
  public init(_ name: String, kind: ArgumentKind? = nil, help: String) {
    declaration = ArgumentDeclaration(name: name, help: help, count: .optional, kind: kind ?? .implied(by: name))
  }
}

/// All remaining words; it must be a command's last argument.
public struct RepeatedArgument: CommandArgument {
  public let declaration: ArgumentDeclaration

  /// - Parameter kind: what the word stands for; by its name unless given.
  public init(_ name: String, kind: ArgumentKind? = nil, help: String) {
    declaration = ArgumentDeclaration(name: name, help: help, count: .repeated, kind: kind ?? .implied(by: name))
  }
}
