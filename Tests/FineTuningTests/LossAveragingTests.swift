import FineTuning
import LanguageModels
import Scores
import Testing

@Suite struct `Averages of a loss` {
  /// Rows of one to three times as many labelled tokens.
  private func subject(_ rowCount: Int = 11) throws -> TrainerSubject {
    try TrainerSubject(rowCount: rowCount) { row in String(repeating: "\(row * 7 % 10)を保存", count: 1 + row % 3) }
  }

  @Test func `sample-averaged is the mean of the rows' means, token-averaged that of all tokens`() throws {
    let subject = try subject()
    func first(_ averaging: LossAveraging) throws -> Double {
      let options = TrainerSubject.options {
        $0.batchSize = 11
        $0.lossAveraging = averaging
      }
      return try #require(try subject.train(try subject.model(), options).reports.first).loss
    }
    let evaluation = try #require(try subject.evaluator(try subject.model()).evaluate())
    let rows = evaluation.rows.map(\.likelihood)
    #expect(Set(rows.map(\.labelledTokens)).count > 2)
    let means = rows.map { $0.negativeLogLikelihood / Double($0.labelledTokens) }
    let mean = means.reduce(0, +) / Double(means.count)
    #expect(abs(try first(.samples) - mean) < 1e-6 * mean)
    #expect(abs(try first(.tokens) - evaluation.loss) < 1e-6 * mean)
    #expect(abs(mean - evaluation.loss) > 1e-3 * mean)
  }

  /// One step of gradient descent moves by the gradient alone.
  @Test func `the gradient of the sample average is the mean of the rows' own gradients`() throws {
    let subject = try subject(5)
    func change(_ data: EncodedDataset, _ averaging: LossAveraging) throws -> [Double] {
      let model = try subject.model(adapter: false)
      let before = model.parameters.parameters.flatMap(model.parameters.array)
      let options = TrainerSubject.options {
        $0.batchSize = 5
        $0.optimizer = OptimizerSettings(.sgd)
        $0.learningRate = 1
        $0.lossAveraging = averaging
      }
      _ = try Trainer(model, data: data, options: options, evaluator: nil).run { _ in .continue }
      return zip(model.parameters.parameters.flatMap(model.parameters.array), before).map { Double($0) - Double($1) }
    }
    let alone = try (0..<5).map { row in try change(try subject.encoded([subject.rows[row]]), .tokens) }
    let mean = alone[0].indices.map { index in Float(alone.reduce(0.0) { $0 + $1[index] } / 5) }
    let samples = try change(subject.data, .samples).map { Float($0) }
    let tokens = try change(subject.data, .tokens).map { Float($0) }
    #expect(relativeDifference(samples, mean) < 1e-5)
    #expect(relativeDifference(tokens, mean) > 1e-2)
  }

  /// 11 rows in steps of up to 6: the last has 5 rows, in two micro-batches of 3 and 2, or in 2, 2 and 1.
  @Test(arguments: [LossAveraging.tokens, .samples], [(3, 2), (2, 3), (1, 6)] as [(Int, Int)])
  func `accumulated batches make the steps of large ones, the shorter last group too`(
    averaging: LossAveraging, batches: (size: Int, count: Int)
  ) throws {
    let subject = try subject()
    func train(_ size: Int, _ count: Int) throws -> TrainerSubject.Trace {
      try subject.train(
        try subject.model(),
        TrainerSubject.options {
          $0.batchSize = size
          $0.gradientAccumulation = count
          $0.dropLastBatch = false
          $0.epochs = 2
          $0.lossAveraging = averaging
          $0.learningRate = 1e-3
        })
    }
    let large = try train(6, 1)
    let accumulated = try train(batches.size, batches.count)
    #expect(large.reports.count == 4)
    #expect(large.reports.map(\.tokens) == accumulated.reports.map(\.tokens))
    for (one, other) in zip(large.reports, accumulated.reports) {
      #expect(abs(one.loss - other.loss) < 1e-5 * one.loss)
      #expect(abs(one.gradientNorm - other.gradientNorm) < 1e-4 * one.gradientNorm)
    }
    let values = [large, accumulated].map { $0.values.map { Float(bitPattern: $0) } }
    #expect(relativeDifference(values[1], values[0]) < 1e-4)
  }
}
