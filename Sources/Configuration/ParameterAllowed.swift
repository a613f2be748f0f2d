public import Tables

extension Parameter {
  /// What the setting may be, as the second half of "must be ...".
  public var allowed: String {
    switch kind {
    case .bool: "true or false"
    case .integer(let range): "a whole number \(Self.text(range))"
    case .number(let range): "a number \(range.text)"
    case .text, .optionalText, .marker: "a text"
    case .path: "a path"
    case .backbone: "a model directory or a hub id"
    case .adapter: "an adapter directory or an experiment as name@version"
    case .template: "the name of a template or a path to a text file"
    case .choice(let names, let aliases): "one of " + (names + aliases.keys.sorted()).joined(separator: ", ")
    case .texts(let minimum):
      minimum > 0 ? "a name or a list of names" : "a list of names, which may be empty"
    case .choices(let names): "a list of one or more of " + names.joined(separator: ", ")
    }
  }

  /// The values that have their effect in this version, as words.
  public var supported: String {
    switch support {
    case .acts, .recordedOnly: allowed
    case .actsFor(let values): values.map(Self.text).joined(separator: " or ")
    case .onlyDefault: Self.text(defaultValue)
    }
  }

  /// A value as a person would write it in a configuration.
  public static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): yamlNumber(value)
    case .string(let value): yamlScalar(value)
    case .array(let values): "[" + values.map(text).joined(separator: ", ") + "]"
    case .object: value.line()
    }
  }

  private static func text(_ range: ClosedRange<Int>) -> String {
    if range.upperBound >= ParameterTable.largestSeed { return "of at least \(range.lowerBound)" }
    return "from \(range.lowerBound) to \(range.upperBound)"
  }
}

extension NumberRange {
  /// The interval in words: "above 0", "of at least 0 and below 1".
  public var text: String {
    let low = (includesMinimum ? "of at least " : "above ") + Self.short(minimum)
    guard maximum < .greatestFiniteMagnitude else { return low }
    return low + (includesMaximum ? " and at most " : " and below ") + Self.short(maximum)
  }

  static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}
