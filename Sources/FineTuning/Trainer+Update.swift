import LanguageModels

extension Trainer {
  /// Sums the gradient of one optimizer step over its micro-batches.
  func update(_ epoch: BatchOrder.Epoch, stepOfEpoch: Int, step: Int) -> (loss: Double, tokens: Int) {
    let mask = TokenMask(options, step: step)
    let weighting = weighting(epoch, stepOfEpoch: stepOfEpoch, mask)
    model.engine.clear(model.parameters.gradients, count: model.parameters.count)
    var loss = 0.0
    var tokens = 0
    for number in epoch.batches(ofStep: stepOfEpoch) {
      samples.fill(batch, epoch.samples(ofBatch: number), epoch: epoch.number, weighting: weighting)
      if let mask { batch.hide(mask, firstToken: tokens, weighting: weighting) }
      let draw = DropoutDraw(
        seed: options.seed, step: UInt32(step), firstToken: tokens, hidden: Float(options.hiddenDropout),
        adapter: Float(options.adapterDropout), embeddingNoise: Float(options.embeddingNoise))
      pass.forward(batch.tokenBatch, draw: draw)
      pass.loss(batch.targetBatch, tokenCount: batch.tokenCount, gradientWeight: 1)
      pass.backward(batch.tokenBatch, draw: draw)
      loss += weighting.sum(pass.losses, of: batch)
      tokens += batch.tokenCount
    }
    return (loss / weighting.divisor, tokens)
  }

  /// What the loss of a step is an average over: counted in all its micro-batches, as they are once turns have been varied
  /// and tokens hidden.
  ///
  /// At least 1: a step whose every label is hidden has a loss and a gradient of 0.
  private func weighting(_ epoch: BatchOrder.Epoch, stepOfEpoch: Int, _ mask: TokenMask?) -> LossWeighting {
    var (tokens, targets, rows) = (0, 0, 0)
    for number in epoch.batches(ofStep: stepOfEpoch) {
      let drawn = epoch.samples(ofBatch: number)
      guard let mask else {
        targets += samples.targetCount(of: drawn, epoch: epoch.number)
        rows += drawn.count
        continue
      }
      samples.fill(batch, drawn, epoch: epoch.number, weighting: .perToken(targetsInStep: 1))
      batch.hide(mask, firstToken: tokens, weighting: .perToken(targetsInStep: 1))
      tokens += batch.tokenCount
      targets += batch.targetCount
      rows += (0..<batch.rowCount).count { batch.targetOffsets[$0] < batch.targetOffsets[$0 + 1] }
    }
    return options.lossAveraging.weighting(targets: max(1, targets), rows: max(1, rows))
  }
}

extension PackedBatch {
  var tokenBatch: TokenBatch {
    TokenBatch(
      tokens: tokens, positions: positions, rowOffsets: rowOffsets, rowCount: rowCount, tokenCount: tokenCount,
      hiddenKeys: hiddenKeys)
  }

  var targetBatch: TargetBatch {
    TargetBatch(sources: targetSources, targets: targets, weights: targetWeights, count: targetCount)
  }
}
