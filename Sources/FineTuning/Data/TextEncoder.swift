public import Tokenization

/// What encoding samples asks of a tokenizer.
/// Sendable, because rows are encoded by several threads.
public protocol TextEncoder: Sendable {
  /// The ids of `text` alone: nothing is added at its ends.
  func encode(_ text: String) throws(TokenizationError) -> [Int32]
  /// The ids of a text behind a marker, which may be a token of its own.
  func encode(marker: String, _ text: String) throws(TokenizationError) -> [Int32]
  var endOfSequenceID: Int32? { get }
}

extension TextEncoder {
  public func encode(marker: String, _ text: String) throws(TokenizationError) -> [Int32] { try encode(marker + text) }
}

extension SentencePieceTokenizer: TextEncoder {}
