internal import Tensors

/// The samples of a dataset as the batches of an epoch hold them: with turns left out or put in, and cut by the padding
/// quantile.
///
/// What a batch holds depends on the seed, the epoch and the samples in it alone, so that asking twice, resuming, threads
/// and workers change nothing. Everything drawn is drawn by sample: its place in a batch does not matter.
public final class TrainingSamples {
  private let dataset: EncodedDataset
  private let variation: SampleVariation
  private let quantile: PaddingQuantile
  private let seed: UInt64

  // Memory that is used again for every batch.
  private var tokens: [Int32] = []
  private var isTarget: [Bool] = []
  private var ends: [Int] = []
  private var starts: [Int] = []
  private var chain: [TurnSpan] = []
  private var pieces: [SamplePiece] = []

  public init(_ dataset: EncodedDataset, variation: SampleVariation, seed: UInt64) {
    self.dataset = dataset
    self.variation = variation
    self.seed = seed
    quantile = PaddingQuantile(value: variation.paddingQuantile, maxLength: dataset.layout.options.maxLength)
  }

  /// Tokens to predict of one batch.
  public func targetCount(of samples: ArraySlice<Int>, epoch: Int) -> Int {
    if !variation.changesTurns, !quantile.cutsRows { return dataset.targetCount(of: samples) }
    var count = 0
    visit(samples, epoch) { count += $1 }
    return count
  }

  /// What one optimizer step has to predict: targets, and rows that have any.
  ///
  /// - Parameter isHidden: whether a token is not to be predicted, by its number within the step.
  public func totals(
    ofStep step: Int, of epoch: BatchOrder.Epoch, isHidden: (_ token: Int) -> Bool = { _ in false }
  ) -> (targetCount: Int, rowCount: Int) {
    var (token, targets, rows) = (0, 0, 0)
    for batch in epoch.batches(ofStep: step) {
      visit(epoch.samples(ofBatch: batch), epoch.number) { sample, _ in
        // The first token is never one, whatever it was in the dataset.
        let kept = sample.isTarget.enumerated().count { $0.element && $0.offset > 0 && !isHidden(token + $0.offset) }
        targets += kept
        rows += kept > 0 ? 1 : 0
        token += sample.tokens.count
      }
    }
    return (targets, rows)
  }

  /// Puts one batch in, in place of what `batch` holds.
  public func fill(_ batch: PackedBatch, _ samples: ArraySlice<Int>, epoch: Int, weighting: LossWeighting) {
    batch.clear()
    visit(samples, epoch) { batch.append($0, targets: $1, weighting) }
  }

  /// Enough for any `rowCount` samples in any epoch.
  public func capacity(rowCount: Int) -> PackedBatch.Capacity {
    guard variation.randomParentProbability > 0 else { return PackedBatch.Capacity(anyRows: rowCount, of: dataset) }
    // A turn more than a sample has, the longest there is.
    let longest = dataset.spans.map { dataset.turns[$0.turn].count }.max() ?? 0
    let limit = dataset.layout.options.maxLength
    let lengths = (0..<dataset.count).map { min(limit, dataset.tokenCount(of: $0) + longest) }
    let tokenCount = lengths.sorted(by: >).prefix(rowCount).reduce(0, +)
    let targets = (0..<dataset.count).map { min(lengths[$0], dataset.targetCount(of: $0) + longest) }
    return PackedBatch.Capacity(
      rowCount: rowCount, tokenCount: tokenCount, targetCount: targets.sorted(by: >).prefix(rowCount).reduce(0, +),
      rowLength: lengths.max() ?? 0)
  }

