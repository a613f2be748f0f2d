/// A model directory, an adapter or a request that cannot be used, in one sentence for the user.
public struct ModelError: Error, CustomStringConvertible, Sendable {
  public enum Kind: Sendable {
    case other
    /// A setting asks for what the model does not have.
    case setting
  }

  public let kind: Kind
  public let description: String

  public init(_ description: String, kind: Kind = .other) {
    self.kind = kind
    self.description = description
  }
}
