import Foundation
import LanguageModels
import TensorFiles
import Tensors
import Testing

/// One step with each random draw of training, as `make_option_fixtures.py` computed it with PyTorch.
@Suite struct `Dropout, noise and hidden tokens agree with PyTorch` {
  private let fixture: Fixture
  private let draws: SafetensorsFile
  private static let seed: UInt64 = 5 << 32 | 77

  init() throws {
    fixture = try Fixture("options")
    draws = try SafetensorsFile(path: fixture.directory + "/draws.safetensors")
  }

  private func values(_ name: String) throws -> [Float] {
    let entry = try #require(draws.entry(named: name), "\(name) is not in the fixture")
    return draws.withBytes(of: entry) { Array($0.bindMemory(to: Float.self)) }
  }

  private func draw(hidden: Float = 0, adapter: Float = 0, noise: Float = 0) -> DropoutDraw {
    DropoutDraw(seed: Self.seed, step: 3, firstToken: 16, hidden: hidden, adapter: adapter, embeddingNoise: noise)
  }

  /// Compares losses, and the gradients of everything trained but what `skips` names.
  private func check(
    _ name: String, _ model: CausalLanguageModel, _ draw: DropoutDraw, hidden: [UInt8]? = nil, skips: [String] = []
  ) throws {
    let pass = try Pass(model, limits: fixture.limits, forTraining: true, dropout: true)
    let losses = fixture.losses(pass, draw, hidden: hidden)
    #expect(relativeDifference(losses, try values("losses.\(name)")) < 1e-5)
    for parameter in model.parameters.parameters where !skips.contains(parameter.name) {
      let prefix = model.adapterSettings == nil ? "transformer." : "base_model.model.transformer."
      let ours = UnsafeBufferPointer(start: model.parameters.gradients + parameter.offset, count: parameter.count)
      let difference = relativeDifference(ours, try values("grad.\(name)/\(prefix)\(parameter.name)"))
      #expect(difference < 1e-5, "\(parameter.name): \(difference)")
    }
  }

  @Test(arguments: ["dora", "dora-all"]) func `lora_dropout in DoRA layers`(adapter: String) throws {
    try check(adapter, fixture.model(adapter: adapter, engine: Engine()), draw(adapter: 0.3))
  }

  @Test func `lora_dropout in LoRA layers`() throws {
    // The fixture's step does not train the embedding that this adapter brings along.
    try check(
      "lora", fixture.model(adapter: "embedding", engine: Engine()), draw(adapter: 0.3), skips: ["wte.weight"])
  }

  @Test func `intermediate_dropout after embedding, attention and MLP and on attention weights`() throws {
    try check("hidden", fixture.model(full: true, engine: Engine()), draw(hidden: 0.2))
  }

  @Test func `NEFTune noise, which leaves the embedding's gradient alone`() throws {
    try check("noise", fixture.model(full: true, engine: Engine()), draw(noise: 5))
  }

  @Test func `tokens that are hidden`() throws {
    let entry = try #require(draws.entry(named: "hidden"))
    let hidden = draws.withBytes(of: entry) { $0.bindMemory(to: Int32.self).map { UInt8($0) } }
    try check("mask", fixture.model(full: true, engine: Engine()), draw(), hidden: hidden)
  }
}

extension Fixture {
  /// The losses of the targets that are not hidden; the gradient of their mean is left in the model's parameters.
  func losses(_ pass: Pass, _ draw: DropoutDraw, hidden: [UInt8]?) -> [Float] {
    let hidden = hidden ?? tokens.map { _ in 0 }
    let ids = tokens.indices.map { hidden[$0] == 1 ? 2 : tokens[$0] }
    let kept = sources.indices.filter { hidden[Int(sources[$0]) + 1] == 0 }
    let (seenFrom, wanted) = (kept.map { sources[$0] }, kept.map { targets[$0] })
    let parameters = pass.model.parameters
    pass.model.engine.clear(parameters.gradients, count: parameters.count)
    return withBatch { batch, _ in
      ids.withUnsafeBufferPointer { ids in
        hidden.withUnsafeBufferPointer { hidden in
          let shown = TokenBatch(
            tokens: ids.baseAddress!, positions: batch.positions, rowOffsets: batch.rowOffsets,
            rowCount: batch.rowCount, tokenCount: batch.tokenCount, hiddenKeys: hidden.baseAddress!)
          pass.forward(shown, draw: draw)
          seenFrom.withUnsafeBufferPointer { sources in
            wanted.withUnsafeBufferPointer { targets in
              pass.loss(
                TargetBatch(sources: sources.baseAddress!, targets: targets.baseAddress!, count: targets.count),
                tokenCount: batch.tokenCount, gradientWeight: 1 / Float(targets.count))
            }
          }
          pass.backward(shown, draw: draw)
          return Array(UnsafeBufferPointer(start: pass.losses, count: wanted.count))
        }
      }
    }
  }
}
