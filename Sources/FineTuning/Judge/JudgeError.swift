/// Why a judge cannot be asked at all: no address, no key, no library.
public struct JudgeError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
