import FineTuning
import LanguageModels
import Testing

@Suite struct `Training with every optimizer` {
  private static let rates: [OptimizerSettings.Method: Double] = [
    .adam: 0.01, .adamW: 0.01, .adamW8bit: 0.01, .sgd: 0.02, .rmsProp: 0.001, .adadelta: 1,
  ]

  @Test(arguments: OptimizerSettings.Method.allCases)
  func `the loss goes down, with the same bytes from 1 and 3 threads`(method: OptimizerSettings.Method) throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options {
      $0.epochs = 10
      $0.optimizer = OptimizerSettings(method, weightDecay: 0.01)
      $0.learningRate = Self.rates[method] ?? 0
      $0.evaluationEpochs = 10
      $0.gradientClip = 1
    }
    // All weights: some of them are more than 4096 elements, so that states of 8 bits come about.
    let traces = try [1, 3].map { try subject.train(try subject.model(adapter: false, threads: $0), options) }
    #expect(traces[0].values == traces[1].values)
    let losses = traces[0].reports.map(\.loss)
    #expect(losses.count == 20 && losses[0] > 5)
    #expect(losses[18] + losses[19] < 1.6 * losses[0], "\(method): from \(losses[0]) to \(losses[19])")
  }

  @Test func `named parameters learn at their own rate, by the same schedule`() throws {
    let subject = try TrainerSubject()
    func changes(_ change: (inout TrainingOptions) -> Void) throws -> (down: [Float], up: [Float]) {
      let model = try subject.model()
      func part(_ ending: String) -> [Float] {
        model.parameters.parameters.filter { $0.name.hasSuffix(ending) }.flatMap(model.parameters.array)
      }
      let before = (part("lora_A.weight"), part("lora_B.weight"))
      let options = TrainerSubject.options {
        // One step, in which AdamW moves every element by the rate.
        $0.batchSize = 8
        $0.evaluationEpochs = 100
        change(&$0)
      }
      _ = try Trainer(model, data: subject.data, options: options, evaluator: nil).run { _ in .continue }
      return (
        zip(part("lora_A.weight"), before.0).map { $0 - $1 }, zip(part("lora_B.weight"), before.1).map { $0 - $1 }
      )
    }
    let (_, plain) = try changes { _ in }
    let (down, up) = try changes { $0.differentialLearningRate = .init(rate: 0.05, layers: ["lora_B"]) }
    #expect(plain.allSatisfy { abs(abs($0) - 0.01) < 1e-4 })
    #expect(up.allSatisfy { abs(abs($0) - 0.05) < 5e-4 })
    // B was zero, so A had no gradient.
    #expect(down.allSatisfy { $0 == 0 })
    // The first step of a warm-up has rate 0 for both.
    let warm = try changes {
      $0.differentialLearningRate = .init(rate: 0.05, layers: ["lora_B"])
      $0.warmupEpochs = 1
    }
    #expect(warm.up.allSatisfy { $0 == 0 })
    // After one of two steps, linearly: the rates are halved, both.
    let half = try changes {
      $0.differentialLearningRate = .init(rate: 0.05, layers: ["h.0", "h.1"])
      $0.schedule = .linear
      $0.epochs = 2
    }
    #expect(half.up.allSatisfy { abs($0) <= 0.0751 } && half.up.contains { abs($0) > 0.07 })
  }

  @Test func `a rate of the same size for some parameters changes no byte`() throws {
    let subject = try TrainerSubject()
    let plain = try subject.train(try subject.model(), TrainerSubject.options())
    let named = try subject.train(
      try subject.model(),
      TrainerSubject.options { $0.differentialLearningRate = .init(rate: $0.learningRate, layers: ["c_fc"]) })
    #expect(plain.values == named.values)
  }

  @Test func `a part of no parameter's name is refused with what there is`() throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options { $0.differentialLearningRate = .init(rate: 1, layers: ["c_fc", "embed"]) }
    let error = #expect(throws: FineTuningError.self) {
      try Trainer(try subject.model(adapter: false), data: subject.data, options: options, evaluator: nil)
    }
    let text = error?.description ?? ""
    #expect(text.contains("embed is part of no trained parameter's name"))
    #expect(text.contains("h.*.attn.c_attn.bias, ") && text.contains("wte.weight") && !text.contains("h.0"))
    #expect(error?.kind == .setting)
  }
}
