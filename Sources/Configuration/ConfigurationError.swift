/// Why a configuration is refused: the place, what was found there and what is allowed.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The configuration file, when the fault lies in one.
  public internal(set) var file: String?
  /// From 1.
  public internal(set) var line: Int?
  /// From 1.
  public internal(set) var column: Int?
  /// The `key=value` given on the command line, when the fault lies in it.
  public internal(set) var override: String?
  public internal(set) var key: String?
  /// The refused value as the user wrote it.
  public internal(set) var found: String?
  public internal(set) var allowed: String?
  /// The known name most like an unknown one.
  public internal(set) var nearest: String?
  /// The sentence without its place.
  public internal(set) var problem: String

  public var description: String {
    var place = ""
    if let override {
      place = "override '\(override)': "
    } else if let file {
      place = file + (line.map { ":\($0)" } ?? "") + (line == nil ? "" : column.map { ":\($0)" } ?? "") + ": "
    }
    return place + problem + (nearest.map { "; did you mean '\($0)'?" } ?? "")
  }
}

/// Where a value of a configuration was written.
enum ValueOrigin: Equatable, Sendable {
  case file(String, YAMLMark?)
  case override(String)
  case code

  func error(
    _ problem: String, key: String? = nil, found: String? = nil, allowed: String? = nil,
    nearest: String? = nil
  ) -> ConfigurationError {
    var error = ConfigurationError(
      key: key, found: found, allowed: allowed, nearest: nearest, problem: problem)
    switch self {
    case .file(let path, let mark):
      error.file = path
      error.line = mark?.line
      error.column = mark?.column
    case .override(let text): error.override = text
    case .code: break
    }
    return error
  }
}
