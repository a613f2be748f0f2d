import FineTuning
import Testing

@Suite struct SplitAndOrderTests {
  @Test(arguments: [
    (11, 0.01, 1), (100, 0.01, 1), (101, 0.01, 2), (2, 0.01, 1), (2, 0.99, 1), (10, 0.999, 9), (10, 0, 1),
    (1000, 0.25, 250),
  ])
  func `the split is rounded up, with a row on either side`(_ rows: Int, _ size: Double, _ expected: Int)
    throws
  {
    let split = try DataSplit.automatic(rowCount: rows, validationSize: size, seed: 1337)
    #expect(split.validation.count == expected)
    #expect(split.training == split.training.sorted() && split.validation == split.validation.sorted())
    #expect((split.training + split.validation).sorted() == Array(0..<rows))
  }

  @Test func `the split depends on its seed alone`() throws {
    let first = try DataSplit.automatic(rowCount: 500, validationSize: 0.1, seed: 1337)
    #expect(try DataSplit.automatic(rowCount: 500, validationSize: 0.1, seed: 1337) == first)
    #expect(try DataSplit.automatic(rowCount: 500, validationSize: 0.1, seed: 1338) != first)
    // Recorded once: a change would silently move rows between the sides of every old experiment.
    let small = try DataSplit.automatic(rowCount: 20, validationSize: 0.2, seed: 1337)
    #expect(small.validation == [4, 10, 13, 15])
  }

  @Test func `one row, no rows and a size outside the range are refused`() {
    for (rows, size) in [(1, 0.5), (0, 0.5), (10, 1), (10, -0.1), (10, .nan), (10, .infinity)] {
      #expect(throws: FineTuningError.self) {
        try DataSplit.automatic(rowCount: rows, validationSize: size, seed: 1)
      }
    }
  }

  @Test func `a sample of rows keeps their order and at least one`() {
    let rows = Array(stride(from: 0, to: 300, by: 3))
    let training = DataSplit.sample(rows, fraction: 0.25, side: .training)
    #expect(training.count == 25 && training == training.sorted() && Set(training).isSubset(of: rows))
    #expect(training != DataSplit.sample(rows, fraction: 0.25, side: .validation))
    #expect(training == DataSplit.sample(rows, fraction: 0.25, side: .training))
    #expect(DataSplit.sample(rows, fraction: 1, side: .training) == rows)
    #expect(DataSplit.sample([7], fraction: 0.001, side: .validation) == [7])
    #expect(DataSplit.sample(rows, fraction: 0.001, side: .training).count == 1)
  }

  @Test func `every epoch holds every sample once, in an order of its own`() {
    let order = BatchOrder(sampleCount: 23, batchSize: 4, gradAccumulation: 4, dropLastBatch: false, seed: 1)
    #expect((order.batchesPerEpoch, order.stepsPerEpoch) == (6, 2))
    let epochs = [0, 1, 0].map { order.epoch($0) }
    let seen = epochs.map { epoch in (0..<6).flatMap { epoch.samples(ofBatch: $0) } }
    #expect(seen.allSatisfy { $0.sorted() == Array(0..<23) })
    #expect(seen[0] != seen[1] && seen[0] == seen[2])
    #expect(epochs[0].batches(ofStep: 0) == 0..<4 && epochs[0].batches(ofStep: 1) == 4..<6)
    #expect(Array(epochs[0].samples(ofStep: 1)) == Array(seen[0][16...]))
    let other = BatchOrder(sampleCount: 23, batchSize: 4, dropLastBatch: false, seed: 2).epoch(0)
    #expect((0..<6).flatMap { other.samples(ofBatch: $0) } != seen[0])
  }

  @Test func `an incomplete last batch is dropped unless it is the only one`() {
    let order = BatchOrder(sampleCount: 23, batchSize: 4, gradAccumulation: 3, dropLastBatch: true, seed: 1)
    #expect((order.batchesPerEpoch, order.stepsPerEpoch) == (5, 2))
    #expect(order.dropsIncompleteBatch && !order.keepsOnlyBatch)
    #expect((0..<5).allSatisfy { order.epoch(3).samples(ofBatch: $0).count == 4 })

    let small = BatchOrder(sampleCount: 3, batchSize: 4, dropLastBatch: true, seed: 1)
    #expect(small.keepsOnlyBatch && !small.dropsIncompleteBatch)
    #expect((small.batchesPerEpoch, small.stepsPerEpoch) == (1, 1))
    #expect(small.epoch(0).samples(ofBatch: 0).count == 3)
    #expect(!BatchOrder(sampleCount: 4, batchSize: 4, dropLastBatch: true, seed: 1).keepsOnlyBatch)
  }
}
