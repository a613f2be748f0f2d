/// Turns token ids into text while they come, never showing half a character.
///
/// A character may be spelled by several byte pieces; until the last of them is there its text is held back.
public struct StreamingDecoder {
  private let tokenizer: SentencePieceTokenizer
  private var ids: [Int32] = []
  private var shown = ""

  public init(_ tokenizer: SentencePieceTokenizer) { self.tokenizer = tokenizer }

  /// Takes the next token.
  ///
  /// - Returns: the text that it makes certain, which may be empty. O(n) in the tokens so far.
  public mutating func append(_ id: Int32) throws(TokenizationError) -> String {
    ids.append(id)
    var certain = Substring(try tokenizer.decode(generated: ids)).unicodeScalars
    while certain.last == "\u{FFFD}" { certain.removeLast() }
    return advance(to: String(certain))
  }

  /// What was still held back when no more tokens come.
  public mutating func finish() throws(TokenizationError) -> String {
    advance(to: try tokenizer.decode(generated: ids))
  }

  /// The part of `text` that is new; none when it is no continuation of what was shown.
  private mutating func advance(to text: String) -> String {
    guard text.utf8.starts(with: shown.utf8) else { return "" }
    let new = String(Substring(text.utf8.dropFirst(shown.utf8.count)))
    shown = text
    return new
  }
}
