/// What kept a sweep from being planned or its trials from being started.
public struct LaunchingError: Error, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
