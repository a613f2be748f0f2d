import FineTuning
import Foundation
import LanguageModels
import Tensors
import Testing

@Suite struct MemoryEstimateTests {
  private func planned(
    _ subject: TrainerSubject, _ model: CausalLanguageModel, _ change: (inout PlannedRun) -> Void = { _ in }
  ) -> PlannedRun {
    var run = PlannedRun(
      model.architecture, model: ModelOptions(adapter: model.adapterSettings), training: TrainerSubject.options(),
      threadCount: 2, data: RowLengths(subject.data), evaluated: [RowLengths(subject.data)],
      generation: GenerationOptions(maximumNewTokens: 12, endOfSequenceIDs: [1], batchSize: 3), pieceCount: 480)
    change(&run)
    return run
  }

  @Test(arguments: [true, false])
  func `trained weights and optimizer are what they take`(adapter: Bool) throws {
    let subject = try TrainerSubject()
    let model = try subject.model(adapter: adapter)
    let estimate = try MemoryEstimate(planned(subject, model))
    #expect(estimate.trainedWeights == 2 * Storage.byteCount(model.parameters.count))
    let optimizer = try OptimizerSettings(.adamW).makeOptimizer(for: model.parameters)
    #expect(estimate.optimizerStates == optimizer.state.reduce(0) { $0 + Storage.byteCount($1.bytes.count / 4) })
    let frozen = model.architecture.weights.reduce(0) { $0 + $1.count } * 4
    #expect(estimate.frozenWeights == (adapter ? frozen : 0))
    #expect(estimate.parts.reduce(0) { $0 + $1.byteCount } == estimate.total)
    #expect(estimate.parts.allSatisfy { $0.byteCount > 0 })
  }

