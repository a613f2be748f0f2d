/// What a word of a command line stands for, so that a shell can offer what fits.
public enum ArgumentKind: Sendable, Hashable {
  /// Anything; nothing is offered.
  case text
  /// An experiment or a sweep, perhaps with a version.
  case experiment
  /// A configuration file.
  case configuration
  /// `key=value`
  case setting
  /// The name of a setting.
  case parameter
  case file
  case directory
  /// One of these words.
  case choice([String])

  /// What a placeholder stands for by this program's habit of writing them.
  static func implied(by placeholder: String) -> ArgumentKind {
    if placeholder.hasPrefix("KEY=") { return .setting }
    switch placeholder.prefix(while: { $0.isLetter }) {
    case "NAME", "SWEEP", "A", "B": return .experiment
    case "CONFIG": return .configuration
    case "FILE": return .file
    case "DIR": return .directory
    default: return .text
    }
  }

  /// The same for an option's value, where a bare name is one to be given.
  static func implied(byOption placeholder: String) -> ArgumentKind {
    placeholder == "NAME" ? .text : implied(by: placeholder)
  }
}
