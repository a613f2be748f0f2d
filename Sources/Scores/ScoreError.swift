/// Why a score cannot be computed on this machine.
public struct ScoreError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
