/// A model directory, an adapter or a request that cannot be used, in one sentence for the user.
public struct ModelError: Error, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