  @Test func `what reading the data took counts, and training that does not happen does not`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    let plain = try MemoryEstimate(planned(subject, model))
    let held = try MemoryEstimate(planned(subject, model) { $0.residentBytes = 200 << 20 })
    let large = try MemoryEstimate(planned(subject, model) { $0.residentBytes = 300 << 20 })
    #expect(large.program > 300 << 20 && large.program - held.program == 100 << 20)
    #expect(large.total == plain.total - plain.program + large.program)
    let read = try MemoryEstimate(planned(subject, model) { $0.peakBytes = 900 << 20 })
    #expect(read.total == 900 << 20 && read.parts.reduce(0) { $0 + $1.byteCount } == read.total)
    let evaluated = try MemoryEstimate(planned(subject, model) { $0.training.epochs = 0 })
    #expect(evaluated.activations == 0 && evaluated.logits == 0 && evaluated.optimizerStates == 0)
    #expect(evaluated.trainedWeights == plain.trainedWeights / 2 && evaluated.program == plain.program)
  }

  @Test func `activations are those of the largest batch there will be`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    let rows = RowLengths(tokens: [5, 30, 7, 21, 30], targets: [1, 2, 3, 4, 9], longestPrompt: 9)
    let run = planned(subject, model) { run in
      run.data = rows
      run.training.batchSize = 2
      run.training.epochs = 2
    }
    let order = BatchOrder(sampleCount: 5, batchSize: 2, dropLastBatch: true, seed: 5)
    let batches = (0..<2).flatMap { number in
      let epoch = order.epoch(number)
      return (0..<2).map { Array(epoch.samples(ofBatch: $0)) }
    }
    func largest(_ lengths: [Int]) -> Int { batches.map { $0.reduce(0) { $0 + lengths[$1] } }.max() ?? 0 }
    var limits = PassLimits(
      tokenCount: largest(rows.tokens), rowLength: 30, targetCount: largest(rows.targets))
    func bytes(_ recomputes: Bool, dropout: Bool) throws -> Int {
      let two = try CausalLanguageModel(
        directory: subject.directory, options: ModelOptions(initializationSeed: 1, adapter: model.adapterSettings),
        engine: Engine(threadCount: 2))
      return try Pass(two, limits: limits, forTraining: true, dropout: dropout, recomputesBlocks: recomputes).byteCount
    }
    let kept = try MemoryEstimate(run)
    #expect(try kept.activations + kept.logits == bytes(false, dropout: false))
    #expect(kept.logits == limits.targetCount * 480 * 4)
    var other = run
    other.training.gradientCheckpointing = true
    other.training.adapterDropout = 0.1
    let again = try MemoryEstimate(other)
    #expect(try again.activations + again.logits == bytes(true, dropout: true))
    other = run
    other.training.batchSize = 1
    other.training.dropLastBatch = false
    limits = PassLimits(tokenCount: 30, rowLength: 30, targetCount: 9)
    let one = try MemoryEstimate(other)
    #expect(try one.activations + one.logits == bytes(false, dropout: false))
    // Turns that may be put in, and epochs too many to look at: as many of the longest rows as a batch has.
    other.training.batchSize = 4
    other.training.epochs = 1_000_000_000
    limits = PassLimits(tokenCount: 88, rowLength: 30, targetCount: 18)
    let many = try MemoryEstimate(other)
    #expect(try many.activations + many.logits == bytes(false, dropout: false))
    other.training.epochs = 1
    other.training.variation.randomParentProbability = 0.1
    other.data.longestTurn = 4
    other.data.limit = 32
    limits = PassLimits(tokenCount: 32 + 32 + 25 + 11, rowLength: 32, targetCount: 13 + 8 + 7 + 6)
    let varied = try MemoryEstimate(other)
    #expect(try varied.activations + varied.logits == bytes(false, dropout: false))
    // Where a turn is left out, an older answer may come into the row: any of its tokens may be to predict.
    other.training.variation.randomParentProbability = 0
    other.training.variation.skipParentProbability = 0.5
    other.training.batchSize = 5
    limits = PassLimits(tokenCount: 93, rowLength: 30, targetCount: 93)
    let shortened = try MemoryEstimate(other)
    #expect(try shortened.activations + shortened.logits == bytes(false, dropout: false))
  }

  @Test func `evaluations take turns, and caches count only where text is generated`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    func estimate(_ change: (inout PlannedRun) -> Void) throws -> MemoryEstimate {
      try MemoryEstimate(planned(subject, model, change))
    }
    var many = GenerationOptions(maximumNewTokens: 24, endOfSequenceIDs: [1], batchSize: 8)
    many.beamCount = 12
    func evaluation(_ change: (inout PlannedRun) -> Void) throws -> Int {
      try estimate {
        $0.training.epochs = 0
        $0.generation = many
        change(&$0)
      }.evaluation
    }
    let one = try evaluation { _ in }
    #expect(try evaluation { $0.evaluated += $0.evaluated } == one)
    let silent = try evaluation { $0.generation = nil }
    #expect(silent < one && silent > 0)
    #expect(try evaluation { $0.evaluated = [] } == 0)
    #expect(try evaluation { $0.generation?.maximumNewTokens = 30 } > one)
    // What training takes is there for evaluations.
    let both = try estimate { $0.generation = many }
    #expect(both.activations + both.logits + both.evaluation == max(both.activations + both.logits, one))
    #expect(both.evaluation < one)
  }

  @Test func `MeCab's dictionary counts by the characters of the references, up to all that is read of it`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    func program(_ characters: Int) throws -> Int {
      try MemoryEstimate(planned(subject, model) { $0.dictionaryCharacters = characters }).program
    }
    let without = try program(0)
    #expect(try (8_000_000...14_000_000).contains(program(60) - without))
    #expect(try (19_000_000...20_000_000).contains(program(400) - without))
    #expect(try program(100_000) - without == 20_000_000)
    let silent = try MemoryEstimate(
      planned(subject, model) { run in
        run.dictionaryCharacters = 400
        run.generation = nil
      })
    #expect(silent.program < without)
  }

  @Test func `what would help is said with what it saves, the most useful first`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    let run = planned(subject, model) { run in
      run.data = RowLengths(
        tokens: Array(repeating: 4000, count: 64), targets: Array(repeating: 2000, count: 64), longestPrompt: 20)
      run.training.batchSize = 32
    }
    let now = try MemoryEstimate(run).total
    let savings = try run.savings()
    #expect(
      Set(savings.map(\.change)) == [
        "training.batch_size=16", "tokenizer.max_length=2000", "architecture.gradient_checkpointing=true",
      ])
    #expect(savings.map(\.byteCount) == savings.map(\.byteCount).sorted(by: >))
    for saving in savings {
      var other = run
      switch saving.change {
      case "training.batch_size=16": other.training.batchSize = 16
      case "architecture.gradient_checkpointing=true": other.training.gradientCheckpointing = true
      default: continue
      }
      #expect(try now - MemoryEstimate(other).total == saving.byteCount)
    }
    let large = planned(subject, model) { $0.model.adapter = nil }
    #expect(try large.savings().allSatisfy { !$0.change.contains("backbone_dtype") })
  }

  @Test func `training all weights of a large model, states of 8 bits save nearly three quarters of the optimizer's`()
    throws
  {
    let directory = NSTemporaryDirectory() + "large-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let config =
      #"{"model_type": "gpt2", "vocab_size": 50257, "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 64}"#
    try Data(config.utf8).write(to: URL(filePath: directory + "/config.json"))
    let rows = RowLengths(tokens: [20, 20], targets: [9, 9], longestPrompt: 9)
    let run = PlannedRun(
      try Architecture(modelDirectory: directory), model: ModelOptions(), training: TrainerSubject.options(),
      threadCount: 1, data: rows, evaluated: [rows], generation: nil, pieceCount: 480)
    let now = try MemoryEstimate(run).optimizerStates
    let savings = try run.savings()
    let saving = try #require(savings.first { $0.change == "training.optimizer=AdamW8bit" })
    #expect(saving.byteCount > now * 7 / 10 && saving.byteCount < now * 3 / 4)
    #expect(savings.contains { $0.change == "training.lora=true" })
  }
}
