public import Tables

/// One setting of an experiment: what it may be and what it means.
///
/// The table of these is the single source of validation, of resolved configurations and of every explanation.
public struct Parameter: Sendable {
  /// What values a setting takes.
  public enum Kind: Sendable, Equatable {
    case bool
    case integer(ClosedRange<Int>)
    case number(NumberRange)
    case text
    /// Text that `null`, `None` and the empty text leave unset.
    case optionalText
    /// Text in which escapes such as `\n` are decoded.
    case marker
    /// A file or directory, relative to the configuration's folder; empty for none.
    case path
    /// A model directory like `path`, or a hub id.
    case backbone
    /// An adapter directory like `path`, or an experiment as `name@version`; empty for none.
    case adapter
    /// A text file like `path`, or the name of a template that comes with the program.
    case template
    /// One of the names, or an alias standing for one of them.
    case choice([String], aliases: [String: String] = [:])
    case texts(minimumCount: Int)
    case choices([String])
  }

  /// Whether a value has its effect in this version of the program.
  public enum Support: Sendable, Equatable {
    case acts
    /// Only these values have their effect; others are refused as not supported yet.
    case actsFor([JSONValue])
    /// Only the default is accepted.
    case onlyDefault
    /// Accepted and written down, without meaning here.
    case recordedOnly
  }

  /// Empty for the keys at the top level.
  public let section: String
  public let name: String
  public let kind: Kind
  public let defaultValue: JSONValue
  /// What the tutorial's experiment used.
  public let tutorialValue: JSONValue
  public let support: Support
  /// One to three sentences for a beginner, in English.
  public let english: String
  /// One to three sentences for a beginner, in Japanese.
  public let japanese: String

  /// The name with its section: `training.lora_r`.
  public var key: String { section.isEmpty ? name : section + "." + name }

  /// `key` is the full key; the tutorial's value is the default where none is given.
  init(
    _ key: String, _ kind: Kind, default defaultValue: JSONValue, tutorial: JSONValue? = nil,
    support: Support = .acts, english: String, japanese: String
  ) {
    let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
    section = parts.count == 2 ? parts[0] : ""
    name = parts.last ?? key
    self.kind = kind
    self.defaultValue = defaultValue
    tutorialValue = tutorial ?? defaultValue
    self.support = support
    self.english = english
    self.japanese = japanese
  }
}

/// An interval of finite numbers.
public struct NumberRange: Sendable, Equatable {
  public let minimum: Double
  public let maximum: Double
  public let includesMinimum: Bool
  public let includesMaximum: Bool

  static func atLeast(_ minimum: Double) -> NumberRange {
    NumberRange(
      minimum: minimum, maximum: .greatestFiniteMagnitude, includesMinimum: true, includesMaximum: true)
  }

  static func above(_ minimum: Double, through maximum: Double = .greatestFiniteMagnitude) -> NumberRange {
    NumberRange(minimum: minimum, maximum: maximum, includesMinimum: false, includesMaximum: true)
  }

  static func from(_ minimum: Double, below maximum: Double) -> NumberRange {
    NumberRange(minimum: minimum, maximum: maximum, includesMinimum: true, includesMaximum: false)
  }

  static func between(_ minimum: Double, _ maximum: Double) -> NumberRange {
    NumberRange(minimum: minimum, maximum: maximum, includesMinimum: false, includesMaximum: false)
  }

  static func from(_ minimum: Double, through maximum: Double) -> NumberRange {
    NumberRange(minimum: minimum, maximum: maximum, includesMinimum: true, includesMaximum: true)
  }

  public func contains(_ value: Double) -> Bool {
    value.isFinite && (includesMinimum ? value >= minimum : value > minimum)
      && (includesMaximum ? value <= maximum : value < maximum)
  }
}
