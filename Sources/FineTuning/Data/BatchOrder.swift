internal import Tensors

/// Which samples each micro-batch of each epoch holds.
///
/// An epoch's order depends on the seed and the epoch's number alone, so a resumed run sees the same batches.
public struct BatchOrder: Sendable {
  public let sampleCount: Int
  public let batchSize: Int
  /// Micro-batches per optimizer step.
  public let gradAccumulation: Int
  public let seed: UInt64
  public let dropsIncompleteBatch: Bool
  /// The incomplete batch was to be dropped, but it is the only one: worth a warning.
  public let keepsOnlyBatch: Bool

  public init(sampleCount: Int, batchSize: Int, gradAccumulation: Int = 1, dropLastBatch: Bool, seed: UInt64) {
    precondition(
      sampleCount > 0 && batchSize > 0 && gradAccumulation > 0,
      "\(sampleCount) samples in batches of \(batchSize), \(gradAccumulation) a step")
    self.sampleCount = sampleCount
    self.batchSize = batchSize
    self.gradAccumulation = gradAccumulation
    self.seed = seed
    keepsOnlyBatch = dropLastBatch && sampleCount < batchSize
    dropsIncompleteBatch = dropLastBatch && !keepsOnlyBatch
  }

  public var batchesPerEpoch: Int {
    dropsIncompleteBatch ? sampleCount / batchSize : (sampleCount + batchSize - 1) / batchSize
  }

  /// Optimizer steps of one epoch; the last may have fewer micro-batches.
  public var stepsPerEpoch: Int { (batchesPerEpoch + gradAccumulation - 1) / gradAccumulation }

  /// The batches of epoch `number`, counted from 0.
  public func epoch(_ number: Int) -> Epoch {
    var stream = RandomStream(seed: seed, purpose: .rowOrder, stream: UInt32(number))
    return Epoch(order: self, number: number, samples: stream.permutation(of: sampleCount))
  }

  /// One pass over the samples.
  public struct Epoch: Sendable {
    let order: BatchOrder
    /// From 0.
    let number: Int
    let samples: [Int]

    /// The micro-batches of one optimizer step.
    public func batches(ofStep step: Int) -> Range<Int> {
      precondition(step >= 0 && step < order.stepsPerEpoch, "step \(step) of \(order.stepsPerEpoch)")
      let first = step * order.gradAccumulation
      return first..<min(first + order.gradAccumulation, order.batchesPerEpoch)
    }

    /// The samples of one micro-batch.
    public func samples(ofBatch batch: Int) -> ArraySlice<Int> {
      precondition(batch >= 0 && batch < order.batchesPerEpoch, "batch \(batch) of \(order.batchesPerEpoch)")
      let first = batch * order.batchSize
      return samples[first..<min(first + order.batchSize, samples.count)]
    }

    /// The samples of one optimizer step, all its micro-batches.
    public func samples(ofStep step: Int) -> ArraySlice<Int> {
      let batches = batches(ofStep: step)
      return samples[
        samples(ofBatch: batches.lowerBound).startIndex..<samples(ofBatch: batches.upperBound - 1).endIndex]
    }
  }
}
