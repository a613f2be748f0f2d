/// Why a table, a JSON document or a JSON Lines file cannot be read.
public struct TableError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
