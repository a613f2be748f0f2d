import Testing
import Tokenization

@Suite struct StreamingDecoderTests {
  @Test(arguments: ["plain", "folding"])
  func `the streamed parts make up the whole text and never break a character`(name: String) throws {
    let tokenizer = try tokenizer(name)
    for sample in try EncodingCase.all(name) {
      var stream = StreamingDecoder(tokenizer)
      var text = ""
      for id in sample.ids {
        let part = try stream.append(id)
        #expect(!part.unicodeScalars.contains("\u{FFFD}") || sample.decoded.unicodeScalars.contains("\u{FFFD}"))
        text += part
      }
      text += try stream.finish()
      #expect(Array(text.utf8) == Array(sample.decoded.utf8), "\(sample.testDescription)")
    }
  }

  @Test func `a character spelled in bytes is held back until its last byte`() throws {
    let tokenizer = try tokenizer("plain")
    let bytes = try tokenizer.encode("𠮷")
    try #require(bytes.count >= 4, "the fixture spells this character in bytes")
    var stream = StreamingDecoder(tokenizer)
    for id in bytes.dropLast() { #expect(try stream.append(id) == "") }
    #expect(try stream.append(bytes[bytes.count - 1]) == "𠮷")
    #expect(try stream.finish() == "")
  }

  @Test func `bytes that never become a character are shown at the end`() throws {
    let tokenizer = try tokenizer("plain")
    let bytes = try tokenizer.encode("𠮷")
    var stream = StreamingDecoder(tokenizer)
    var text = ""
    for id in bytes.dropLast() { text += try stream.append(id) }
    text += try stream.finish()
    #expect(text == (try tokenizer.decode(bytes.dropLast())))
    #expect(!text.isEmpty)
  }

  @Test func `ids beyond the pieces stand for nothing in generated text, and are refused elsewhere`() throws {
    let tokenizer = try tokenizer("plain")
    let ids = try tokenizer.encode("ab")
    let beyond = Int32(tokenizer.vocabularySize)
    #expect(try tokenizer.decode(generated: [beyond] + ids + [beyond + 7]) == "ab")
    #expect(throws: TokenizationError.self) { try tokenizer.decode(ids + [beyond]) }
  }
}
