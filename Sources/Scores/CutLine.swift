/// A line as its Unicode scalars, and the places of its words in them.
///
/// Not `String`, which takes canonically equivalent texts for equal; sacreBLEU does not.
struct CutLine {
  private(set) var scalars: [UnicodeScalar]
  var words: [Range<Int>] = []

  init(characters scalars: [UnicodeScalar]) {
    self.scalars = scalars
    for place in scalars.indices where !scalars[place].isWhitespaceForBLEU { words.append(place..<place + 1) }
  }

  /// Words are what white space separates.
  init(separated scalars: [UnicodeScalar]) {
    self.scalars = scalars
    var start: Int?
    for place in scalars.indices {
      if scalars[place].isWhitespaceForBLEU {
        if let begun = start { words.append(begun..<place) }
        start = nil
      } else if start == nil {
        start = place
      }
    }
    if let begun = start { words.append(begun..<scalars.count) }
  }

  var texts: [String] {
    words.map { word in
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[word])
      return String(text)
    }
  }

  /// The words of two lines as numbers: equal ones, and only those, have the same number.
  static func numbers(_ first: CutLine, _ second: CutLine) -> (first: [Int32], second: [Int32]) {
    var numbering = WordNumbering(
      first.scalars + second.scalars, wordCount: first.words.count + second.words.count)
    let offset = first.scalars.count
    return (
      first.words.map { numbering.number(of: $0) },
      second.words.map { numbering.number(of: $0.lowerBound + offset..<$0.upperBound + offset) }
    )
  }
}

/// A hash table from words to numbers that grow from 0.
private struct WordNumbering {
  /// Numbers plus one, at the places their hashes ask for or behind them; 0 where nothing is.
  private var slots: [Int32]
  private var known: [(hash: UInt64, word: Range<Int>)] = []
  /// Of both lines, one behind the other.
  private let scalars: [UnicodeScalar]

  init(_ scalars: [UnicodeScalar], wordCount: Int) {
    self.scalars = scalars
    slots = [Int32](repeating: 0, count: tableSize(for: wordCount))
    known.reserveCapacity(wordCount)
  }

  mutating func number(of word: Range<Int>) -> Int32 {
    var hash: UInt64 = 0
    for place in word { hash = (hash ^ UInt64(scalars[place].value)) &* 0x9E37_79B9_7F4A_7C15 }
    hash = mixed(hash &+ UInt64(word.count))
    var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[place] > 0 {
      let entry = known[Int(slots[place]) - 1]
      if entry.hash == hash, isEqual(entry.word, word) { return slots[place] - 1 }
      place = (place + 1) & (slots.count - 1)
    }
    known.append((hash, word))
    slots[place] = Int32(known.count)
    return slots[place] - 1
  }

  private func isEqual(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    guard first.count == second.count else { return false }
    for offset in 0..<first.count where scalars[first.lowerBound + offset] != scalars[second.lowerBound + offset] {
      return false
    }
    return true
  }
}

/// A power of two that leaves at least half of a hash table empty.
func tableSize(for count: Int) -> Int {
  var size = 8
  while size < 2 * count { size *= 2 }
  return size
}

/// A bijection of 64-bit words in which every bit depends on every bit (Stafford's 13th variant of MurmurHash3's).
func mixed(_ value: UInt64) -> UInt64 {
  var z = value
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}
