import LanguageModels
import Tensors
import Testing

@Suite struct `Whole models whatever the threads and the neighbours` {
  struct Training: Sendable, CustomStringConvertible {
    let adapter: LowRankSettings?
    let dropout: Bool
    var description: String {
      (adapter.map { $0.isDecomposed ? "DoRA" : "LoRA" } ?? "all weights") + (dropout ? " with dropout" : "")
    }
  }

  static let trainings = [
    Training(adapter: nil, dropout: false), Training(adapter: nil, dropout: true),
    Training(adapter: LowRankSettings(rank: 3, alpha: 6, targetModules: ["all-linear"]), dropout: false),
    Training(adapter: LowRankSettings(rank: 3, alpha: 6, targetModules: ["all-linear"]), dropout: true),
    Training(adapter: decomposed, dropout: false), Training(adapter: decomposed, dropout: true),
  ]

  static let decomposed = LowRankSettings(
    rank: 5, alpha: 6, isDecomposed: true, trainsEmbedding: true, targetModules: ["all-linear"])

  @Test(arguments: [400, 449, 700], trainings)
  func `loss and gradients are the same bits with 1, 2 and 3 threads`(total: Int, training: Training) throws {
    let directory = try ModelDirectory(config: mediumConfig)
    let batch = RandomBatch(lengths: raggedLengths(total: total), vocabulary: 523, seed: 1)
    var first: (losses: [Float], gradients: [Float])?
    for threadCount in 1...3 {
      let engine = try Engine(threadCount: threadCount)
      let model = try CausalLanguageModel(
        directory: directory.path, options: ModelOptions(initializationSeed: 7, adapter: training.adapter),
        engine: engine)
      fillZeroMatrices(model)
      let pass = try Pass(model, limits: batch.limits, forTraining: true, dropout: training.dropout)
      let draw = DropoutDraw(seed: 5, step: 2, firstToken: 8, hidden: 0.1, adapter: 0.2)
      let losses = batch.gradient(pass, draw: training.dropout ? draw : nil)
      let gradients = model.parameters.gradientValues
      #expect(gradients.allSatisfy { $0.isFinite } && gradients.contains { $0 != 0 })
      if let first {
        let isSame = first.losses == losses && first.gradients == gradients
        #expect(isSame, "\(threadCount) threads")
      }
      first = (losses, gradients)
    }
  }

  /// B starts at zero, which would leave A without a gradient.
  private func fillZeroMatrices(_ model: CausalLanguageModel) {
    for (index, parameter) in model.parameters.parameters.enumerated() where parameter.name.contains("lora_B") {
      var random = RandomStream(seed: UInt64(index), purpose: .dataSample)
      let values = model.parameters.values(of: parameter)
      for place in 0..<parameter.count { values[place] = random.nextUnitFloat() - 0.5 }
    }
  }

  @Test(arguments: [LowRankSettings(rank: 5, alpha: 6, targetModules: ["all-linear"]), decomposed])
  func `decoding gives the same logits bits beside 0, 1, 4 and 7 other sequences`(adapter: LowRankSettings) throws {
    let directory = try ModelDirectory(config: mediumConfig)
    let lengths = [5, 1, 80, 33, 2, 64, 7, 90]
    let prompts = lengths.enumerated().map {
      RandomBatch(lengths: [$0.element], vocabulary: 523, seed: UInt64($0.offset)).tokens
    }
    var all: [[[[Float]]]] = []
    for (batchSize, threadCount) in [(1, 1), (2, 2), (5, 1), (8, 2), (8, 3)] {
      let model = try CausalLanguageModel(
        directory: directory.path, options: ModelOptions(initializationSeed: 7, adapter: adapter),
        engine: Engine(threadCount: threadCount))
      fillZeroMatrices(model)
      let decoded = try decode(model, prompts, batchSize: batchSize)
      all.append(decoded)
    }
    for (index, other) in all.enumerated().dropFirst() {
      let isSame = other == all[0]
      #expect(isSame, "run \(index)")
    }
    #expect(Set(all[0].map(\.last)).count == prompts.count)
  }

  /// The logits of ten steps with given tokens, for every prompt.
  private func decode(_ model: CausalLanguageModel, _ prompts: [[Int32]], batchSize: Int) throws
    -> [[[Float]]]
  {
    let decoder = try Decoder(model, slotCount: batchSize, maximumLength: 100)
    var results: [[[Float]]] = []
    let size = model.architecture.vocabularySize
    for start in stride(from: 0, to: prompts.count, by: batchSize) {
      let group = Array(prompts[start..<min(start + batchSize, prompts.count)])
      var rows: [[[Float]]] = group.enumerated().map { slot, prompt in
        decoder.read(prompt, slot: slot)
        return [Array(UnsafeBufferPointer(start: decoder.logits(row: 0), count: size))]
      }
      for step in 0..<10 {
        decoder.step(group.map { $0[step % $0.count] }, slots: Array(group.indices))
        for row in group.indices {
          rows[row].append(Array(UnsafeBufferPointer(start: decoder.logits(row: row), count: size)))
        }
      }
      results += rows
    }
    return results
  }

  @Test(arguments: [nil, decomposed])
  func `a decoder says what a pass over the whole sequence says`(adapter: LowRankSettings?) throws {
    let directory = try ModelDirectory(config: mediumConfig)
    let model = try CausalLanguageModel(
      directory: directory.path,
      options: ModelOptions(initializationSeed: 7, adapter: adapter, isFrozen: adapter == nil), engine: Engine())
    fillZeroMatrices(model)
    let sequence = RandomBatch(lengths: [100], vocabulary: 523, seed: 3)
    let whole = try sequence.logits(model)
    let decoder = try Decoder(model, slotCount: 1, maximumLength: 100)
    decoder.read(Array(sequence.tokens[..<60]), slot: 0)
    for place in 60..<100 {
      decoder.step([sequence.tokens[place]], slots: [0])
      let ours = UnsafeBufferPointer(start: decoder.logits(row: 0), count: 523)
      #expect(relativeDifference(ours, whole[place * 523..<(place + 1) * 523]) < 1e-5, "place \(place)")
    }
  }

  @Test func `a row does not feel its neighbours in a packed batch`() throws {
    let directory = try ModelDirectory(config: mediumConfig)
    let model = try CausalLanguageModel(
      directory: directory.path, options: ModelOptions(initializationSeed: 7, isFrozen: true),
      engine: Engine())
    let rows = [9, 1, 130, 33, 64].enumerated().map {
      RandomBatch(lengths: [$0.element], vocabulary: 523, seed: UInt64($0.offset)).tokens
    }
    let together = try RandomBatch(rows: rows).logits(model)
    var start = 0
    for row in rows {
      let alone = try RandomBatch(rows: [row]).logits(model)
      #expect(relativeDifference(alone, together[start..<start + alone.count]) < 2e-6, "\(row.count) tokens")
      start += alone.count
    }
  }
}
