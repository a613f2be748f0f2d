import FineTuning
import LanguageModels
import Tensors
import Testing
import Tokenization

@Suite struct `Answers equal to those of Transformers` {
  static let settings = [
    "greedy", "greedy-penalty", "greedy-ends-minimum", "greedy-words-penalty", "beams-2", "beams-2-penalty-minimum",
    "beams-2-words", "beams-4", "beams-4-one-end", "beams-4-penalty", "beams-4-words-penalty-minimum",
  ]

  /// Compares every answer that rounding cannot turn.
  private func check(
    _ fixture: GenerationFixture, _ setting: String, _ model: CausalLanguageModel, batchSizes: [Int],
    stopWords: ([String]) throws -> StopWords?
  ) throws {
    let reference = try fixture.answers(setting)
    // A reference that always comes to its longest would say nothing about ends.
    #expect(fixture.prompts.count == reference.count && Set(reference.map(\.tokens)).count > reference.count / 5)
    for batchSize in batchSizes {
      let options = try fixture.options(setting, batchSize: batchSize, stopWords: stopWords)
      let generator = try Generator(model, options: options, longestPrompt: fixture.longestPrompt)
      let ours = generator.generate(fixture.prompts)
      for (index, (answer, expected)) in zip(ours, reference).enumerated()
      where expected.margin >= GenerationFixture.certainMargin {
        #expect(answer.tokens == expected.tokens, "prompt \(index), batch size \(batchSize)")
      }
    }
  }

  @Test(arguments: ["tied", "untied-relu"], settings)
  func `of random models`(name: String, setting: String) throws {
    let model = try CausalLanguageModel(
      directory: testFixtures.appending(path: "LanguageModels/\(name)").path, options: ModelOptions(isFrozen: true),
      engine: Engine(threadCount: 2))
    try check(
      GenerationFixture(name), setting, model, batchSizes: [1, 6], stopWords: GenerationFixture.decimalStopWords)
  }

  @Test(arguments: settings) func `of the embedded model`(setting: String) throws {
    let folder = testFixtures.appending(path: "../../templates/sample/model").standardized.path
    let model = try CausalLanguageModel(
      directory: folder, options: ModelOptions(isFrozen: true), engine: Engine(threadCount: 2))
    let tokenizer = try SentencePieceTokenizer(modelPath: folder + "/tokenizer.model")
    try check(GenerationFixture("sample"), setting, model, batchSizes: [4]) {
      try StopWords($0, tokenizer: tokenizer)
    }
  }

  @Test(arguments: ["erf-gelu/rslora", "options/dora-all", "options/embedding-dora"])
  func `with an adapter that is not merged`(name: String) throws {
    let document = try GenerationFixture.document("adapters")
    let fixture = try GenerationFixture(
      #require(document["adapters"]?[name]), newTokens: #require(document["new_tokens"]?.integerValue))
    let parts = name.split(separator: "/")
    let directory = testFixtures.appending(path: "LanguageModels/\(parts[0])").path
    let adapter = directory + "/adapter-\(parts[1])"
    let model = try CausalLanguageModel(
      directory: directory, options: ModelOptions(adapter: try AdapterFiles.settings(in: adapter)),
      engine: Engine(threadCount: 2))
    try AdapterFiles.load(into: model, from: adapter)
    #expect(fixture.settings.count == 3)
    for setting in fixture.settings.keys {
      try check(fixture, setting, model, batchSizes: [3], stopWords: GenerationFixture.decimalStopWords)
    }
  }

  /// 200 prompts with 11 settings each.
  @Test func `34 of 2200 answers are left out, because rounding may turn a decision`() throws {
    var counts: [String: (all: Int, leftOut: Int)] = [:]
    for name in ["tied", "untied-relu", "sample"] {
      let fixture = try GenerationFixture(name)
      #expect(Set(fixture.settings.keys) == Set(Self.settings))
      for setting in Self.settings {
        let answers = try fixture.answers(setting)
        counts[setting, default: (0, 0)].all += answers.count
        counts[setting, default: (0, 0)].leftOut += answers.count { $0.margin < GenerationFixture.certainMargin }
      }
    }
    #expect(counts.values.allSatisfy { $0.all == 200 })
    #expect(counts.values.reduce(0) { $0 + $1.leftOut } == 34, "\(counts)")
  }
}
