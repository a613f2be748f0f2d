public import LanguageModels
public import Tokenization

extension StopWords {
  /// Stop words as they come out of a tokenizer: also spelled as its normalisation would, because no other spelling can be
  /// generated, and also where a marker is a token of its own.
  ///
  /// - Returns: `nil` without words.
  public init?(_ words: [String], tokenizer: SentencePieceTokenizer) throws {
    var spellings = words
    for word in words where !word.isEmpty {
      let ids = try tokenizer.encode(word)
      // What the tokenizer does not know says nothing about this word, and mere space would end every answer.
      if ids.contains(where: { $0 == tokenizer.unknownID }) { continue }
      let spelling = try tokenizer.decode(ids)
      if !spelling.allSatisfy(\.isWhitespace) { spellings.append(spelling) }
    }
    let markers = Dictionary(tokenizer.markerIDs.map { ($0.value, $0.key) }) { first, _ in first }
    try self.init(
      spellings, tokenCount: max(tokenizer.vocabularySize, Int((markers.keys.max() ?? -1) + 1)),
      leadingSpaces: try Self.leadingSpaces(tokenizer)
    ) { id in
      if let marker = markers[id] { return Array(marker.utf8) }
      return Int(id) < tokenizer.vocabularySize ? try Self.bytes(id, tokenizer) : []
    }
  }

  /// What a piece adds to a text.
  private static func bytes(_ id: Int32, _ tokenizer: SentencePieceTokenizer) throws -> [UInt8] {
    if tokenizer.isControl(id) { return [] }
    if id == tokenizer.unknownID { return Array(try tokenizer.decode([id]).utf8) }
    let piece = tokenizer.piece(id)
    // As in `<0x0A>`.
    if tokenizer.isByte(id), let byte = UInt8(piece.dropFirst(3).dropLast(), radix: 16) { return [byte] }
    return Array(piece.replacing(space, with: " ").utf8)
  }

  /// What the tokenizer's pieces write for a space.
  private static let space = "\u{2581}"

  private static func leadingSpaces(_ tokenizer: SentencePieceTokenizer) throws -> LeadingSpaces {
    let pieces = (0..<Int32(tokenizer.vocabularySize)).lazy.filter {
      !tokenizer.isControl($0) && tokenizer.piece($0).hasPrefix(space)
    }
    guard let any = pieces.first, try !tokenizer.decode([any]).hasPrefix(" ") else { return .kept }
    guard let alone = pieces.first(where: { tokenizer.piece($0) == space }) else { return .firstDropped }
    return try tokenizer.decode([alone, alone, any]).hasPrefix(" ") ? .firstDropped : .allDropped
  }
}
