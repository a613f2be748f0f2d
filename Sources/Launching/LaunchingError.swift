/// What kept a sweep from being planned or its trials from being started.
public struct LaunchingError: Error, CustomStringConvertible, Sendable {
  public enum Kind: Sendable, Hashable {
    /// What was asked for cannot be.
    case usage
    /// A plan that cannot be read, or a process that cannot be started.
    case failure
  }

  public let kind: Kind
  public let description: String

  public init(_ description: String, kind: Kind = .failure) {
    self.kind = kind
    self.description = description
  }

  static func usage(_ description: String) -> LaunchingError { LaunchingError(description, kind: .usage) }
}
