import FineTuning
import Testing

@Suite struct GradientCheckpointingTests {
  @Test(arguments: [true, false], [0, 0.2])
  func `a training with gradient checkpointing leaves the same bits`(adapter: Bool, dropout: Double) throws {
    let subject = try TrainerSubject(rowCount: 11)
    let traces = try [false, true].map { recomputes in
      try subject.train(
        subject.model(adapter: adapter),
        TrainerSubject.options {
          $0.epochs = 3
          $0.batchSize = 3
          $0.gradientAccumulation = 2
          $0.adapterDropout = dropout
          $0.hiddenDropout = dropout
          $0.gradientCheckpointing = recomputes
        })
    }
    #expect(traces[0].values == traces[1].values && !traces[0].values.isEmpty)
    #expect(traces[0].reports.map(\.loss) == traces[1].reports.map(\.loss))
    #expect(traces[0].reports.map(\.gradientNorm) == traces[1].reports.map(\.gradientNorm))
    #expect(traces[0].evaluations.mapValues(\.loss) == traces[1].evaluations.mapValues(\.loss))
  }
}
