import FineTuning
import Foundation
import LanguageModels
import Testing

@Suite struct TrainerTests {
  @Test(
    arguments: [
      (0.5, [1, 2, 3, 4, 5, 6]), (1, [2, 4, 6]), (2.5, [5, 6]), (0.01, [1, 2, 3, 4, 5, 6]), (100, [6]), (1.5, [3, 6]),
    ] as [(Double, [Int])])
  func `evaluations come every so many epochs, and always after the last step`(epochs: Double, steps: [Int]) throws {
    let subject = try TrainerSubject()
    let plan = try subject.plan {
      $0.epochs = 3
      $0.evaluationEpochs = epochs
    }
    #expect(plan.stepsPerEpoch == 2 && plan.stepCount == 6)
    #expect(plan.evaluationSteps == steps)
    let before = try subject.plan {
      $0.epochs = 3
      $0.evaluationEpochs = epochs
      $0.evaluatesBeforeTraining = true
    }
    #expect(before.evaluationSteps == [0] + steps)
  }

  @Test func `steps of a plan follow batch size, accumulation and what is dropped`() throws {
    let subject = try TrainerSubject(rowCount: 11)
    #expect(try subject.plan { $0.batchSize = 4 }.stepsPerEpoch == 2)
    let whole = try subject.plan { $0.dropLastBatch = false }
    #expect(whole.stepsPerEpoch == 3 && !whole.keepsOnlyBatch)
    let accumulated = try subject.plan {
      $0.batchSize = 2
      $0.gradientAccumulation = 2
    }
    #expect(accumulated.stepsPerEpoch == 3)
    let few = try subject.plan { $0.batchSize = 100 }
    #expect(few.stepsPerEpoch == 1 && few.keepsOnlyBatch)
  }

