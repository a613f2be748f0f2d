/// A training that cannot start or go on: data without labels, settings that do not fit the data.
public struct FineTuningError: Error, CustomStringConvertible, Sendable, Hashable {
  public enum Kind: Sendable {
    case other
    /// A setting asks for what there is not.
    case setting
  }

  public let kind: Kind
  public let description: String

  public init(_ description: String, kind: Kind = .other) {
    self.kind = kind
    self.description = description
  }
}
