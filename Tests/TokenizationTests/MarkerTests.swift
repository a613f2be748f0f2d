import Testing
import Tokenization

@Suite struct `Prefix space and markers` {
  private func path(_ name: String) -> String { fixtures.appending(path: "\(name).model").path }

  @Test func `a prefix space is one that the text itself might have begun with`() throws {
    let plain = try SentencePieceTokenizer(modelPath: path("plain"))
    let spaced = try SentencePieceTokenizer(modelPath: path("plain"), addsPrefixSpace: true)
    let texts = ["設定を保存しますか。", "The model reads.", " already", "a", "🎉", "</s>"]
    for text in texts {
      let ids = try spaced.encode(text)
      #expect(try ids == plain.encode(" " + text) && ids != plain.encode(text), "\(text)")
      #expect(try spaced.decode(ids) == text)
    }
    #expect(try spaced.encode("") == [] && spaced.vocabularySize == plain.vocabularySize)
    #expect(spaced.endOfSequenceID == 1 && spaced.unknownID == 2)
  }

  @Test func `a model whose own rule adds one stays as it is`() throws {
    let own = try SentencePieceTokenizer(modelPath: path("folding"))
    let asked = try SentencePieceTokenizer(modelPath: path("folding"), addsPrefixSpace: true)
    for expected in try EncodingCase.all("folding") {
      #expect(try asked.encode(expected.text) == own.encode(expected.text))
    }
  }

  @Test func `a marker is one token in front of a text, and text everywhere else`() throws {
    let plain = try SentencePieceTokenizer(modelPath: path("plain"))
    let marked = try SentencePieceTokenizer(modelPath: path("plain"), markerIDs: ["### 指示:\n": 480, "</s>": 1])
    let text = "設定を保存しますか。"
    #expect(try marked.encode(marker: "### 指示:\n", text) == [480] + plain.encode(text))
    #expect(try marked.encode(marker: "### 指示:\n", "") == [480] && marked.encode(marker: "</s>", "") == [1])
    #expect(try marked.encode(marker: "other", text) == plain.encode("other" + text))
    #expect(try marked.encode("### 指示:\n" + text) == plain.encode("### 指示:\n" + text))
    #expect(try marked.encode(marker: "", "### 指示:\n") == plain.encode("### 指示:\n"))
    #expect(plain.id(ofPiece: "</s>") == 1 && plain.id(ofPiece: "### 指示:\n") == nil)
    // Markers stand for no text in an answer.
    #expect(try marked.decode(generated: [480] + plain.encode(text)) == text)
  }
}
