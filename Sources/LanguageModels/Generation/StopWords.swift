/// Texts at which a continuation ends, found as its tokens come.
///
/// The bytes of all words are one automaton (Aho and Corasick, "Efficient string matching", CACM 18, 1975): a sequence
/// carries a single number along, whatever the words and however they fall on tokens.
public struct StopWords: Sendable {
  /// How many spaces in front of a text its tokenizer drops.
  public enum LeadingSpaces: Sendable { case kept, firstDropped, allDropped }

  /// What a sequence without tokens carries.
  public static let start: Int32 = -1
  /// What a sequence carries that holds a stop word.
  public static let found: Int32 = -2

  public let words: [String]
  private let leadingSpaces: LeadingSpaces
  /// Where each token's text begins in `bytes`; one more than tokens.
  private let offsets: [Int32]
  private let bytes: [UInt8]
  /// [states, 256]: the next state, or `found`.
  private let transitions: [Int32]
  /// The length of the beginning of a word that a state stands for.
  private let depths: [Int32]

  /// - Parameters:
  ///   - words: empty ones are left out; `nil` comes of none.
  ///   - tokenCount: tokens with text; those beyond have none.
  ///   - text: what a token adds to a text, in UTF-8 or parts of it.
  public init?(
    _ words: [String], tokenCount: Int, leadingSpaces: LeadingSpaces = .kept, text: (Int32) throws -> [UInt8]
  ) rethrows {
    var kept: [String] = []
    // Compared as bytes: equal characters may be spelled differently.
    for word in words where !word.isEmpty && !kept.contains(where: { $0.utf8.elementsEqual(word.utf8) }) {
      kept.append(word)
    }
    guard !kept.isEmpty else { return nil }
    self.words = kept
    self.leadingSpaces = leadingSpaces
    var bytes: [UInt8] = []
    var offsets: [Int32] = [0]
    offsets.reserveCapacity(tokenCount + 1)
    for token in 0..<Int32(tokenCount) {
      bytes += try text(token)
      offsets.append(Int32(bytes.count))
    }
    self.bytes = bytes
    self.offsets = offsets
    (transitions, depths) = Self.automaton(kept)
  }

  private static func automaton(_ words: [String]) -> (transitions: [Int32], depths: [Int32]) {
    let none: Int32 = -3
    var next = [Int32](repeating: none, count: 256)
    var depths: [Int32] = [0]
    // A word that begins with another is never reached: the shorter ones go first.
    for word in words.sorted(by: { $0.utf8.count < $1.utf8.count }) where !begins(word, withWordOf: next) {
      var state = 0
      for (index, byte) in word.utf8.enumerated() {
        let place = state * 256 + Int(byte)
        if index == word.utf8.count - 1 {
          next[place] = found
        } else if next[place] == none {
          next[place] = Int32(depths.count)
          depths.append(depths[state] + 1)
          next += [Int32](repeating: none, count: 256)
        }
        state = max(0, Int(next[place]))
      }
    }
    // Breadth first, so that the state of the longest shorter ending is complete when it is copied from.
    var fallbacks = [Int32](repeating: 0, count: depths.count)
    for state in depths.indices.sorted(by: { (depths[$0], $0) < (depths[$1], $1) }) {
      let fallback = Int(fallbacks[state])
      for byte in 0..<256 {
        let place = state * 256 + byte
        let shorter = state == 0 ? 0 : next[fallback * 256 + byte]
        if next[place] >= 0 {
          // A word may end within a longer one.
          if shorter == found { next[place] = found } else { fallbacks[Int(next[place])] = shorter }
        } else if next[place] == none {
          next[place] = shorter
        }
      }
    }
    return (next, depths)
  }

  private static func begins(_ word: String, withWordOf next: [Int32]) -> Bool {
    var state = 0
    for byte in word.utf8 {
      let following = next[state * 256 + Int(byte)]
      if following < 0 { return following == found }
      state = Int(following)
    }
    return false
  }

  /// What a sequence carries after one more token.
  public func advance(_ state: Int32, by token: Int32) -> Int32 {
    guard state != Self.found, token >= 0, Int(token) < offsets.count - 1 else { return state }
    var state = state
    for index in Int(offsets[Int(token)])..<Int(offsets[Int(token) + 1]) {
      let byte = bytes[index]
      if state == Self.start {
        if byte == UInt8(ascii: " "), leadingSpaces != .kept {
          if leadingSpaces == .firstDropped { state = 0 }
          continue
        }
        state = 0
      }
      state = transitions[Int(state) * 256 + Int(byte)]
      if state == Self.found { return state }
    }
    return state
  }

  /// The text in front of the first stop word; all of it when there is none.
  public func cut(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let places = words.compactMap { word in
      let word = Array(word.utf8)
      return (0..<max(0, bytes.count - word.count + 1)).first { bytes[$0...].starts(with: word) }
    }
    guard let first = places.min() else { return text }
    return String(decoding: bytes[..<first], as: UTF8.self)
  }

  /// The part of a growing text that no stop word can take away any more.
  public func settled(_ text: String) -> String {
    let text = cut(text)
    var state: Int32 = 0
    for byte in text.utf8 { state = max(0, transitions[Int(state) * 256 + Int(byte)]) }
    return String(decoding: text.utf8.dropLast(Int(depths[Int(state)])), as: UTF8.self)
  }
}
