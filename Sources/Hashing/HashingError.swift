/// A file that could not be hashed: which one, why, and what to do next.
public struct HashingError: Error, CustomStringConvertible, Sendable {
  public let description: String
}
