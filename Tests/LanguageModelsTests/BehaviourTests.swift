import LanguageModels
import Tensors
import Testing

@Suite struct `What training does and leaves alone` {
  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

  @Test func `a new adapter changes no bit of the logits`() throws {
    let fixture = try Fixture("tied")
    let batch = RandomBatch(lengths: [7, 1, 20], vocabulary: 101, seed: 1)
    let adapter = LowRankSettings(rank: 4, alpha: 8, targetModules: ["all-linear"])
    let adapted = try CausalLanguageModel(
      directory: fixture.directory, options: ModelOptions(adapter: adapter, adapterSeed: 3), engine: Engine())
    let plain = try fixture.model(engine: Engine())
    #expect(bits(try batch.logits(adapted)) == bits(try batch.logits(plain)))
    #expect(
      adapted.parameters.parameters.filter { $0.name.contains("lora_A") }.allSatisfy { parameter in
        UnsafeBufferPointer(start: adapted.parameters.values(of: parameter), count: parameter.count)
          .allSatisfy { $0 != 0 && abs($0) <= 1 / Float(parameter.shape[1]).squareRoot() }
      })
  }

  @Test func `with LoRA only the adapters are trained, and frozen models train nothing`() throws {
    let fixture = try Fixture("tied")
    let model = try fixture.model(adapter: "c_attn", engine: Engine())
    #expect(
      model.parameters.parameters.map(\.name) == [
        "h.0.attn.c_attn.lora_A.weight", "h.0.attn.c_attn.lora_B.weight", "h.1.attn.c_attn.lora_A.weight",
        "h.1.attn.c_attn.lora_B.weight",
      ])
    #expect(model.parameters.trainedCount == 2 * (4 * 48 + 144 * 4))
    #expect(model.adaptedLayers == ["h.0.attn.c_attn", "h.1.attn.c_attn"])
    #expect(try fixture.model(engine: Engine()).parameters.parameters.isEmpty)
    let full = try fixture.model(full: true, engine: Engine())
    #expect(full.parameters.trainedCount == full.architecture.weights.reduce(0) { $0 + $1.count })
    #expect(full.parameters.parameters.filter { !$0.decays }.allSatisfy { $0.shape.count == 1 })
  }

  @Test func `tokens that are no targets bring no gradient of their own`() throws {
    let fixture = try Fixture("untied-relu")
    let model = try fixture.model(full: true, engine: Engine())
    let pass = try Pass(model, limits: fixture.limits, forTraining: true)
    fixture.withBatch { batch, _ in
      pass.forward(batch)
      let none = TargetBatch(sources: batch.positions, targets: batch.tokens, count: 0)
      pass.loss(none, tokenCount: batch.tokenCount, gradientWeight: 1)
      pass.backward(batch)
    }
    #expect(model.parameters.gradientValues.allSatisfy { $0 == 0 })
    // One target in the first row: nothing reaches the tokens of the others, whose positions go beyond.
    fixture.withBatch { batch, _ in
      pass.forward(batch)
      let (source, target) = ([Int32(2)], [Int32(7)])
      source.withUnsafeBufferPointer { source in
        target.withUnsafeBufferPointer { target in
          let one = TargetBatch(sources: source.baseAddress!, targets: target.baseAddress!, count: 1)
          pass.loss(one, tokenCount: batch.tokenCount, gradientWeight: 1)
        }
      }
      pass.backward(batch)
    }
    let positions = try #require(model.parameters["wpe.weight"])
    let gradient = UnsafeBufferPointer(
      start: model.parameters.gradients + positions.offset, count: positions.count)
    let touched = (0..<64).filter { place in (0..<40).contains { gradient[place * 40 + $0] != 0 } }
    #expect(touched == [0, 1, 2])
  }

  /// Plain gradient descent with a step from the gradient alone: no optimizer in this module.
  @Test func `full training learns one batch by heart`() throws {
    let fixture = try Fixture("tied")
    let model = try fixture.model(full: true, engine: Engine())
    let parameters = model.parameters
    let batch = RandomBatch(lengths: [6, 9, 12], vocabulary: 101, seed: 4)
    let pass = try Pass(model, limits: batch.limits, forTraining: true)
    let start = batch.loss(pass)
    for _ in 0..<300 {
      batch.gradient(pass)
      model.engine.addScaled(parameters.values, parameters.gradients, -0.1, count: parameters.count)
    }
    let end = batch.loss(pass)
    #expect(start > 2 && end < 0.02, "from \(start) to \(end)")
  }

  @Test(arguments: Fixture.names, [true, false])
  func `gradients of a whole model agree with differences of its loss`(name: String, isFull: Bool) throws {
    let fixture = try Fixture(name)
    let model = try fixture.model(adapter: isFull ? nil : "all", full: isFull, engine: Engine())
    let parameters = model.parameters
    let batch = RandomBatch(lengths: [5, 1, 13], vocabulary: 80, seed: 4)
    let pass = try Pass(model, limits: batch.limits, forTraining: true, dropout: true)
    for draw in [nil, DropoutDraw(seed: 1, step: 3, firstToken: 16, hidden: 0.2, adapter: 0.3)] {
      batch.gradient(pass, draw: draw)
      let gradient = parameters.gradientValues
      let size = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let start = parameters.allValues
      for number in 0..<4 {
        // The gradient itself, in which the loss moves most, mixed with noise of the same size.
        var random = RandomStream(seed: UInt64(number), purpose: .dataSample)
        let noise = gradient.map { _ in number == 0 ? 0 : random.nextUnitFloat() - 0.5 }
        let noiseSize = max(noise.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot(), 1e-9)
        let direction = zip(gradient, noise).map { Double($0) / size + Double($1) / noiseSize }
        func moved(_ step: Double) -> Double {
          for index in start.indices {
            parameters.values[index] = Float(Double(start[index]) + step * direction[index])
          }
          return batch.loss(pass, draw: draw)
        }
        let step = 1e-3
        let slope = (moved(step) - moved(-step)) / (2 * step)
        _ = moved(0)
        let expected = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * $1.1 }
        #expect(abs(slope - expected) < 2e-3 * size, "direction \(number): \(slope), expected \(expected)")
      }
    }
  }
}
