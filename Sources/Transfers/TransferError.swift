/// Why nothing can be exchanged with a server at all: no library, no address, no key. A clause without an end, so that
/// the operation can stand before it and the advice behind.
public struct TransferError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String

  package init(_ description: String) { self.description = description }
}
