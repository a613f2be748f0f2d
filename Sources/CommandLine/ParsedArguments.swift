/// The words a command was called with, read through the options it declared.
public struct ParsedArguments: Sendable {
  public internal(set) var globals = GlobalOptions()
  var flags: Set<String> = []
  var values: [String: [String]] = [:]
  var words: [String: [String]] = [:]

  public subscript(flag: Flag) -> Bool { flags.contains(flag.declaration.name) }

  public subscript(option: ValueOption) -> String? { values[option.declaration.name]?.last }

  public subscript(option: RepeatedOption) -> [String] { values[option.declaration.name] ?? [] }

  public subscript(argument: RequiredArgument) -> String {
    guard let word = words[argument.declaration.name]?.first else {
      preconditionFailure("the command does not declare \(argument.declaration.name)")
    }
    return word
  }

  public subscript(argument: OptionalArgument) -> String? { words[argument.declaration.name]?.first }

  public subscript(argument: RepeatedArgument) -> [String] { words[argument.declaration.name] ?? [] }

  /// The option's value as a whole number, `nil` when it was not given.
  ///
  /// - Throws: `UsageError` for anything but a whole number in `range`.
  public func integer(_ option: ValueOption, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = self[option] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      let bounds =
        range.upperBound == .max
        ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
      throw UsageError("--\(option.declaration.name) is '\(text)', but must be a whole number \(bounds)")
    }
    return value
  }
}
