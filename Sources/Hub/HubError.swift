/// Why something of the hub is not to be had: one sentence with what was asked, what was found, and what to do.
public struct HubError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String

  init(_ description: String) { self.description = description }
}