  /// Calls `body` with each sample of a batch and how many of its tokens are to be predicted.
  func visit(_ samples: ArraySlice<Int>, _ epoch: Int, _ body: (EncodedSample, Int) -> Void) {
    guard variation.changesTurns || quantile.cutsRows else {
      for sample in samples { body(dataset[sample], dataset.targetCount(of: sample)) }
      return
    }
    if variation.changesTurns { putTogether(samples, epoch) }
    let cut = quantile.cutsRows ? cut(samples) : 0
    for (number, sample) in samples.enumerated() {
      let whole = varied(number, sample)
      let lost = max(0, cut - (quantile.maxLength - whole.tokens.count))
      let kept = EncodedSample(
        row: whole.row, tokens: whole.tokens.dropFirst(lost), isTarget: whole.isTarget.dropFirst(lost),
        promptTokenCount: max(0, whole.promptTokenCount - lost), promptTokens: whole.promptTokens)
      body(kept, kept.isTarget.dropFirst().count { $0 })
    }
  }

  private func cut(_ samples: ArraySlice<Int>) -> Int {
    starts.removeAll(keepingCapacity: true)
    for (number, sample) in samples.enumerated() {
      starts.append(quantile.maxLength - varied(number, sample).tokens.count)
    }
    return quantile.cut(starts: &starts)
  }

  /// A sample of the batch as it was put together, or as it is in the dataset.
  private func varied(_ number: Int, _ sample: Int) -> EncodedSample {
    guard variation.changesTurns else { return dataset[sample] }
    let range = (number == 0 ? 0 : ends[number - 1])..<ends[number]
    return EncodedSample(
      row: dataset.rows[sample], tokens: tokens[range], isTarget: isTarget[range],
      promptTokenCount: max(0, range.count - dataset.spans[sample].answerCount), promptTokens: [])
  }

  /// Puts the samples of a batch together anew, one after another.
  private func putTogether(_ samples: ArraySlice<Int>, _ epoch: Int) {
    tokens.removeAll(keepingCapacity: true)
    isTarget.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    for sample in samples {
      drawChain(of: sample, epoch)
      dataset.layout.place(system: dataset.spans[sample].system, turns: chain, in: &pieces)
      let start = tokens.count
      for piece in pieces {
        tokens += dataset.tokens[piece.tokens]
        isTarget += repeatElement(piece.isLearned, count: piece.tokens.count)
      }
      if start < isTarget.count { isTarget[start] = false }
      ends.append(tokens.count)
    }
  }

  /// Draws the turns of a sample, oldest first.
  private func drawChain(of sample: Int, _ epoch: Int) {
    chain.removeAll(keepingCapacity: true)
    let own = dataset.spans[sample].turn
    chain.append(dataset.turns[own])
    var skipping = RandomStream(
      seed: seed, purpose: .skipParent, stream: UInt32(truncatingIfNeeded: epoch), firstBlock: UInt64(sample) << 32)
    var next = dataset.previousTurn(of: own)
    var count = 0
    // Older turns than fit could not be seen, whichever they are.
    while let turn = next, count < dataset.layout.options.maxLength {
      if skipping.nextUnitFloat() >= Float(variation.skipParentProbability) {
        chain.append(dataset.turns[turn])
        count += dataset.turns[turn].count
      }
      next = dataset.previousTurn(of: turn)
    }
    if let other = drawnTurn(for: sample, epoch) {
      if chain.count > 1 { chain.removeLast() }
      chain.append(other)
    }
    chain.reverse()
  }

  /// The turn of another sample, when one is to be put in.
  private func drawnTurn(for sample: Int, _ epoch: Int) -> TurnSpan? {
    guard variation.randomParentProbability > 0, dataset.count > 1 else { return nil }
    var stream = RandomStream(
      seed: seed, purpose: .randomParent, stream: UInt32(truncatingIfNeeded: epoch), firstBlock: UInt64(sample) << 32)
    guard stream.nextUnitFloat() < Float(variation.randomParentProbability) else { return nil }
    // Its own turn would show it the answer.
    let other = stream.nextIndex(below: dataset.count - 1)
    return dataset.turns[dataset.spans[other < sample ? other : other + 1].turn]
  }
}
