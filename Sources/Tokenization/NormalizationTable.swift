/// The compiled normalization rules of a SentencePiece model: a double-array trie from text to an offset into a block
/// of zero-terminated replacements.
///
/// Layout: trie bytes (UInt32, little endian), trie units of 32 bits, replacements. A unit holds its label in the low
/// 8 bits and bit 31, whether a value hangs on it in bit 8, and the distance to its children in the rest. Source: Yata,
/// Darts-clone (github.com/s-yata/darts-clone).
enum NormalizationTable {
  /// The library's buffer for rules that start at one place.
  private static let ruleLimit = 32
  private static let depthLimit = 256

  /// Whether every walk through the trie stays inside it and every value inside the replacements.
  static func isSound(_ table: ArraySlice<UInt8>) -> Bool {
    guard table.count > 4 else { return false }
    let trieBytes = Int(word(table, 0))
    guard trieBytes > 0, trieBytes.isMultiple(of: 4), trieBytes <= table.count - 5, table.last == 0 else {
      return false
    }
    let units = (0..<trieBytes / 4).map { word(table, 4 + 4 * $0) }
    return Walk(units: units, replacementBytes: table.count - 4 - trieBytes).isSound()
  }

  private static func word(_ bytes: ArraySlice<UInt8>, _ offset: Int) -> UInt32 {
    let start = bytes.startIndex + offset
    return (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1) }
  }

  private struct Walk {
    let units: [UInt32]
    let replacementBytes: Int
    /// By position of a node's children: the most rules on a path from there, -1 where not yet known.
    var most: [Int]

    init(units: [UInt32], replacementBytes: Int) {
      self.units = units
      self.replacementBytes = replacementBytes
      most = Array(repeating: -1, count: units.count)
    }

    func isSound() -> Bool {
      var walk = self
      guard let rules = walk.rules(below: walk.children(of: 0), depth: 0) else { return false }
      return rules <= ruleLimit
    }

    private func children(of position: Int) -> Int {
      let unit = units[position]
      return position ^ Int((unit >> 10) << ((unit & 1 << 9) >> 6))
    }

    /// The most rules that one text can meet after reaching `base`, `nil` when a step leads outside.
    private mutating func rules(below base: Int, depth: Int) -> Int? {
      // A sound trie is a few dozen bytes deep; deeper means it leads back into itself.
      guard depth <= depthLimit, base | 0xFF < units.count else { return nil }
      if most[base] >= 0 { return most[base] }
      var found = 0
      for label in 0...0xFF {
        let position = base ^ label
        let unit = units[position]
        guard unit & (1 << 31 | 0xFF) == UInt32(label) else { continue }
        let next = children(of: position)
        guard var count = rules(below: next, depth: depth + 1) else { return nil }
        if unit & 1 << 8 != 0 {
          guard Int(units[next] & 0x7FFF_FFFF) < replacementBytes else { return nil }
          count += 1
        }
        found = max(found, count)
      }
      most[base] = found
      return found
    }
  }
}
