/// A tokenizer that could not be loaded, or text or ids it cannot handle.
public struct TokenizationError: Error, CustomStringConvertible, Sendable, Equatable {
  public let description: String

  init(_ description: String) { self.description = description }
}
