import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tensors
import Testing

@Suite struct `Weight-decomposed adapters and trained embeddings` {
  private func model(_ adapter: LowRankSettings, of name: String = "options") throws -> CausalLanguageModel {
    try CausalLanguageModel(
      directory: Fixture(name).directory, options: ModelOptions(adapter: adapter, adapterSeed: 3), engine: Engine())
  }

  @Test func `a new DoRA adapter leaves the function as it was, and its A is that of LoRA`() throws {
    let batch = RandomBatch(lengths: [7, 1, 20], vocabulary: 53, seed: 1)
    let plain = try model(LowRankSettings(rank: 4, alpha: 8, targetModules: ["all-linear"]))
    let decomposed = try model(
      LowRankSettings(rank: 4, alpha: 8, isDecomposed: true, trainsEmbedding: true, targetModules: ["all-linear"]))
    #expect(relativeDifference(try batch.logits(decomposed), try batch.logits(plain)) < 1e-6)
    for parameter in plain.parameters.parameters {
      let other = try #require(decomposed.parameters[parameter.name])
      let same = memcmp(
        plain.parameters.values(of: parameter), decomposed.parameters.values(of: other), 4 * parameter.count)
      #expect(same == 0, "\(parameter.name)")
    }
    let magnitudes = decomposed.parameters.parameters.filter { $0.name.hasSuffix("lora_magnitude_vector") }
    #expect(magnitudes.map(\.count) == [72, 24, 96, 24, 72, 24, 96, 24])
    #expect(decomposed.parameters.trainedCount == plain.parameters.trainedCount + 2 * 216 + 53 * 24)
  }

  /// The norms are kept between passes: they must follow the values all the same.
  @Test func `the function follows every change of A, B and the magnitude at once`() throws {
    let settings = LowRankSettings(rank: 4, alpha: 8, isDecomposed: true, targetModules: ["all-linear"])
    let batch = RandomBatch(lengths: [7, 12], vocabulary: 53, seed: 1)
    let changed = try model(settings)
    let pass = try Pass(changed, limits: batch.limits, forTraining: true)
    for (number, name) in ["lora_A.weight", "lora_B.weight", "lora_magnitude_vector", "lora_A.weight"].enumerated() {
      let before = batch.loss(pass)
      for parameter in changed.parameters.parameters where parameter.name.hasSuffix(name) {
        var random = RandomStream(seed: UInt64(number), purpose: .dataSample)
        let values = changed.parameters.values(of: parameter)
        for place in 0..<parameter.count { values[place] += 0.1 * (random.nextUnitFloat() - 0.5) }
      }
      // A alone changes nothing while B is 0.
      #expect(number == 0 ? abs(batch.loss(pass) - before) < 1e-6 : abs(batch.loss(pass) - before) > 1e-6)
      let fresh = try model(settings)
      fresh.parameters.values.update(from: changed.parameters.values, count: fresh.parameters.count)
      #expect(batch.loss(pass) == batch.loss(try Pass(fresh, limits: batch.limits, forTraining: true)), "\(name)")
    }
  }

  @Test(arguments: [("options", "dora-all"), ("options", "embedding-dora"), ("options-untied", "embedding")])
  func `an adapter is written with PEFT's names and loads again`(name: String, adapter: String) throws {
    let fixture = try Fixture(name)
    let model = try fixture.model(adapter: adapter, engine: Engine())
    let source = try ModelDirectory(copying: fixture, adapter: adapter)
    let written = try ModelDirectory(config: [:])
    try AdapterFiles.write(model, to: written.path, baseModel: "m", dropout: 0)
    let ours = try SafetensorsFile(path: written.path + "/adapter_model.safetensors")
    // PEFT stores the head as well as the embedding; it says nothing new.
    let head = "base_model.model.lm_head.weight"
    #expect(Set(ours.names) == Set(source.tensors.map(\.name)).subtracting([head]))
    for tensor in source.tensors where tensor.name != head {
      let entry = try #require(ours.entry(named: tensor.name))
      #expect(entry.shape == tensor.shape)
      #expect(ours.withBytes(of: entry) { Data($0) } == tensor.bytes, "\(tensor.name)")
    }
    let config = try JSONValue(contentsOf: written.path + "/adapter_config.json")
    for key in ["use_dora", "use_rslora", "modules_to_save"] { #expect(config[key] == source.config[key], "\(key)") }
    let settings = try AdapterFiles.settings(in: written.path)
    #expect(
      settings.isDecomposed == adapter.contains("dora") && settings.trainsEmbedding == adapter.contains("embedding"))
    let again = try CausalLanguageModel(
      directory: fixture.directory, options: ModelOptions(adapter: settings), engine: Engine())
    try AdapterFiles.load(into: again, from: written.path)
    #expect(again.parameters.allValues == model.parameters.allValues)
    let batch = RandomBatch(lengths: [9, 20], vocabulary: 47, seed: 1)
    #expect(try batch.logits(again) == batch.logits(model))
  }

