import Tensors

extension Pass {
  /// Sums the gradients of everything trained, after `forward` and a `loss` with a gradient weight.
  ///
  /// Frozen weights get no gradient work, and nothing is computed below the lowest trained layer.
  ///
  /// - Parameter draw: the one given to `forward`.
  public func backward(_ batch: TokenBatch, draw: DropoutDraw? = nil) {
    precondition(keepsActivations, "backward on a pass that was planned without training")
    guard let lowest = model.lowestTrainedBlock else { return }
    let trainsEmbedding = model.tokenTable.gradient != nil
    for layer in (lowest..<model.architecture.layerCount).reversed() {
      // What the last block computed is still there.
      if recomputesBlocks, layer < model.architecture.layerCount - 1 { forwardBlock(layer, batch, into: nil, draw) }
      backwardBlock(layer, batch, draw, needsInputGradient: layer > lowest || trainsEmbedding)
    }
    guard let tokenGradient = model.tokenTable.gradient, let positionGradient = model.positionTable.gradient else {
      return
    }
    let width = model.architecture.width
    let dx = arena[memory.gradient]
    if let draw, let dropout = embeddingDropout(draw) {
      engine.drop(dx, dx, count: batch.tokenCount * width, first: draw.first(width: width), dropout)
    }
    engine.embedBackward(
      tokenGradient: tokenGradient, positionGradient: positionGradient, dx: dx, tokens: batch.tokens,
      positions: batch.positions, rows: batch.tokenCount, width: width)
  }

  /// `memory.gradient` [T, C] holds the gradient of the block's output, and afterwards that of its input.
  private func backwardBlock(_ layer: Int, _ batch: TokenBatch, _ draw: DropoutDraw?, needsInputGradient: Bool) {
    let block = model.blocks[layer]
    let kept = memory.blocks[layer]
    let tokens = batch.tokenCount
    let dx = arena[memory.gradient]  // [T, C]
    let normed = arena[memory.normed]  // [T, C]
    let spare = arena[memory.spare]  // [T, C]
    let wide = arena[memory.wide]  // [T, max(3C, F)]
    let scratch = linearScratch

    // MLP. `wide` is first the activation's output, then its gradient.
    let hiddenCount = tokens * block.mlpInput.outputWidth
    let hidden = arena[kept.hidden]  // [T, F]
    let dOutput = dropped(dx, draw?.hidden(.mlpOutput, layer: layer), tokens, draw)
    if block.mlpOutput.needsInput {
      // Two uses of one buffer: gradients that need the input come first, then it is overwritten.
      engine.activate(wide, hidden, count: hiddenCount, model.architecture.activation)
      block.mlpOutput.parameterGradients(
        engine, dy: dOutput, x: wide, tokens: tokens, low: arena[kept.low[3]], draw: draw, scratch: scratch)
    }
    block.mlpOutput.inputGradient(
      engine, into: wide, dy: dOutput, tokens: tokens, draw: draw, scratch: scratch)
    engine.activateBackward(wide, dy: wide, x: hidden, count: hiddenCount, model.architecture.activation)
    if block.mlpInput.needsInput {
      block.secondNorm.forward(
        engine, into: normed, arena[kept.middle], statistics: arena[kept.secondStatistics], rows: tokens)
    }
    block.mlpInput.backward(
      engine, dx: spare, dy: wide, x: normed, tokens: tokens, low: arena[kept.low[2]], draw: draw, scratch: scratch)
    block.secondNorm.backward(
      engine, dx: dx, dy: spare, x: arena[kept.middle], statistics: arena[kept.secondStatistics], rows: tokens)

    // Attention. `spare` takes the gradient of its output, `wide` that of queries, keys and values.
    let dMiddle = dropped(dx, draw?.hidden(.attentionOutput, layer: layer), tokens, draw)
    block.attentionOutput.backward(
      engine, dx: spare, dy: dMiddle, x: arena[kept.attention], tokens: tokens, low: arena[kept.low[1]], draw: draw,
      scratch: scratch)
    engine.attentionBackward(
      AttentionGradients(
        dqkv: wide, dOutput: spare, output: arena[kept.attention], logSum: arena[kept.logSum]),
      qkv: arena[kept.qkv], shape: attentionShape(batch, layer: layer),
      dropout: draw?.hidden(.attention, layer: layer), firstToken: draw?.firstToken ?? 0,
      scratch: arena[memory.attentionScratch], scratchStride: memory.attentionScratchStride)
    if block.attentionInput.needsInput {
      block.firstNorm.forward(
        engine, into: normed, arena[kept.input], statistics: arena[kept.firstStatistics], rows: tokens)
    }
    let trainsNorm = block.firstNorm.gain.gradient != nil
    block.attentionInput.backward(
      engine, dx: needsInputGradient || trainsNorm ? spare : nil, dy: wide, x: normed, tokens: tokens,
      low: arena[kept.low[0]], draw: draw, scratch: scratch)
    if needsInputGradient || trainsNorm {
      block.firstNorm.backward(
        engine, dx: needsInputGradient ? dx : nil, dy: spare, x: arena[kept.input],
        statistics: arena[kept.firstStatistics], rows: tokens)
    }
  }

  /// The gradient before a residual's dropout: `dx` itself without dropout.
  private func dropped(
    _ dx: UnsafeMutablePointer<Float>, _ dropout: Dropout?, _ tokens: Int, _ draw: DropoutDraw?
  ) -> UnsafePointer<Float> {
    guard let draw, let dropout else { return UnsafePointer(dx) }
    let width = model.architecture.width
    engine.drop(
      arena[memory.droppedGradient], dx, count: tokens * width, first: draw.first(width: width), dropout)
    return UnsafePointer(arena[memory.droppedGradient])
  }
}
