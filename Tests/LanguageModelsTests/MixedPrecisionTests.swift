import Foundation
import LanguageModels
import Tables
import Tensors
import Testing

@Suite struct `Mixed precision` {
  private static let kinds: [MixedPrecision] = [.emulated, .automatic]

  private func engine(_ kind: MixedPrecision, threads: Int = 2) throws -> Engine? {
    let engine = try Engine(threadCount: threads, mixedPrecision: kind)
    return engine.mixedPrecision.isActive ? engine : nil
  }

  /// The distances of PyTorch's autocast are those of the same models, adapters and rows.
  @Test(arguments: Fixture.names, [0, 1])
  func `is no farther from float32 than PyTorch's own`(name: String, kind: Int) throws {
    guard let engine = try engine(Self.kinds[kind]) else { return }
    let fixture = try Fixture(name)
    let path = fixture.directory + "/number-types.json"
    let peer = try #require(
      try JSONValue(parsing: Data(contentsOf: URL(filePath: path)))["autocast_to_float32"])
    let model = try fixture.model(adapter: "all", engine: engine)
    // Logits of a training pass, whose head is a large product too; single tokens are decoded in float32.
    let pass = try Pass(model, limits: fixture.limits, forTraining: true)
    _ = fixture.lossAndGradient(pass)
    let logits = relativeDifference(try fixture.logits(model), try fixture.values("logits.all"))
    let peerLogits = try #require(peer["logits"]?.doubleValue)
    #expect(logits > 1e-4 && logits <= peerLogits, "\(logits), PyTorch \(peerLogits)")
    for parameter in model.parameters.parameters {
      let key = "base_model.model.transformer.\(parameter.name)"
      let ours = UnsafeBufferPointer(start: model.parameters.gradients + parameter.offset, count: parameter.count)
      let difference = relativeDifference(ours, try fixture.values("grad.all/" + key))
      let peerDifference = try #require(peer["gradients"]?[key]?.doubleValue)
      #expect(difference > 1e-5 && difference <= peerDifference, "\(key): \(difference), PyTorch \(peerDifference)")
    }
  }

  @Test func `uses weights that are held in bfloat16 as they are, with 1, 2 and 3 threads`() throws {
    let directory = try ModelDirectory(copying: Fixture("untied-relu"))
    directory.narrow(to: .bfloat16, try Engine(threadCount: 1))
    try directory.write()
    let batch = RandomBatch(lengths: [32, 1, 64, 17, 60, 5], vocabulary: 97, seed: 1)
    var results: [[Float]] = []
    for (threads, held) in [(1, NumberType.float32), (1, .bfloat16), (2, .bfloat16), (3, .bfloat16)] {
      let options = ModelOptions(
        adapter: LowRankSettings(rank: 3, alpha: 6), adapterSeed: 1, backboneType: held)
      let model = try CausalLanguageModel(
        directory: directory.path, options: options,
        engine: Engine(threadCount: threads, mixedPrecision: .emulated))
      let losses = batch.gradient(try Pass(model, limits: batch.limits, forTraining: true))
      results.append(losses + model.parameters.gradientValues)
    }
    let areAlike = results.allSatisfy { $0 == results[0] }
    #expect(areAlike && results[0].contains { $0 != 0 })
  }

  @Test func `rounds in full training as well, and leaves everything outside the large products alone`() throws {
    let fixture = try Fixture("tied")
    let model = try fixture.model(full: true, engine: Engine(threadCount: 1, mixedPrecision: .emulated))
    _ = fixture.lossAndGradient(try Pass(model, limits: fixture.limits, forTraining: true))
    for parameter in model.parameters.parameters {
      let reference = try fixture.values("grad.full/transformer.\(parameter.name)")
      let ours = UnsafeBufferPointer(start: model.parameters.gradients + parameter.offset, count: parameter.count)
      let difference = relativeDifference(ours, reference)
      // The key part of this bias has no gradient in exact arithmetic, so what is there is rounding.
      #expect(difference > 1e-5 && difference < 3e-2, "\(parameter.name): \(difference)")
    }
  }
}
