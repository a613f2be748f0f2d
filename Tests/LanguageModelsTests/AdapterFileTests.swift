import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tensors
import Testing

@Suite struct `Adapter files` {
  private func refusal(_ directory: ModelDirectory) throws -> String? {
    let fixture = try Fixture("tied")
    do {
      let settings = try AdapterFiles.settings(in: directory.path)
      let model = try CausalLanguageModel(
        directory: fixture.directory, options: ModelOptions(adapter: settings), engine: Engine(threadCount: 1)
      )
      try AdapterFiles.load(into: model, from: directory.path)
      return nil
    } catch let error as ModelError {
      return error.description
    }
  }

  private func adapter() throws -> ModelDirectory {
    try ModelDirectory(copying: Fixture("tied"), adapter: "all")
  }

  private let stored = "base_model.model.transformer.h.0.attn.c_attn.lora_A.weight"

  @Test func `PEFT's own adapter loads, and is written back with the same tensors`() throws {
    let fixture = try Fixture("erf-gelu")
    for name in ["c_attn", "all", "rslora"] {
      let model = try fixture.model(adapter: name, engine: Engine())
      let source = try ModelDirectory(copying: fixture, adapter: name)
      let written = try ModelDirectory(config: [:])
      try AdapterFiles.write(model, to: written.path, baseModel: "rinna/japanese-gpt2", dropout: 0.05)
      let ours = try SafetensorsFile(path: written.path + "/adapter_model.safetensors")
      #expect(Set(ours.names) == Set(source.tensors.map(\.name)))
      for tensor in source.tensors {
        let entry = try #require(ours.entry(named: tensor.name))
        #expect(entry.shape == tensor.shape && entry.elementType == tensor.type)
        #expect(ours.withBytes(of: entry) { Data($0) } == tensor.bytes)
      }
      #expect(ours.metadata == ["format": "pt"])
      let config = try JSONValue(
        parsing: Data(contentsOf: URL(filePath: written.path + "/adapter_config.json")))
      for key in [
        "r", "use_rslora", "bias", "peft_type", "task_type", "fan_in_fan_out", "alpha_pattern",
        "rank_pattern",
      ] { #expect(config[key] == source.config[key], "\(key)") }
      #expect(config["lora_alpha"]?.doubleValue == source.config["lora_alpha"]?.doubleValue)
      #expect(config["base_model_name_or_path"] == "rinna/japanese-gpt2")
      #expect(config["lora_dropout"]?.doubleValue == 0.05)
      let again = try CausalLanguageModel(
        directory: fixture.directory, options: ModelOptions(adapter: AdapterFiles.settings(in: written.path)),
        engine: Engine())
      try AdapterFiles.load(into: again, from: written.path)
      let isSame = again.parameters.allValues == model.parameters.allValues
      #expect(isSame && again.adaptedLayers == model.adaptedLayers)
    }
  }

  @Test(arguments: [
    (["c_attn"], ["c_attn"]), (["attn.c_proj"], ["attn.c_proj"]), (["c_proj"], ["c_proj"]),
    (["all-linear"], ["c_attn", "c_fc", "c_proj"]), (["h.1.attn.c_attn"], ["h.1.attn.c_attn"]),
    (["c_fc", "h.0.mlp.c_proj"], ["h.0.mlp.c_fc", "h.0.mlp.c_proj", "h.1.mlp.c_fc"]),
  ])
  func `target_modules name exactly the adapted layers`(targets: [String], expected: [JSONValue]) throws {
    let fixture = try Fixture("tied")
    let model = try CausalLanguageModel(
      directory: fixture.directory,
      options: ModelOptions(adapter: LowRankSettings(rank: 2, alpha: 4, targetModules: targets)),
      engine: Engine())
    let written = try ModelDirectory(config: [:])
    try AdapterFiles.write(model, to: written.path, baseModel: "m", dropout: 0)
    let config = try JSONValue(
      parsing: Data(contentsOf: URL(filePath: written.path + "/adapter_config.json")))
    #expect(config["target_modules"] == .array(expected))
    let again = try CausalLanguageModel(
      directory: fixture.directory, options: ModelOptions(adapter: AdapterFiles.settings(in: written.path)),
      engine: Engine())
    try AdapterFiles.load(into: again, from: written.path)
    #expect(again.adaptedLayers == model.adaptedLayers)
  }

  @Test func `a target that matches nothing is answered with what there is`() throws {
    let fixture = try Fixture("tied")
    for target in ["q_proj", "attn", "proj", "lm_head", ""] {
      #expect {
        try CausalLanguageModel(
          directory: fixture.directory,
          options: ModelOptions(
            adapter: LowRankSettings(rank: 2, alpha: 4, targetModules: ["c_attn", target])),
          engine: Engine())
      } throws: { error in
        "\(error)"
          == "training.lora_target_modules is c_attn,\(target), and \(target) matches no linear layer of the model. "
          + "Name some of attn.c_attn, attn.c_proj, mlp.c_fc, mlp.c_proj, or all-linear alone."
      }
    }
  }

