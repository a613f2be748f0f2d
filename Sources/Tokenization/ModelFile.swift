/// What the library takes on trust in a model file, checked before the file is handed to it.
///
/// The pieces become keys of a trie that cannot hold every string, and the normalization table is a ready-made trie
/// that the library walks without looking at its bounds.
enum ModelFile {
  static func check(_ bytes: [UInt8], path: String) throws(TokenizationError) {
    if let fault = fault(in: bytes[...]) {
      throw TokenizationError(
        "cannot load the tokenizer model \(path): \(fault); the file is damaged or no SentencePiece model, so fetch "
          + "it again")
    }
  }

  /// Field numbers of `sentencepiece_model.proto`.
  private enum Field {
    static let pieces = 1, normalizer = 3, denormalizer = 5
    static let pieceText = 1, pieceScore = 2, pieceType = 3
    static let precompiledTable = 2
  }
  /// A normalizer that says nothing but `add_dummy_prefix: true`. Behind a model's bytes it is merged into the model's
  /// own, as messages in a row are: the last value of a field counts.
  static let prefixSpaceRule: [UInt8] = [UInt8(Field.normalizer << 3 | 2), 2, 3 << 3, 1]

  private static let userDefinedType: UInt64 = 4

  private static func fault(in bytes: ArraySlice<UInt8>) -> String? {
    guard let fields = ProtocolFields(bytes) else { return "its fields do not add up" }
    var userDefined: [ArraySlice<UInt8>] = []
    var pieceCount = 0
    for field in fields.all {
      switch (field.number, field.value) {
      case (Field.pieces, .bytes(let message)):
        guard let piece = ProtocolFields(message) else {
          return "the fields of piece \(pieceCount) do not add up"
        }
        let text = piece.last(Field.pieceText)?.bytes ?? []
        guard !text.isEmpty, !text.contains(0) else { return "piece \(pieceCount) has no usable text" }
        if case .word(let score) = piece.last(Field.pieceScore), !Float(bitPattern: score).isFinite {
          return "the score of piece \(pieceCount) is not a finite number"
        }
        if case .number(userDefinedType) = piece.last(Field.pieceType) { userDefined.append(text) }
        pieceCount += 1
      case (Field.normalizer, .bytes(let message)), (Field.denormalizer, .bytes(let message)):
        guard let spec = ProtocolFields(message) else { return "the fields of its normalizer do not add up" }
        if let table = spec.last(Field.precompiledTable)?.bytes, !table.isEmpty,
          !NormalizationTable.isSound(table)
        {
          return "its normalization table points outside itself"
        }
      default: break
      }
    }
    guard pieceCount > 0 else { return "it holds no pieces" }
    // The library's buffer for user-defined pieces that start at one place.
    let limit = 64
    return deepestNesting(of: userDefined) > limit
      ? "more than \(limit) user-defined pieces start alike" : nil
  }

  /// How many of the texts at most are prefixes of one of them, itself counted.
  private static func deepestNesting(of texts: [ArraySlice<UInt8>]) -> Int {
    var open: [ArraySlice<UInt8>] = []
    var deepest = 0
    for text in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      while let last = open.last, !text.starts(with: last) { open.removeLast() }
      open.append(text)
      deepest = max(deepest, open.count)
    }
    return deepest
  }
}
