import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tensors
import Testing

@Suite struct `New entries of a vocabulary` {
  private func model(_ name: String, size: Int?, adapter: LowRankSettings?) throws -> CausalLanguageModel {
    var options = ModelOptions(adapter: adapter)
    options.vocabularySize = size
    return try CausalLanguageModel(directory: Fixture(name).directory, options: options, engine: Engine())
  }

  @Test(arguments: [("options", 53), ("options-untied", 47)], [LowRankSettings(rank: 2, alpha: 4), nil])
  func `begin as the mean of the others and change nothing else`(
    fixture: (name: String, size: Int), adapter: LowRankSettings?
  ) throws {
    let plain = try model(fixture.name, size: nil, adapter: adapter)
    let same = try model(fixture.name, size: fixture.size - 5, adapter: adapter)
    #expect(same.architecture == plain.architecture && same.parameters.trainedCount == plain.parameters.trainedCount)
    let larger = try model(fixture.name, size: fixture.size + 3, adapter: adapter)
    #expect(larger.architecture.vocabularySize == fixture.size + 3)
    let tables = fixture.name == "options" ? ["wte.weight"] : ["wte.weight", "lm_head.weight"]
    for name in tables {
      let table = try #require(larger.parameters[name])
      let width = table.shape[1]
      #expect(table.shape[0] == fixture.size + 3)
      let values = larger.parameters.values(of: table)
      for column in 0..<width {
        let mean = (0..<fixture.size).reduce(0.0) { $0 + Double(values[$1 * width + column]) } / Double(fixture.size)
        for row in fixture.size..<fixture.size + 3 { #expect(abs(Double(values[row * width + column]) - mean) < 1e-6) }
      }
    }
    let batch = RandomBatch(lengths: [9, 4], vocabulary: fixture.size, seed: 1)
    let (few, many) = (try batch.logits(plain), try batch.logits(larger))
    for place in 0..<13 {
      #expect(
        few[place * fixture.size..<(place + 1) * fixture.size].elementsEqual(
          many[place * (fixture.size + 3)..<place * (fixture.size + 3) + fixture.size]))
    }
  }

  @Test func `a whole model is written with its size, and loads again`() throws {
    let larger = try model("options-untied", size: 50, adapter: nil)
    let folder = try ModelDirectory(config: [:])
    try ModelFiles.write(larger, to: folder.path, source: Fixture("options-untied").directory)
    let again = try CausalLanguageModel(
      directory: folder.path, options: ModelOptions(isFrozen: true), engine: Engine())
    #expect(again.architecture.vocabularySize == 50)
    let batch = RandomBatch(lengths: [9, 4], vocabulary: 50, seed: 1)
    #expect(try batch.logits(again) == batch.logits(larger))
  }

  @Test func `an adapter of another vocabulary is refused with both sizes`() throws {
    let fixture = try Fixture("options")
    let path = fixture.directory + "/adapter-resized"
    let model = try model("options", size: nil, adapter: AdapterFiles.settings(in: path))
    #expect {
      try AdapterFiles.load(into: model, from: path)
    } throws: {
      "\($0)".contains("must be F32 [53, 24], and is F32 [56, 24]")
    }
  }
}

@Suite struct `Tokens beside the pieces` {
  private let tokens = [
    TokenizerFiles.AddedToken(text: "<|指示|>", id: 480), TokenizerFiles.AddedToken(text: "<|答え|>", id: 481),
  ]

  private func directory(_ files: [String: JSONValue]) throws -> ModelDirectory {
    let directory = try ModelDirectory(config: [:])
    for (name, content) in files { try content.document().write(to: URL(filePath: directory.path + "/" + name)) }
    return directory
  }

  @Test func `new ids follow everything that Transformers counts`() throws {
    for (files, expected): ([String: JSONValue], Int32) in [
      ([:], 480), (["tokenizer_config.json": ["tokenizer_class": "T5Tokenizer"]], 580),
      (["tokenizer_config.json": ["tokenizer_class": "T5TokenizerFast", "extra_ids": 0]], 480),
      (
        ["tokenizer_config.json": ["added_tokens_decoder": ["482": ["content": "<x>"], "1": ["content": "</s>"]]]], 483
      ),
      (["added_tokens.json": ["<y>": 490]], 491),
      (["tokenizer.json": ["added_tokens": [["id": 484, "content": "<z>"]]]], 485),
    ] {
      let directory = try directory(files)
      #expect(try TokenizerFiles.firstFreeID(in: directory.path, pieceCount: 480) == expected)
    }
  }

  @Test func `entered tokens are found again, and all else stays`() throws {
    let source = try directory([
      "tokenizer_config.json": [
        "tokenizer_class": "T5Tokenizer", "extra_ids": 0, "added_tokens_decoder": ["1": ["content": "</s>"]],
      ], "tokenizer.json": ["version": "1.0", "added_tokens": [["id": 1, "content": "</s>"]]],
      "generation_config.json": [:],
    ])
    try Data([1, 2, 3]).write(to: URL(filePath: source.path + "/spiece.model"))
    let target = try directory([:])
    try TokenizerFiles.write(from: source.path, to: target.path, adding: tokens)
    #expect(Set(tokens).isSubset(of: Set(try TokenizerFiles.addedTokens(in: target.path))))
    #expect(try TokenizerFiles.firstFreeID(in: target.path, pieceCount: 480) == 482)
    #expect(try Data(contentsOf: URL(filePath: target.path + "/spiece.model")) == Data([1, 2, 3]))
    #expect(!FileManager.default.fileExists(atPath: target.path + "/generation_config.json"))
    let config = try JSONValue(contentsOf: target.path + "/tokenizer_config.json")
    #expect(config["extra_ids"] == 0 && config["added_tokens_decoder"]?["1"]?["content"] == "</s>")
    #expect(config["added_tokens_decoder"]?["481"]?["special"] == true)
    #expect(try JSONValue(contentsOf: target.path + "/tokenizer.json")["added_tokens"]?.arrayValue?.count == 3)
    #expect(try JSONValue(contentsOf: target.path + "/added_tokens.json")["<|指示|>"] == 480)
  }
}
