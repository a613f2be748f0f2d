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
    #expect(estimate.trainedWeights == 2 * 4 * model.parameters.count)
    let optimizer = try OptimizerSettings(.adamW).makeOptimizer(for: model.parameters)
    #expect(estimate.optimizerStates == optimizer.state.reduce(0) { $0 + $1.bytes.count })
    let frozen = model.architecture.weights.reduce(0) { $0 + $1.count } * 4
    #expect(estimate.frozenWeights == (adapter ? frozen : 0))
    #expect(estimate.parts.reduce(0) { $0 + $1.byteCount } == estimate.total)
    #expect(estimate.parts.allSatisfy { $0.byteCount > 0 })
  }

  @Test func `what reading the data took counts, and training that does not happen does not`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    let plain = try MemoryEstimate(planned(subject, model))
    let large = try MemoryEstimate(planned(subject, model) { $0.residentBytes = 300 << 20 })
    #expect(large.program == 300 << 20 && large.total == plain.total - plain.program + 300 << 20)
    let read = try MemoryEstimate(planned(subject, model) { $0.peakBytes = 900 << 20 })
    #expect(read.total == 900 << 20 && read.parts.reduce(0) { $0 + $1.byteCount } == read.total)
    let evaluated = try MemoryEstimate(planned(subject, model) { $0.training.epochs = 0 })
    #expect(evaluated.activations == 0 && evaluated.logits == 0 && evaluated.optimizerStates == 0)
    #expect(evaluated.evaluation == plain.evaluation && evaluated.program == plain.program)
  }

  @Test func `activations are those of the largest batch there can be`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    let run = planned(subject, model) {
      $0.data = RowLengths(tokens: [5, 30, 7, 21, 30], targets: [1, 2, 3, 4, 9], longestPrompt: 9)
    }
    var limits = PassLimits(tokenCount: 88, rowLength: 30, targetCount: 18)
    func bytes(_ recomputes: Bool, dropout: Bool) throws -> Int {
      let two = try CausalLanguageModel(
        directory: subject.directory, options: ModelOptions(initializationSeed: 1, adapter: model.adapterSettings),
        engine: Engine(threadCount: 2))
      return try Pass(two, limits: limits, forTraining: true, dropout: dropout, recomputesBlocks: recomputes).byteCount
    }
    let kept = try MemoryEstimate(run)
    #expect(try kept.activations + kept.logits == bytes(false, dropout: false))
    #expect(kept.logits == 18 * 480 * 4)
    var other = run
    other.training.gradientCheckpointing = true
    other.training.adapterDropout = 0.1
    let again = try MemoryEstimate(other)
    #expect(try again.activations + again.logits == bytes(true, dropout: true))
    other = run
    other.training.batchSize = 1
    limits = PassLimits(tokenCount: 30, rowLength: 30, targetCount: 9)
    let one = try MemoryEstimate(other)
    #expect(try one.activations + one.logits == bytes(false, dropout: false))
  }

  @Test func `evaluation counts every set, and caches only where text is generated`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    func evaluation(_ change: (inout PlannedRun) -> Void) throws -> Int {
      try MemoryEstimate(planned(subject, model, change)).evaluation
    }
    let one = try evaluation { _ in }
    #expect(try evaluation { $0.evaluated += $0.evaluated } == 2 * one)
    let silent = try evaluation { $0.generation = nil }
    #expect(silent < one && silent > 0)
    #expect(try evaluation { $0.evaluated = [] } == 0)
    #expect(try evaluation { $0.generation?.batchSize = 30 } > one)
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