  @Test func `missing files`() throws {
    let first = try adapter()
    #expect(try refusal(first) == nil)
    try FileManager.default.removeItem(atPath: first.configPath)
    #expect(
      try refusal(first)
        == "cannot load the adapter: cannot read \(first.configPath): No such file or directory. "
        + "Check out the experiment again.")
    try Data("{\n \"r\": }".utf8).write(to: URL(filePath: first.configPath))
    #expect(
      try refusal(first)
        == "cannot load the adapter: cannot read \(first.configPath): it is not valid JSON at line 2, byte 7: expected a "
        + "value. Check out the experiment again.")
    let second = try adapter()
    try FileManager.default.removeItem(atPath: second.weightsPath)
    #expect(try #require(try refusal(second)).hasPrefix("cannot open \(second.weightsPath): No such file"))
  }

  @Test(arguments: [
    ("peft_type", JSONValue.string("IA3"), "it does not describe a LoRA adapter (peft_type, r, lora_alpha)."),
    ("r", 0, "it does not describe"), ("r", 1_000_000_000_000, "it does not describe"),
    ("r", "4", "it does not describe"), ("lora_alpha", nil, "it does not describe"),
    ("r", 16384, "r is 16384, and the tensor "),
    (
      "alpha_pattern", .object([JSONMember("h.0.attn.c_attn", 1)]),
      "alpha_pattern gives layers settings of their own"
    ),
    (
      "rank_pattern", .object([JSONMember("h.0.attn.c_attn", 1)]),
      "rank_pattern gives layers settings of their own"
    ),
  ])
  func `settings that cannot be honoured`(key: String, value: JSONValue, expected: String) throws {
    let directory = try adapter()
    directory.set(key, value)
    try directory.write()
    let refusal = try #require(try refusal(directory))
    #expect(refusal.hasPrefix("cannot load the adapter \(directory.configPath): \(expected)"), "\(refusal)")
  }

  @Test func `tensors that are missing, too many, of another shape or type, or not finite`() throws {
    let advice = "Check that the adapter belongs to this model."
    var directory = try adapter()
    directory.tensors.removeAll { $0.name == stored }
    try directory.write()
    #expect(
      try refusal(directory)
        == "cannot load the adapter \(directory.weightsPath): the tensor \(stored) must be F32 [4, 48], and is "
        + "missing. \(advice)")
    directory = try adapter()
    directory.change(stored) { $0.shape = [4, 4, 12] }
    try directory.write()
    #expect(
      try refusal(directory)
        == "cannot load the adapter \(directory.weightsPath): the tensor \(stored) must be F32 [4, 48], and is "
        + "F32 [4, 4, 12]. \(advice)")
    directory = try adapter()
    directory.change(stored) { $0.type = .int32 }
    try directory.write()
    #expect(try #require(try refusal(directory)).contains("must be F32 [4, 48], and is I32 [4, 48]."))
    directory = try adapter()
    directory.tensors.append(("base_model.model.lm_head.lora_A.weight", .float32, [4, 48], Data(count: 768)))
    try directory.write()
    #expect(
      try refusal(directory)
        == "cannot load the adapter \(directory.weightsPath): the tensor base_model.model.lm_head.lora_A.weight "
        + "belongs to no adapted layer of this model. \(advice)")
    directory = try adapter()
    directory.change(stored) { $0.bytes.replaceSubrange(4..<8, with: [0, 0, 0xC0, 0x7F]) }
    try directory.write()
    #expect(
      try refusal(directory)
        == "cannot load the adapter \(directory.weightsPath): the tensor \(stored) holds NaN or infinite values."
    )
    directory = try adapter()
    let whole = try Data(contentsOf: URL(filePath: directory.weightsPath))
    try whole.dropLast(5).write(to: URL(filePath: directory.weightsPath))
    #expect(try #require(try refusal(directory)).contains(directory.weightsPath))
  }

  @Test func `an adapter of another model is refused`() throws {
    let other = try Fixture("erf-gelu")
    let directory = try ModelDirectory(copying: other, adapter: "all")
    #expect(try #require(try refusal(directory)).contains(directory.weightsPath))
  }

  @Test func `a prompt that leaves no position for an answer is refused`() throws {
    let model = try Fixture("tied").model(engine: Engine())
    let options = GenerationOptions(maximumNewTokens: .max, endOfSequenceIDs: [])
    _ = try Generator(model, options: options, longestPrompt: 63)
    for count in [64, 65, 1_000_000] {
      #expect {
        try Generator(model, options: options, longestPrompt: count)
      } throws: { error in
        "\(error)"
          == "cannot generate: a prompt has \(count) tokens, and the model has 64 positions for prompt and answer "
          + "together. Shorten the prompt, or lower tokenizer.max_length_prompt."
      }
    }
  }

  @Test func `generation stops where the positions end and says so`() throws {
    let model = try Fixture("tied").model(engine: Engine())
    let options = GenerationOptions(maximumNewTokens: 100, endOfSequenceIDs: [], batchSize: 2)
    let prompts = [3, 63, 40].map { RandomBatch(lengths: [$0], vocabulary: 101, seed: 1).tokens }
    let continuations = try Generator(model, options: options, longestPrompt: 63).generate(prompts)
    #expect(continuations.map(\.tokens.count) == [61, 1, 24])
    #expect(continuations.allSatisfy { $0.wasClamped })
  }
}
