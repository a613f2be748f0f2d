import FineTuning
import Foundation
import Tables
import Testing
import Tokenization

@Suite struct EncodedDatasetTests {
  @Test func `samples equal those put together from the ids of spm_encode`() throws {
    let tokenizer = try SentencePieceTokenizer(
      modelPath: testFixtures.appending(path: "Tokenization/plain.model").path)
    let document = try JSONValue(
      parsing: Data(contentsOf: testFixtures.appending(path: "Samples/samples.json")))
    let rows = try #require(document["rows"]?.arrayValue).enumerated().map { number, pair in
      TextRow(
        row: number, prompt: try #require(pair.arrayValue?.first?.stringValue),
        answer: try #require(pair.arrayValue?.last?.stringValue))
    }
    let cases = try #require(document["cases"]?.arrayValue)
    #expect(cases.count == 40)
    for value in cases {
      let options = try options(try #require(value["options"]))
      let encoded = try EncodedDataset(rows, source: "samples", tokenizer: tokenizer, options: options)
      let expected = try #require(value["samples"]?.arrayValue)
      #expect(encoded.count == expected.count)
      for (number, sample) in expected.enumerated() {
        let ours = encoded[number]
        #expect(ours.tokens.map(Int.init) == integers(sample["tokens"]), "row \(number), \(options)")
        #expect(ours.targetIndices == integers(sample["targets"]), "row \(number), \(options)")
        #expect(ours.promptTokens.map(Int.init) == integers(sample["prompt"]), "row \(number), \(options)")
        #expect(encoded.targetCount(of: number) == ours.targetIndices.count)
        #expect(encoded.tokenCount(of: number) == ours.tokens.count)
      }
    }
  }

  private func integers(_ value: JSONValue?) -> [Int]? { value?.arrayValue?.compactMap(\.integerValue) }

  private func options(_ value: JSONValue) throws -> SampleEncodingOptions {
    SampleEncodingOptions(
      promptStart: try #require(value["start"]?.stringValue),
      answerSeparator: try #require(value["separator"]?.stringValue),
      addEOSToPrompt: try #require(value["eos_prompt"]?.boolValue as Bool?),
      addEOSToAnswer: try #require(value["eos_answer"]?.boolValue as Bool?),
      maskPromptLabels: try #require(value["mask"]?.boolValue as Bool?),
      maxLengthPrompt: try #require(value["max_prompt"]?.integerValue),
      maxLengthAnswer: try #require(value["max_answer"]?.integerValue),
      maxLength: try #require(value["max_joined"]?.integerValue))
  }

  @Test func `markers, end of sequence and answer stand in order, and only the answer is learned`() throws {
    let options = SampleEncodingOptions(
      promptStart: "<", answerSeparator: "\n>", maxLengthPrompt: 99, maxLengthAnswer: 99, maxLength: 99)
    let sample = try dataset([("ab", "xyz")], options)[0]
    #expect(Array(sample.tokens) == ids("<ab") + [1] + ids("\n>xyz") + [1])
    #expect(sample.promptTokenCount == 6)
    #expect(sample.targetIndices == [6, 7, 8, 9])
    #expect(Array(sample.promptTokens) == Array(sample.tokens.prefix(6)))
  }

  @Test func `the first token is never a target, with an empty prompt too`() throws {
    for mask in [true, false] {
      let options = SampleEncodingOptions(
        addEOSToPrompt: false, maskPromptLabels: mask, maxLengthPrompt: 9, maxLengthAnswer: 9, maxLength: 9)
      let encoded = try dataset([("", "xy")], options)
      #expect(Array(encoded[0].tokens) == ids("xy") + [1])
      #expect(encoded[0].targetIndices == [1, 2])
      #expect(encoded[0].promptTokens.isEmpty)
    }
  }

  @Test func `what is cut is counted per part, and the lengths are those before`() throws {
    let options = SampleEncodingOptions(
      answerSeparator: ">", maxLengthPrompt: 5, maxLengthAnswer: 4, maxLength: 7)
    let encoded = try dataset([("abcdef", "uvwxyz"), ("ab", "x"), ("abc", "xyz")], options)
    #expect(Array(encoded[0].tokens) == ids("f") + [1] + ids(">uvw") + [1])
    #expect(Array(encoded[0].promptTokens) == ids("def") + [1] + ids(">"))
    #expect(encoded[0].promptTokenCount == 3)
    #expect(Array(encoded[2].tokens) == ids("c") + [1] + ids(">xyz") + [1])

    let cut = encoded.truncation
    #expect((cut.prompt.rows, cut.prompt.tokens) == (1, 3))
    #expect((cut.answer.rows, cut.answer.tokens) == (1, 3))
    #expect((cut.joined.rows, cut.joined.tokens) == (2, 4))
    #expect(!cut.isEmpty)
    #expect(encoded.lengths.prompt == [8, 4, 5])
    #expect(encoded.lengths.answer == [7, 2, 4])
    #expect(encoded.lengths.joined == [15, 6, 9])
    #expect((encoded.longestSequence, encoded.longestPrompt) == (7, 5))
  }

  @Test func `a sample with nothing to predict is refused with its row`() throws {
    let options = SampleEncodingOptions(
      addEOSToPrompt: false, addEOSToAnswer: false, maxLengthPrompt: 9, maxLengthAnswer: 9, maxLength: 9)
    #expect {
      try dataset([("a", "b"), ("", "x")], options)
    } throws: {
      "\($0)".hasPrefix("cannot train on row 2 of train.csv: cut to at most 9 tokens, it has none to predict")
    }
  }

  @Test func `a tokenizer without end of sequence is refused where one is asked for`() throws {
    let rows = [TextRow(row: 0, prompt: "a", answer: "b")]
    let encoder = ScalarEncoder(endOfSequenceID: nil)
    func encode(prompt: Bool, answer: Bool) throws -> EncodedDataset {
      try EncodedDataset(
        rows, source: "train.csv", tokenizer: encoder,
        options: SampleEncodingOptions(
          addEOSToPrompt: prompt, addEOSToAnswer: answer, maxLengthPrompt: 9, maxLengthAnswer: 9, maxLength: 9
        ))
    }
    #expect(throws: FineTuningError.self) { try encode(prompt: true, answer: false) }
    #expect(throws: FineTuningError.self) { try encode(prompt: false, answer: true) }
    #expect(Array(try encode(prompt: false, answer: false)[0].tokens) == ids("ab"))
  }
}
