/// Why a file of tensors cannot be read or written.
public struct TensorFileError: Error, CustomStringConvertible, Sendable, Hashable {
  public let description: String

  public init(_ description: String) { self.description = description }
}
