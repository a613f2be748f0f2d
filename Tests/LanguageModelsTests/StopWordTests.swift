import LanguageModels
import Tensors
import Testing

@Suite struct `Stop words` {
  /// Token 0 has no text; the others' overlap.
  private static let texts = ["", "a", "b", "ab", "ba", "aab", " ", "bab", " a", "c"]

  private static func stopWords(_ words: [String], spaces: StopWords.LeadingSpaces = .kept) -> StopWords? {
    StopWords(words, tokenCount: texts.count, leadingSpaces: spaces) { Array(texts[Int($0)].utf8) }
  }

  @Test func `are found at the token whose text completes one, however words and tokens overlap`() throws {
    var random = RandomStream(seed: 5, purpose: .split)
    var foundCount = 0
    for _ in 0..<2000 {
      let words = (0..<(1 + random.nextIndex(below: 3))).map { _ in
        (0..<(1 + random.nextIndex(below: 4))).map { _ in ["a", "b", "c", " "][random.nextIndex(below: 4)] }.joined()
      }
      let stopWords = try #require(Self.stopWords(words))
      var state = StopWords.start
      var text = ""
      for _ in 0..<12 {
        let token = Int32(random.nextIndex(below: Self.texts.count))
        text += Self.texts[Int(token)]
        state = stopWords.advance(state, by: token)
        let isThere = words.contains { text.contains($0) }
        #expect((state == StopWords.found) == isThere, "\(words) in '\(text)'")
        let cut = stopWords.cut(text)
        let settled = stopWords.settled(text)
        #expect((cut == text) == !isThere)
        #expect(text.hasPrefix(cut) && cut.hasPrefix(settled) && !words.contains { cut.contains($0) })
        if isThere {
          foundCount += 1
          break
        }
        // Nothing that is shown is taken back, whatever comes: all that is held back may begin a word.
        let held = text.dropFirst(settled.count)
        #expect(held.isEmpty || words.contains { $0.hasPrefix(held) })
      }
    }
    #expect(foundCount > 500)
  }

  @Test func `the text is cut in front of the first of them`() throws {
    let stopWords = try #require(Self.stopWords(["終", "- b", "end"]))
    #expect(stopWords.cut("a end 終") == "a ")
    #expect(stopWords.cut("が終わり") == "が")
    #expect(stopWords.cut("- b") == "")
    #expect(stopWords.cut("none") == "none" && stopWords.cut("") == "")
    #expect(stopWords.settled("a en") == "a " && stopWords.settled("a en ") == "a en ")
    #expect(Self.stopWords([]) == nil && Self.stopWords(["", ""]) == nil)
    #expect(Self.stopWords(["x", "", "x"])?.words == ["x"])
  }

  @Test func `leading spaces that a tokenizer drops are no part of the text`() throws {
    func isFound(_ tokens: [Int32], _ word: String, _ spaces: StopWords.LeadingSpaces) throws -> Bool {
      let stopWords = try #require(Self.stopWords([word], spaces: spaces))
      return tokens.reduce(StopWords.start) { stopWords.advance($0, by: $1) } == StopWords.found
    }
    #expect(try isFound([8], " a", .kept) && !isFound([8], " a", .firstDropped) && !isFound([8], " a", .allDropped))
    #expect(try isFound([6, 8], " a", .firstDropped) && !isFound([6, 8], " a", .allDropped))
    #expect(try isFound([2, 8], "b a", .allDropped) && isFound([6, 1], "a", .allDropped))
    #expect(try isFound([0, 6, 1, 6, 1], " a", .allDropped))
  }

  @Test func `tokens beyond the known ones have no text`() throws {
    let stopWords = try #require(Self.stopWords(["aa"]))
    let state = [1, 500, -3, 1].reduce(StopWords.start) { stopWords.advance($0, by: $1) }
    #expect(state == StopWords.found)
  }
}
