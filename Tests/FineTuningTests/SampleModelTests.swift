import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tensors
import Testing
import Tokenization

@Suite struct `The embedded model in Transformers` {
  private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private var model: String { root.appending(path: "templates/sample/model").path }
  private var fixtures: String { root.appending(path: "Tests/Fixtures/SampleModel").path }

  private func prompts() throws -> [JSONValue] {
    let data = try Data(contentsOf: URL(fileURLWithPath: fixtures + "/expected.json"))
    return try #require(JSONValue(parsing: data)["prompts"]?.arrayValue)
  }

  private func ids(_ value: JSONValue?) throws -> [Int32] {
    try #require(value?.arrayValue).map { Int32(try #require($0.integerValue)) }
  }

  @Test func `the same ids as AutoTokenizer`() throws {
    let tokenizer = try SentencePieceTokenizer(modelPath: model + "/tokenizer.model")
    for prompt in try prompts() {
      #expect(try tokenizer.encode(try #require(prompt["text"]?.stringValue)) == ids(prompt["ids"]))
    }
  }

  @Test func `the same logits`() throws {
    let file = try SafetensorsFile(path: fixtures + "/expected.safetensors")
    let entry = try #require(file.entry(named: "logits"))
    let expected = file.withBytes(of: entry) { Array($0.bindMemory(to: Float.self)) }
    let model = try CausalLanguageModel(directory: model, options: ModelOptions(isFrozen: true), engine: Engine())
    let vocabulary = model.architecture.vocabularySize
    let decoder = try Decoder(model, slotCount: 1, maximumLength: 128)
    for (index, prompt) in try prompts().prefix(3).enumerated() {
      decoder.read(try ids(prompt["ids"]), slot: 0)
      var difference = 0.0
      var size = 0.0
      for place in 0..<vocabulary {
        let reference = Double(expected[index * vocabulary + place])
        difference +=
          (Double(decoder.logits(row: 0)[place]) - reference) * (Double(decoder.logits(row: 0)[place]) - reference)
        size += reference * reference
      }
      #expect((difference / size).squareRoot() < 1e-5)
    }
  }

  @Test func `the same greedy answers wherever the margin exceeds rounding`() throws {
    let model = try CausalLanguageModel(directory: model, options: ModelOptions(isFrozen: true), engine: Engine())
    let generator = try Generator(
      model, options: GenerationOptions(maximumNewTokens: 24, endOfSequenceIDs: [1], batchSize: 3), longestPrompt: 128)
    let prompts = try prompts()
    let answers = generator.generate(try prompts.map { try ids($0["ids"]) })
    for (prompt, answer) in zip(prompts, answers) {
      let margins = try #require(prompt["margins"]?.arrayValue).map { $0.doubleValue ?? 0 }
      // Up to the first choice that rounding could turn.
      let certain = margins.firstIndex { $0 < 1e-4 } ?? margins.count
      #expect(try answer.tokens.prefix(certain) == ids(prompt["answer"]).prefix(certain))
      #expect(certain > 0)
    }
  }
}
