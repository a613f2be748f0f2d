import FineTuning
import Foundation
import LanguageModels
import TensorFiles
import Tables
import Testing

/// Going on from a saved state, and what is kept of a training.
@Suite struct CheckpointTests {
  private static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    TrainerSubject.options {
      $0.epochs = 4
      $0.batchSize = 2
      $0.gradientAccumulation = 3
      $0.adapterDropout = 0.3
      $0.hiddenDropout = 0.2
      $0.gradientClip = 0.5
      $0.evaluationEpochs = 0.75
      $0.evaluatesBeforeTraining = true
      change(&$0)
    }
  }

  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "state-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  private func bits(_ model: CausalLanguageModel) -> [UInt32] {
    UnsafeBufferPointer(start: model.parameters.values, count: model.parameters.count).map(\.bitPattern)
  }

  /// What an event says, without times.
  private func text(_ event: TrainingEvent) -> String? {
    switch event {
    case .step(let report):
      "\(report.step) \(report.tokens) \(report.loss) \(report.gradientNorm) \(report.learningRate)"
    case .evaluated(let step, let epoch, let tokens, let evaluation):
      "evaluated \(step) \(epoch) \(tokens) \(evaluation.loss)"
    default: nil
    }
  }

  /// Saves the state at every event, then goes on from each in a trainer of its own.
  @Test(arguments: [true, false], [true, false])
  func `a training goes on from any moment to the same bits`(adapter: Bool, savesBest: Bool) throws {
    let subject = try TrainerSubject(rowCount: 9)
    let options = Self.options { $0.savesBestWeights = savesBest }
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try subject.model(adapter: adapter)
    let trainer = try Trainer(model, data: subject.data, options: options, evaluator: subject.evaluator(model))
    var events: [String] = []
    var saved: [(position: TrainingPosition, eventCount: Int)] = []
    let whole = try trainer.run { event in
      if let text = text(event) { events.append(text) }
      try trainer.writeState(to: "\(folder)/\(saved.count)")
      saved.append((trainer.position, events.count))
      return .continue
    }
    #expect(whole.stepCount == 8 && events.count == 8 + 6 && saved.count >= 20)
    for (number, (position, eventCount)) in saved.enumerated() {
      let other = try subject.model(adapter: adapter, threads: 1 + number % 2)
      let second = try Trainer(other, data: subject.data, options: options, evaluator: subject.evaluator(other))
      let read = try #require(TrainingPosition(json: JSONValue(parsing: position.json.document())))
      #expect(read == position)
      try second.readState(from: "\(folder)/\(number)", position: read)
      var rest: [String] = []
      let outcome = try second.run { event in
        if let text = text(event) { rest.append(text) }
        return .continue
      }
      #expect(Array(events[eventCount...]) == rest, "from \(position)")
      #expect(bits(other) == bits(model) && outcome.savedStep == whole.savedStep, "from \(position)")
      #expect(outcome.tokens == whole.tokens && outcome.trainingSeconds >= position.trainingSeconds)
    }
  }

  @Test func `checkpoints are due by steps and by seconds, and change nothing`() throws {
    let subject = try TrainerSubject()
    var due: [Int] = []
    func train(_ cadence: CheckpointCadence) throws -> [UInt32] {
      due = []
      let model = try subject.model()
      let trainer = try Trainer(
        model, data: subject.data, options: Self.options { $0.checkpoints = cadence },
        evaluator: subject.evaluator(model))
      _ = try trainer.run { event in
        if case .checkpointDue = event { due.append(trainer.position.step) }
        if case .step(let report) = event, cadence.seconds > 0, report.step == 5 { usleep(1_050_000) }
        return .continue
      }
      return bits(model)
    }
    let without = try train(CheckpointCadence())
    #expect(due.isEmpty)
    #expect(try train(CheckpointCadence(steps: 3)) == without && due == [3, 6])
    #expect(try train(CheckpointCadence(seconds: 1)) == without && due.contains(5) && due.count < 4)
  }

  @Test func `the best weights are kept, whatever came after`() throws {
    let subject = try TrainerSubject()
    // Ends with the first evaluation that is worse than the best.
    func train(_ saves: Bool) throws -> (TrainerSubject.Trace, CausalLanguageModel) {
      let model = try subject.model()
      let options = TrainerSubject.options {
        $0.epochs = 40
        $0.batchSize = 8
        $0.learningRate = 0.15
        $0.schedule = .constant
        $0.earlyStoppingPatience = 1
        $0.savesBestWeights = saves
        $0.evaluatesBeforeTraining = true
      }
      return (try subject.train(model, options), model)
    }
    let (best, model) = try train(true)
    let steps = try #require(best.outcome).stepCount
    #expect(best.outcome?.savedStep == steps - 1 && steps > 1)
    #expect(try subject.evaluator(model).evaluate()?.loss == best.evaluations[steps - 1]?.loss)
    let (last, lastModel) = try train(false)
    #expect(last.reports.map(\.loss) == best.reports.map(\.loss) && last.values != best.values)
    #expect(last.outcome?.savedStep == steps)
    #expect(try subject.evaluator(lastModel).evaluate()?.loss == best.evaluations[steps]?.loss)
  }

  @Test func `the untouched model is never kept as the best`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    // Trained already, and then at a rate that can only make it worse.
    try subject.train(model, TrainerSubject.options { $0.epochs = 20 })
    let before = bits(model)
    let trace = try subject.train(
      model,
      TrainerSubject.options {
        $0.batchSize = 8
        $0.epochs = 2
        $0.learningRate = 3
        $0.evaluatesBeforeTraining = true
        $0.savesBestWeights = true
      })
    let untouched = try #require(trace.evaluations[0]).loss
    try #require(trace.evaluations.allSatisfy { $0.value.loss >= untouched })
    #expect(trace.values != before && trace.outcome?.savedStep ?? 0 > 0)
  }

  @Test(arguments: [1, 2, 3])
  func `training ends after so many evaluations without improvement`(patience: Int) throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options {
      $0.epochs = 40
      $0.batchSize = 8
      $0.learningRate = 0.15
      $0.schedule = .constant
      $0.earlyStoppingPatience = patience
    }
    let trace = try subject.train(try subject.model(), options)
    let losses = trace.evaluations.sorted { $0.key < $1.key }.map(\.value.loss)
    let stopped = try #require(trace.outcome)
    #expect(stopped.endedEarly && !stopped.wasStopped && stopped.stepCount == losses.count && losses.count < 40)
    let best = try #require(losses.min())
    #expect(losses.firstIndex(of: best) == losses.count - 1 - patience)
    #expect(stopped.last?.loss == losses.last)
    // Not before: every earlier stretch without improvement was shorter.
    var (lowest, waited) = (Double.infinity, 0)
    for loss in losses.dropLast() {
      (lowest, waited) = loss < lowest ? (loss, 0) : (lowest, waited + 1)
      #expect(waited < patience)
    }
  }

  @Test func `a state of another training is refused and changes nothing`() throws {
    let subject = try TrainerSubject()
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try subject.model(adapter: false)
    let trainer = try Trainer(model, data: subject.data, options: TrainerSubject.options(), evaluator: nil)
    _ = try trainer.run { _ in .stop }
    try trainer.writeState(to: folder + "/state")
    let other = try subject.model()
    let before = bits(other)
    let second = try Trainer(other, data: subject.data, options: TrainerSubject.options(), evaluator: nil)
    let error = #expect(throws: FineTuningError.self) {
      try second.readState(from: folder + "/state", position: trainer.position)
    }
    #expect(error?.description.contains("the tensor weights/h.0.attn.c_attn.lora_A.weight must be F32") == true)
    #expect(bits(other) == before && second.position == TrainingPosition())
    try Data("no tensors".utf8).write(to: URL(filePath: folder + "/state"))
    #expect(throws: TensorFileError.self) {
      try second.readState(from: folder + "/state", position: trainer.position)
    }
  }
}