  @Test func `a head that was trained apart from the embedding is refused`() throws {
    let fixture = try Fixture("options")
    func refusal(_ change: (ModelDirectory) -> Void) throws -> String? {
      let directory = try ModelDirectory(copying: fixture, adapter: "embedding")
      change(directory)
      try directory.write()
      do {
        let model = try CausalLanguageModel(
          directory: fixture.directory, options: ModelOptions(adapter: AdapterFiles.settings(in: directory.path)),
          engine: Engine(threadCount: 1))
        try AdapterFiles.load(into: model, from: directory.path)
        return nil
      } catch let error as ModelError { return error.description }
    }
    #expect(try refusal { _ in } == nil)
    #expect(
      try refusal { $0.change("base_model.model.lm_head.weight") { $0.bytes[0] ^= 1 } }?
        .contains("the tensor base_model.model.lm_head.weight is another head than the model's") == true)
    #expect(try refusal { $0.set("modules_to_save", ["wte"]) }?.contains("modules_to_save hold an embedding") == true)
    #expect(
      try refusal { $0.change("base_model.model.transformer.wte.weight") { $0.shape = [24, 53] } }?
        .contains("must be F32 [53, 24], and is F32 [24, 53]") == true)
  }

  @Test func `a trained embedding takes its tied head along, and leaves positions alone`() throws {
    let settings = LowRankSettings(rank: 2, alpha: 4, trainsEmbedding: true, targetModules: ["c_fc"])
    for (name, touched) in [("options", 53), ("options-untied", 3)] {
      let model = try model(settings, of: name)
      #expect(model.parameters["wpe.weight"] == nil && model.parameters["lm_head.weight"] == nil)
      let batch = RandomBatch(rows: [[3, 5, 3, 9, 1]])
      let pass = try Pass(model, limits: batch.limits, forTraining: true)
      batch.gradient(pass)
      let table = try #require(model.parameters["wte.weight"])
      let width = table.shape[1]
      let gradient = model.parameters.gradients + table.offset
      let rows = (0..<table.shape[0]).filter { row in (0..<width).contains { gradient[row * width + $0] != 0 } }
      // Through a tied head every word of the vocabulary is moved; otherwise those that were read, but for the last.
      #expect(rows.count == touched, "\(name): \(rows)")
    }
  }

  @Test(arguments: NumberType.allCases, ["options", "options-untied"])
  func `a backbone held in fewer bits begins with the same function too`(type: NumberType, name: String) throws {
    func model(_ adapter: LowRankSettings) throws -> CausalLanguageModel {
      try CausalLanguageModel(
        directory: Fixture(name).directory, options: ModelOptions(adapter: adapter, backboneType: type),
        engine: Engine())
    }
    let batch = RandomBatch(lengths: [7, 1, 20], vocabulary: 47, seed: 1)
    let plain = try model(LowRankSettings(rank: 4, alpha: 8, targetModules: ["all-linear"]))
    let decomposed = try model(LowRankSettings(rank: 4, alpha: 8, isDecomposed: true, targetModules: ["all-linear"]))
    let logits = (try batch.logits(decomposed), try batch.logits(plain))
    #expect(relativeDifference(logits.0, logits.1) < 1e-6)
    let pass = try Pass(decomposed, limits: batch.limits, forTraining: true)
    batch.gradient(pass)
    let isFinite = decomposed.parameters.gradientValues.allSatisfy(\.isFinite)
    #expect(isFinite)
  }

  @Test(arguments: [true, false]) func `memory is planned as it is taken`(isDecomposed: Bool) throws {
    let settings = LowRankSettings(
      rank: 4, alpha: 8, isDecomposed: isDecomposed, trainsEmbedding: true, targetModules: ["all-linear"])
    var options = ModelOptions(adapter: settings)
    options.vocabularySize = 60
    let fixture = try Fixture("options")
    let model = try CausalLanguageModel(directory: fixture.directory, options: options, engine: Engine(threadCount: 1))
    let plan = PlannedMemory(try Architecture(modelDirectory: fixture.directory), options: options, threadCount: 1)
    let (trained, kept) = (try plan.trainedCounts().reduce(0, +), try plan.decompositionBytes())
    #expect(trained == model.parameters.count)
    // For each of two blocks three vectors for the outputs, padded to cache lines, and copies of A and B; then scratch.
    let floats = 2 * (3 * (80 + 32 + 96 + 32) + 4 * (24 + 24 + 24 + 96) + 4 * (72 + 24 + 96 + 24)) + 4 * 96 + 16
    #expect(kept == (isDecomposed ? 4 * floats : 0))
    let pass = try Pass(model, limits: fixture.limits, forTraining: true, dropout: true)
    #expect(plan.passBytes(limits: fixture.limits, forTraining: true, dropout: true).all == pass.byteCount)
  }
}
