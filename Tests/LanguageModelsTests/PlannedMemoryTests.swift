import LanguageModels
import Tensors
import Testing

@Suite struct `Memory that is known before a model is loaded` {
  static let adapters = [
    nil, LowRankSettings(rank: 3, alpha: 6), LowRankSettings(rank: 7, alpha: 6, targetModules: ["all-linear"]),
  ]

  @Test(arguments: adapters, [1, 3])
  func `is what models, passes and decoders take`(adapter: LowRankSettings?, threads: Int) throws {
    let directory = try ModelDirectory(config: mediumConfig)
    let options = ModelOptions(initializationSeed: 7, adapter: adapter)
    let model = try CausalLanguageModel(
      directory: directory.path, options: options, engine: Engine(threadCount: threads))
    let planned = PlannedMemory(model.architecture, options: options, threadCount: threads)
    #expect(try planned.trainedCounts().reduce(0, +) == model.parameters.count)
    #expect(try planned.trainedCounts().count == model.parameters.parameters.count)
    let limits = PassLimits(tokenCount: 449, rowLength: 150, targetCount: 300)
    for (training, dropout, recomputes) in [
      (false, false, false), (true, false, false), (true, true, false), (true, true, true),
    ] {
      let pass = try Pass(
        model, limits: limits, forTraining: training, dropout: dropout, recomputesBlocks: recomputes)
      let bytes = planned.passBytes(
        limits: limits, forTraining: training, dropout: dropout, recomputesBlocks: recomputes)
      #expect(bytes.all == pass.byteCount)
      #expect(bytes.logits == 300 * 523 * 4)
    }
    var generation = GenerationOptions(maximumNewTokens: 40, endOfSequenceIDs: [1, 2], batchSize: 3)
    for (beams, penalty) in [(1, 1), (1, 1.2), (2, 1.2), (5, 1)] as [(Int, Float)] {
      generation.beamCount = beams
      generation.repetitionPenalty = penalty
      generation.sampling = beams == 1 ? SamplingOptions(seed: 1) : nil
      for prompt in [30, 150] {
        let generator = try Generator(model, options: generation, longestPrompt: prompt)
        #expect(planned.generatorBytes(generation, longestPrompt: prompt) == generator.byteCount)
      }
    }
  }
}
