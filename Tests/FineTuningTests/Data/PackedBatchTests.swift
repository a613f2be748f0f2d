import FineTuning
import Testing

@Suite struct PackedBatchTests {
  private let options = SampleEncodingOptions(
    addEOSToPrompt: false, maxLengthPrompt: 9, maxLengthAnswer: 9, maxLength: 9)

  private func array<Element>(_ start: UnsafePointer<Element>, _ count: Int) -> [Element] {
    Array(UnsafeBufferPointer(start: start, count: count))
  }

  @Test func `rows lie one after another, and every target follows its source`() throws {
    let encoded = try dataset([("ab", "xyz"), ("c", "u"), ("", "vw")], options)
    let batch = PackedBatch(capacity: .init(anyRows: 3, of: encoded))
    #expect(batch.capacity == .init(rowCount: 3, tokenCount: 12, targetCount: 8, rowLength: 6))
    batch.fill([2, 0, 1], of: encoded, weighting: .perToken(targetsInStep: 8))

    #expect((batch.rowCount, batch.tokenCount, batch.targetCount) == (3, 12, 8))
    #expect(array(batch.tokens, 12) == ids("vw") + [1] + ids("abxyz") + [1] + ids("cu") + [1])
    #expect(array(batch.positions, 12) == [0, 1, 2, 0, 1, 2, 3, 4, 5, 0, 1, 2])
    #expect(array(batch.rowOffsets, 4) == [0, 3, 9, 12])
    #expect(array(batch.targetOffsets, 4) == [0, 2, 6, 8])
    #expect(array(batch.targetSources, 8) == [0, 1, 4, 5, 6, 7, 9, 10])
    #expect(array(batch.targets, 8) == ids("w") + [1] + ids("xyz") + [1] + ids("u") + [1])
    #expect(array(batch.targetWeights, 8) == Array(repeating: 0.125, count: 8))
  }

  @Test func `filling again replaces the rows and keeps the memory`() throws {
    let encoded = try dataset([("ab", "xyz"), ("c", "u")], options)
    let batch = PackedBatch(capacity: .init(anyRows: 2, of: encoded))
    let memory = batch.tokens
    batch.fill([0, 1], of: encoded, weighting: .perToken(targetsInStep: 6))
    batch.fill([1], of: encoded, weighting: .perToken(targetsInStep: 2))
    #expect(batch.tokens == memory)
    #expect((batch.rowCount, batch.tokenCount, batch.targetCount) == (1, 3, 2))
    #expect(array(batch.targetSources, 2) == [0, 1])
    batch.fill([], of: encoded, weighting: .perToken(targetsInStep: 1))
    #expect((batch.rowCount, batch.tokenCount, batch.targetCount) == (0, 0, 0))
  }

  @Test func `weights of a step sum to one over its batches, by token and by sample`() throws {
    let encoded = try dataset((0..<11).map { ("p", String(repeating: "x", count: $0 % 5 + 1)) }, options)
    let order = BatchOrder(sampleCount: 11, batchSize: 2, gradAccumulation: 4, dropLastBatch: false, seed: 1)
    let batch = PackedBatch(capacity: .init(anyRows: 2, of: encoded))
    let epoch = order.epoch(0)
    for step in 0..<order.stepsPerEpoch {
      let samples = epoch.samples(ofStep: step)
      let targets = encoded.targetCount(of: samples)
      for weighting in [
        LossWeighting.perToken(targetsInStep: targets), .perSample(samplesInStep: samples.count),
      ] {
        var sum: Float = 0
        var rowSums: [Float] = []
        for number in epoch.batches(ofStep: step) {
          batch.fill(epoch.samples(ofBatch: number), of: encoded, weighting: weighting)
          let weights = array(batch.targetWeights, batch.targetCount)
          sum += weights.reduce(0, +)
          for row in 0..<batch.rowCount {
            rowSums.append(
              weights[Int(batch.targetOffsets[row])..<Int(batch.targetOffsets[row + 1])].reduce(0, +))
          }
        }
        #expect(abs(sum - 1) < 1e-6)
        if case .perSample(let count) = weighting {
          #expect(rowSums.allSatisfy { abs($0 - 1 / Float(count)) < 1e-6 })
        }
      }
    }
  }

  @Test func `the capacity holds the longest rows together, not the first`() throws {
    let encoded = try dataset((0..<9).map { ("p", String(repeating: "x", count: $0 * 5 % 8 + 1)) }, options)
    let capacity = PackedBatch.Capacity(anyRows: 3, of: encoded)
    let lengths = (0..<9).map { encoded.tokenCount(of: $0) }.sorted()
    #expect(capacity.tokenCount == lengths.suffix(3).reduce(0, +))
    let batch = PackedBatch(capacity: capacity)
    for start in 0...6 {
      batch.fill(Array(start..<start + 3)[...], of: encoded, weighting: .perSample(samplesInStep: 3))
    }
  }
}
