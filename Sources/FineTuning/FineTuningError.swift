/// A training that cannot start or go on: data without labels, settings that do not fit the data.
public struct FineTuningError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
