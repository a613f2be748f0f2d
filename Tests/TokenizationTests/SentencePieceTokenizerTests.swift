import Foundation
import Testing
import Tokenization

@Suite struct SentencePieceTokenizerTests {
  @Test(arguments: ["plain", "folding"])
  func `ids, pieces and decoded text equal those of the command-line tools`(_ name: String) throws {
    let tokenizer = try tokenizer(name)
    let cases = try EncodingCase.all(name)
    #expect(cases.count == 24)
    for expected in cases {
      let ids = try tokenizer.encode(expected.text)
      #expect(ids == expected.ids, "\(expected)")
      #expect(try tokenizer.decode(ids) == expected.decoded, "\(expected)")
      // A piece never seen is shown by the tool as its text, by the model as its unknown piece.
      if !ids.contains(where: { $0 == tokenizer.unknownID }) {
        #expect(ids.map { tokenizer.piece($0) } == expected.pieces, "\(expected)")
      }
    }
  }

  @Test func `special ids are those of the model, and absent ones are nil`() throws {
    let plain = try tokenizer("plain")
    #expect(plain.vocabularySize == 480)
    #expect([plain.paddingID, plain.endOfSequenceID, plain.unknownID] == [0, 1, 2])
    #expect(plain.isControl(0) && plain.isControl(1))
    #expect(!plain.isControl(2) && !plain.isControl(479))
    #expect(plain.piece(1) == "</s>")

    let folding = try tokenizer("folding")
    #expect(folding.paddingID == nil)
    #expect(folding.endOfSequenceID == 2)
  }

  @Test func `byte fallback brings every text back`() throws {
    let tokenizer = try tokenizer("plain")
    let texts = [
      "a\nb\r\n", "nul\0inside\0", "\0", "  ", "</s><pad><unk>", "👨‍👩‍👧", "é",
      String(repeating: "長い文。", count: 20_000),
    ]
    for text in texts {
      let ids = try tokenizer.encode(text)
      #expect(Array(try tokenizer.decode(ids).utf8) == Array(text.utf8))
      #expect(!ids.contains { tokenizer.isControl($0) || $0 == tokenizer.unknownID })
    }
  }

  @Test func `a string bridged from elsewhere encodes like a native one`() throws {
    let tokenizer = try tokenizer("plain")
    let slice = "前置き設定を保存しますか。後書き".dropFirst(3).dropLast(3)
    #expect(try tokenizer.encode(String(slice)) == tokenizer.encode("設定を保存しますか。"))
  }

  @Test func `ids outside the vocabulary are refused with the id`() throws {
    let tokenizer = try tokenizer("plain")
    for id: Int32 in [-1, 480, .max, .min] {
      #expect {
        try tokenizer.decode([3, id])
      } throws: {
        "\($0)".contains("token id \(id): the tokenizer has 480 pieces")
      }
    }
    #expect(try tokenizer.decode([Int32]()) == "")
    #expect(try tokenizer.decode([0, 1]) == "")
  }

  @Test func `threads may share one tokenizer`() async throws {
    let tokenizer = try tokenizer("plain")
    let cases = try EncodingCase.all("plain")
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for start in 0..<8 {
        group.addTask {
          for n in 0..<200 {
            let expected = cases[(start * 3 + n) % cases.count]
            guard try tokenizer.encode(expected.text) == expected.ids else { return false }
            guard try tokenizer.decode(expected.ids) == expected.decoded else { return false }
          }
          return true
        }
      }
      for try await same in group { #expect(same) }
    }
  }
}