  @Test func `zero epochs evaluate once and change nothing`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model()
    let before = UnsafeBufferPointer(start: model.parameters.values, count: model.parameters.count).map(\.bitPattern)
    let trace = try subject.train(model, TrainerSubject.options { $0.epochs = 0 })
    #expect(trace.reports.isEmpty && Array(trace.evaluations.keys) == [0])
    #expect(trace.values == before)
    #expect(trace.outcome?.stepCount == 0 && trace.outcome?.last != nil && trace.outcome?.wasStopped == false)
  }

  @Test func `a handful of rows is learned by heart, and answered word for word`() throws {
    let subject = try TrainerSubject()
    let model = try subject.model(adapter: false)
    let options = TrainerSubject.options {
      $0.epochs = 60
      $0.evaluationEpochs = 60
    }
    let trace = try subject.train(model, options)
    #expect(trace.reports.first?.loss ?? 0 > 5)
    #expect(trace.reports.last?.loss ?? 9 < 0.05)
    let evaluation = try #require(try subject.evaluator(model, generating: true).evaluate())
    #expect(evaluation.rows.map(\.prediction) == subject.rows.map(\.answer))
    let answers = try #require(evaluation.answers)
    #expect(abs(answers.bleu.score - 100) < 1e-9 && abs(answers.chrf - 100) < 1e-9)
    #expect(answers.exactMatch == 1 && evaluation.tokenAccuracy == 1)
    let untrained = try #require(try subject.evaluator(subject.model(), generating: true).evaluate())
    #expect(untrained.answers?.exactMatch == 0 && (untrained.answers?.chrf ?? 100) < 50)
    let correct = untrained.rows.reduce(0) { $0 + $1.correctTokenCount }
    let labelled = untrained.rows.reduce(0) { $0 + $1.likelihood.labelledTokens }
    #expect(correct < labelled / 2 && untrained.tokenAccuracy == Double(correct) / Double(labelled))
  }

  @Test func `the receiver stops a training after a step, before and within an evaluation`() throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options { $0.epochs = 3 }
    let step = try subject.train(try subject.model(), options) { event in
      if case .step(let report) = event { report.step == 3 } else { false }
    }
    #expect(step.reports.count == 3 && step.outcome?.wasStopped == true && step.outcome?.last == nil)
    #expect(Array(step.evaluations.keys) == [2])
    let before = try subject.train(try subject.model(), options) { event in
      if case .evaluationStarted = event { true } else { false }
    }
    #expect(before.reports.count == 2 && before.evaluations.isEmpty && before.outcome?.wasStopped == true)
    let model = try subject.model()
    #expect(try subject.evaluator(model, generating: true).evaluate { _, _ in .stop } == nil)
  }

  @Test func `the same seed draws the same dropout, another seed another one`() throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options {
      $0.epochs = 3
      $0.adapterDropout = 0.4
      $0.hiddenDropout = 0.2
    }
    let first = try subject.train(try subject.model(), options)
    let again = try subject.train(try subject.model(), options)
    #expect(first.values == again.values && first.reports.map(\.loss) == again.reports.map(\.loss))
    let threads = try subject.train(try subject.model(threads: 3), options)
    #expect(first.values == threads.values && first.reports.map(\.gradientNorm) == threads.reports.map(\.gradientNorm))
    var other = options
    other.seed = 6
    #expect(try subject.train(try subject.model(), other).values != first.values)
    var without = options
    without.adapterDropout = 0
    #expect(try subject.train(try subject.model(), without).values != first.values)
  }

  @Test func `evaluating after every step or only at the end trains the same weights`() throws {
    let subject = try TrainerSubject()
    let often = TrainerSubject.options {
      $0.epochs = 3
      $0.evaluationEpochs = 0.5
      $0.adapterDropout = 0.1
      $0.evaluatesBeforeTraining = true
    }
    var rarely = often
    rarely.evaluationEpochs = 3
    rarely.evaluatesBeforeTraining = false
    let first = try subject.train(try subject.model(), often)
    let second = try subject.train(try subject.model(), rarely)
    #expect(first.evaluations.count == 7 && second.evaluations.count == 1)
    #expect(first.values == second.values)
    #expect(first.reports.map(\.loss) == second.reports.map(\.loss))
  }

  @Test func `the evaluator's loss is the trainer's on the same rows and weights`() throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options {
      $0.batchSize = 8
      $0.evaluatesBeforeTraining = true
    }
    let trace = try subject.train(try subject.model(), options)
    let (training, evaluation) = (try #require(trace.reports.first).loss, try #require(trace.evaluations[0]).loss)
    #expect(abs(training - evaluation) < 1e-6 * training)
    #expect(try #require(trace.evaluations[1]).loss < evaluation)
    #expect(abs(try #require(trace.evaluations[0]).perplexity - exp(evaluation)) < 1e-6 * exp(evaluation))
  }

  @Test func `two batches of two make the step of one of four`() throws {
    let subject = try TrainerSubject()
    let four = try subject.train(try subject.model(), TrainerSubject.options())
    let two = try subject.train(
      try subject.model(),
      TrainerSubject.options {
        $0.batchSize = 2
        $0.gradientAccumulation = 2
      })
    #expect(four.reports.map(\.tokens) == two.reports.map(\.tokens))
    for (one, other) in zip(four.reports, two.reports) {
      #expect(abs(one.loss - other.loss) < 1e-5 * one.loss)
      #expect(abs(one.gradientNorm - other.gradientNorm) < 1e-4 * one.gradientNorm)
    }
  }

  @Test func `warm-up starts at rate zero, so the first step changes nothing`() throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options {
      $0.epochs = 4
      $0.warmupEpochs = 2
      $0.schedule = .linear
    }
    let trace = try subject.train(try subject.model(), options)
    #expect(trace.reports.map(\.learningRate).prefix(4) == [0, 0.0025, 0.005, 0.0075])
    #expect(trace.reports.map(\.learningRate).suffix(4) == [0.01, 0.0075, 0.005, 0.0025])
    let model = try subject.model()
    let before = UnsafeBufferPointer(start: model.parameters.values, count: model.parameters.count).map(\.bitPattern)
    let stopped = try subject.train(model, options) { if case .step = $0 { true } else { false } }
    #expect(stopped.reports.count == 1 && stopped.values == before)
  }

  @Test func `the recorded norm is that before clipping, and clipping bounds what follows`() throws {
    let subject = try TrainerSubject()
    let free = try subject.train(try subject.model(), TrainerSubject.options { $0.epochs = 2 })
    let clipped = try subject.train(
      try subject.model(),
      TrainerSubject.options {
        $0.epochs = 2
        $0.gradientClip = 1e-3
      })
    #expect(free.reports[0].gradientNorm == clipped.reports[0].gradientNorm)
    #expect(clipped.reports.allSatisfy { $0.gradientNorm > 1e-3 })
    // Adam undoes a common scale but for its epsilon: the weights differ, if little.
    #expect(free.values != clipped.values)
  }

  @Test func `a loss that is no number ends the training with the step`() throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options {
      $0.epochs = 20
      $0.learningRate = 1e20
      $0.evaluationEpochs = 20
    }
    let error = #expect(throws: FineTuningError.self) {
      try subject.train(try subject.model(adapter: false), options)
    }
    #expect(
      error?.description.wholeMatch(
        of:
          #/training stopped at step [2-9]: the (loss|gradient) is no finite number any more; use a lower training.learning_rate, or set training.gradient_clip/#
      )
        != nil, "\(String(describing: error))")
  }

  @Test func `an evaluation that is no number ends the training too`() throws {
    let subject = try TrainerSubject()
    let options = TrainerSubject.options {
      $0.learningRate = 1e30
      $0.batchSize = 8
    }
    let error = #expect(throws: FineTuningError.self) {
      try subject.train(try subject.model(adapter: false), options)
    }
    #expect(error?.description.hasPrefix("training stopped by the evaluation after step 1: its loss") == true)
  }
}
