import FineTuning
import LanguageModels
import Tensors
import Testing
import Tokenization

@Suite struct `Stop words of a tokenizer` {
  static let models = ["plain", "folding", "sample"]

  private func tokenizer(_ name: String, markerIDs: [String: Int32] = [:]) throws -> SentencePieceTokenizer {
    let path = name == "sample" ? "../../templates/sample/model/tokenizer.model" : "Tokenization/\(name).model"
    return try SentencePieceTokenizer(
      modelPath: testFixtures.appending(path: path).standardized.path, markerIDs: markerIDs)
  }

  @Test(arguments: models) func `are found exactly where the decoded text holds them`(name: String) throws {
    let tokenizer = try tokenizer(name)
    var random = RandomStream(seed: 1, purpose: .split)
    var pool: [Int32] = []
    func tokens(_ count: Int) -> [Int32] { (0..<count).map { _ in pool[random.nextIndex(below: pool.count)] } }
    var foundCount = 0
    for _ in 0..<300 {
      // Few tokens, so that parts of their texts come again, across their borders too.
      pool = (0..<8).map { _ in Int32(random.nextIndex(below: tokenizer.vocabularySize)) }
      let text = Array(try tokenizer.decode(tokens(6)).unicodeScalars)
      guard text.count > 4 else { continue }
      let start = random.nextIndex(below: text.count - 3)
      var view = String.UnicodeScalarView()
      view.append(contentsOf: text[start..<(start + 1 + random.nextIndex(below: 3))])
      let word = String(view)
      guard !word.contains("\u{FFFD}"), let stopWords = try StopWords([word], tokenizer: tokenizer) else { continue }
      var state = StopWords.start
      var sequence: [Int32] = []
      for token in tokens(40) {
        sequence.append(token)
        state = stopWords.advance(state, by: token)
        let decoded = try tokenizer.decode(sequence)
        let isThere = stopWords.words.contains { decoded.utf8.firstIndex(of: Array($0.utf8)) != nil }
        #expect((state == StopWords.found) == isThere, "'\(word)' in '\(decoded)'")
        if isThere { foundCount += 1 }
        if isThere { break }
      }
    }
    #expect(foundCount > 50, "\(foundCount)")
  }

  @Test func `are also found as the tokenizer's normalisation spells them`() throws {
    let tokenizer = try tokenizer("folding")
    let stopWords = try #require(try StopWords(["  Open\u{3000}The"], tokenizer: tokenizer))
    #expect(stopWords.words == ["  Open\u{3000}The", "Open The"])
    // Mere space and what the tokenizer does not know become no other words.
    #expect(try StopWords(["\n", "\u{3000}"], tokenizer: tokenizer)?.words == ["\n", "\u{3000}"])
    #expect(try StopWords([], tokenizer: tokenizer) == nil && StopWords([""], tokenizer: tokenizer) == nil)
  }

  @Test func `may be tokens of their own, within the vocabulary or behind it`() throws {
    let size = Int32(try tokenizer("plain").vocabularySize)
    let tokenizer = try tokenizer("plain", markerIDs: ["<|user|>": size + 1, "<|end|>": 5])
    let stopWords = try #require(try StopWords(["<|user|>", "<|end|>"], tokenizer: tokenizer))
    func isFound(_ tokens: [Int32]) -> Bool {
      tokens.reduce(StopWords.start) { stopWords.advance($0, by: $1) } == StopWords.found
    }
    #expect(isFound([300, size + 1]) && isFound([300, 5]) && !isFound([300, 301, size, size + 2]))
    // Spelled out they are text, and stop words as well.
    #expect(isFound(try tokenizer.encode("a <|user|>")))
  }
}

extension String.UTF8View {
  /// Where a run of bytes begins first.
  fileprivate func firstIndex(of part: [UInt8]) -> Index? {
    indices.first { self[$0...].starts(with: part) }
  }
}
