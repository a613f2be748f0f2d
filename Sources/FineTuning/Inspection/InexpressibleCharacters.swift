public import Tokenization

/// What finding inexpressible characters asks of a tokenizer.
public protocol VocabularyReading: TextEncoder {
  var unknownID: Int32? { get }
  /// Whether the entry is one byte of a character that has no entry of its own.
  func isByte(_ id: Int32) -> Bool
  func decode(_ ids: [Int32]) throws(TokenizationError) -> String
}

extension SentencePieceTokenizer: VocabularyReading {
  public func decode(_ ids: [Int32]) throws(TokenizationError) -> String { try decode(ids[...]) }
}

/// Characters of a text that a tokenizer loses, spells in bytes, or reads as something else.
public struct InexpressibleCharacters: Sendable {
  public enum Fate: String, Sendable {
    /// It becomes the unknown token: the model cannot tell it from any other such character.
    case unknown
    /// It is spelled in bytes: nothing is lost, but it takes several tokens.
    case bytes
    /// It is replaced before it is read, as full-width letters or line breaks by some models.
    case changed
  }

  public struct Found: Sendable {
    public let character: Unicode.Scalar
    public let fate: Fate
    public let count: Int
    /// The first row of the file that holds it.
    public let firstRow: Int
  }

  /// The most frequent first.
  public private(set) var characters: [Found] = []
  /// How many characters the texts have.
  public private(set) var characterCount = 0

  /// Occurrences of characters with this fate.
  public func count(_ fate: Fate) -> Int { characters.reduce(0) { $1.fate == fate ? $0 + $1.count : $0 } }

  /// Reads prompts, answers and the system texts in front of them.
  public init(_ rows: InspectedRows, tokenizer: some VocabularyReading) throws {
    var seen: [Unicode.Scalar: (count: Int, firstRow: Int)] = [:]
    for row in rows.rows {
      let isFirst = rows.conversations.previousRow(of: row.row) == nil
      for text in [isFirst ? rows.conversations.system(of: row.row) : "", row.prompt, row.answer] {
        for scalar in text.unicodeScalars {
          characterCount += 1
          seen[scalar, default: (0, row.row)].count += 1
        }
      }
    }
    for (scalar, place) in seen {
      guard let fate = try Self.fate(of: scalar, tokenizer) else { continue }
      characters.append(Found(character: scalar, fate: fate, count: place.count, firstRow: place.firstRow))
    }
    characters.sort { ($1.count, $0.character) < ($0.count, $1.character) }
  }

  private static func fate(of scalar: Unicode.Scalar, _ tokenizer: some VocabularyReading) throws -> Fate? {
    // Between letters, because some tokenizers drop white space at the ends of a text.
    let text = "a\(scalar)a"
    let ids = try tokenizer.encode(text)
    if let unknown = tokenizer.unknownID, ids.contains(unknown) {
      return try tokenizer.encode("a").contains(unknown) ? nil : .unknown
    }
    if ids.contains(where: tokenizer.isByte) { return .bytes }
    return try tokenizer.decode(ids).utf8.elementsEqual(text.utf8) ? nil : .changed
  }
}
