import LanguageModels
import Tensors
import Testing

@Suite struct `Blocks that are computed again in the backward pass` {
  private static let allLinear = LowRankSettings(rank: 3, alpha: 6, targetModules: ["all-linear"])

  private func results(
    _ adapter: LowRankSettings?, draw: DropoutDraw?, recomputes: Bool, threads: Int
  ) throws -> (bits: [[UInt32]], byteCount: Int) {
    let directory = try ModelDirectory(config: mediumConfig)
    let batch = RandomBatch(lengths: raggedLengths(total: 449), vocabulary: 523, seed: 1)
    let model = try CausalLanguageModel(
      directory: directory.path, options: ModelOptions(initializationSeed: 7, adapter: adapter),
      engine: Engine(threadCount: threads))
    // B starts at zero, which would leave A without a gradient.
    let parameters = model.parameters
    var random = RandomStream(seed: 3, purpose: .dataSample)
    for index in 0..<parameters.count { parameters.values[index] += (random.nextUnitFloat() - 0.5) / 10 }
    let pass = try Pass(
      model, limits: batch.limits, forTraining: true, dropout: draw != nil, recomputesBlocks: recomputes)
    // Twice, because what the first pass left must not matter.
    let bits = (0..<2).flatMap { _ in
      [batch.gradient(pass, draw: draw).map(\.bitPattern), parameters.gradientValues.map(\.bitPattern)]
    }
    return (bits, pass.byteCount)
  }

  private static let decomposed = LowRankSettings(
    rank: 4, alpha: 8, isDecomposed: true, trainsEmbedding: true, targetModules: ["all-linear"])

  @Test(arguments: [nil, allLinear, LowRankSettings(rank: 5, alpha: 5), decomposed], [false, true])
  func `loss and gradients have the same bits, in much less memory`(adapter: LowRankSettings?, drops: Bool) throws {
    let draw = drops ? DropoutDraw(seed: 5, step: 2, firstToken: 8, hidden: 0.1, adapter: 0.2) : nil
    let kept = try results(adapter, draw: draw, recomputes: false, threads: 1)
    let again = try results(adapter, draw: draw, recomputes: true, threads: 2)
    #expect(kept.bits[1].contains { $0 != 0 } && kept.bits[0] == kept.bits[2] && kept.bits[1] == kept.bits[3])
    let isSame = kept.bits == again.bits
    #expect(isSame)
    // Two of three blocks keep their input alone.
    #expect(again.byteCount < kept.byteCount * 3 / 4)
  }

  @Test func `a block costs as little as its input and the thin product of its last layer`() throws {
    func byteCount(layers: Int, recomputes: Bool) throws -> Int {
      let config = mediumConfig.objectMembers!.filter { $0.key != "n_layer" }
      let directory = try ModelDirectory(config: .object(config + [.init("n_layer", .integer(layers))]))
      let model = try CausalLanguageModel(
        directory: directory.path, options: ModelOptions(initializationSeed: 7, adapter: Self.allLinear),
        engine: Engine(threadCount: 1))
      let limits = PassLimits(tokenCount: 320, rowLength: 160, targetCount: 320)
      return try Pass(model, limits: limits, forTraining: true, recomputesBlocks: recomputes).byteCount
    }
    let block = try byteCount(layers: 5, recomputes: true) - byteCount(layers: 4, recomputes: true)
    #expect(block == 320 * (84 + 3) * 4)
    let whole = try byteCount(layers: 5, recomputes: false) - byteCount(layers: 4, recomputes: false)
    #expect(whole > 7 * block)
  }
}
