import CSentencePiece

/// Text to token ids and back with a SentencePiece model, through the library itself.
///
/// Sendable although it holds a C++ object: after loading, only `const` functions of it are called, and those of the
/// library neither write to the model nor share a buffer between threads.
public final class SentencePieceTokenizer: @unchecked Sendable {
  private let model: OpaquePointer

  public let vocabularySize: Int
  public let endOfSequenceID: Int32?
  public let paddingID: Int32?
  public let unknownID: Int32?
  /// Markers that are one token each, beside the model's own pieces or among them.
  public let markerIDs: [String: Int32]

  /// Loads a `.model` file.
  ///
  /// - Parameters:
  ///   - addsPrefixSpace: put a space in front of every text, where the model's own rule does not.
  ///   - markerIDs: see `encode(marker:_:)`.
  public init(
    modelPath: String, addsPrefixSpace: Bool = false, markerIDs: [String: Int32] = [:]
  ) throws(TokenizationError) {
    self.markerIDs = markerIDs
    var bytes = try readModelBytes(path: modelPath)
    try ModelFile.check(bytes, path: modelPath)
    if addsPrefixSpace { bytes += ModelFile.prefixSpaceRule }
    var loaded: OpaquePointer?
    let code = bytes.withUnsafeBytes { ksp_load($0.baseAddress, $0.count, &loaded) }
    guard code == 0, let loaded else {
      throw TokenizationError(
        "cannot load the tokenizer model \(modelPath): \(lastMessage()); the file is damaged or no SentencePiece "
          + "model, so fetch it again")
    }
    model = loaded
    vocabularySize = Int(ksp_vocabulary_size(loaded))
    endOfSequenceID = existing(ksp_end_of_sequence_id(loaded))
    paddingID = existing(ksp_padding_id(loaded))
    unknownID = existing(ksp_unknown_id(loaded))
  }

  deinit { ksp_free(model) }

  /// The ids of `text`, as `spm_encode` gives them: no end of sequence is added, and a special piece spelled out in
  /// the text stays text.
  public func encode(_ text: String) throws(TokenizationError) -> [Int32] {
    var text = text
    var ids: [Int32] = []
    let code = text.withUTF8 { utf8 in
      var first: UnsafePointer<Int32>?
      var count = 0
      let code = utf8.withMemoryRebound(to: CChar.self) {
        ksp_encode(model, $0.baseAddress, $0.count, &first, &count)
      }
      // Copied here, because the next call on this thread reuses the library's buffer.
      ids = Array(UnsafeBufferPointer(start: first, count: count))
      return code
    }
    guard code == 0 else {
      throw TokenizationError("cannot encode a text of \(text.utf8.count) bytes: \(lastMessage())")
    }
    return ids
  }

  /// The ids of a text behind a marker: as one string, unless the marker is a token of its own.
  public func encode(marker: String, _ text: String) throws(TokenizationError) -> [Int32] {
    guard let id = markerIDs[marker] else { return try encode(marker + text) }
    return text.isEmpty ? [id] : [id] + (try encode(text))
  }

  /// The entry with this spelling, spaces written as U+2581. O(n) in the vocabulary.
  public func id(ofPiece text: String) -> Int32? { (0..<Int32(vocabularySize)).first { piece($0) == text } }

  /// The text of `ids`; special pieces have none, and bytes that are no UTF-8 become U+FFFD.
  public func decode(_ ids: some Sequence<Int32>) throws(TokenizationError) -> String {
    let ids = Array(ids)
    if let outside = ids.first(where: { $0 < 0 || $0 >= vocabularySize }) {
      throw TokenizationError(
        "cannot decode token id \(outside): the tokenizer has \(vocabularySize) pieces; check that model and "
          + "tokenizer belong together")
    }
    var start: UnsafePointer<CChar>?
    var count = 0
    let code = ids.withUnsafeBufferPointer { ksp_decode(model, $0.baseAddress, $0.count, &start, &count) }
    guard code == 0 else { throw TokenizationError("cannot decode \(ids.count) token ids: \(lastMessage())") }
    return text(start, count)
  }

  /// The text of what a model generated: ids beyond the pieces, which a padded vocabulary may have, stand for nothing.
  public func decode(generated ids: some Sequence<Int32>) throws(TokenizationError) -> String {
    try decode(ids.filter { $0 < vocabularySize })
  }

  /// The spelling of a vocabulary entry, spaces written as U+2581.
  public func piece(_ id: Int32) -> String {
    checkRange(id)
    var count = 0
    let start = ksp_piece(model, id, &count)
    return text(start, count)
  }

  /// Whether the entry marks structure, as end of sequence and padding do, and stands for no text.
  public func isControl(_ id: Int32) -> Bool {
    checkRange(id)
    return ksp_kind(model, id) == KSP_PIECE_CONTROL
  }

  /// Whether the entry is one byte of a character that has no entry of its own.
  public func isByte(_ id: Int32) -> Bool {
    checkRange(id)
    return ksp_kind(model, id) == KSP_PIECE_BYTE
  }

  private func checkRange(_ id: Int32) {
    precondition(id >= 0 && id < vocabularySize, "token id \(id) is not in 0..<\(vocabularySize)")
  }
}

private func existing(_ id: Int32) -> Int32? { id < 0 ? nil : id }

private func lastMessage() -> String {
  let message = String(cString: ksp_message())
  return message.isEmpty ? "the SentencePiece library gave no reason" : message
}

private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
  UnsafeBufferPointer(start: start, count: count).withMemoryRebound(to: UInt8.self) {
    String(decoding: $0, as: UTF8.self)
  }
}
