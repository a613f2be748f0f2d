import LanguageModels

extension Trainer {
  /// Sums the gradient of one optimizer step over its micro-batches.
  func update(_ epoch: BatchOrder.Epoch, stepOfEpoch: Int, step: Int) -> (loss: Double, tokens: Int) {
    let mask = TokenMask(options, step: step)
    let counts = samples.totals(ofStep: stepOfEpoch, of: epoch) { mask?.hides($0) ?? false }
    // At least 1: a step whose every label is hidden, or whose rows lost theirs, has a loss and a gradient of 0.
    let weighting = options.lossAveraging.weighting(targets: max(1, counts.targetCount), rows: max(1, counts.rowCount))
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
