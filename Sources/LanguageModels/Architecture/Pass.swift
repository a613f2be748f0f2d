public import Tensors

/// Forward and backward through a model over packed rows, in memory planned once for the largest batch.
///
/// One pass object serves a whole run: nothing is allocated per step. Padding does not exist here, so none is computed.
public final class Pass {
  public let model: CausalLanguageModel
  public let limits: PassLimits
  let memory: PassMemory
  let arena: Arena
  let keepsActivations: Bool
  /// Blocks are computed again in the backward pass, instead of keeping what they computed.
  let recomputesBlocks: Bool
  private let plansDropout: Bool
  var engine: Engine { model.engine }

  /// Bytes of the pass's buffers.
  public var byteCount: Int { memory.plan.byteCount }

  /// - Parameters:
  ///   - forTraining: keep what `backward` needs.
  ///   - dropout: whether any forward pass will be given a draw.
  ///   - recomputesBlocks: keep each block's input alone and compute the block again in the backward pass: the same
  ///     bits in less memory and more time (arXiv:1604.06174). Only for training.
  ///   - shared: memory that others have at other times; its own when left out.
  ///   - start: where in it the pass begins, in floats.
  /// - Throws: `TensorError` when the memory is not to be had.
  public init(
    _ model: CausalLanguageModel, limits: PassLimits, forTraining: Bool, dropout: Bool = false,
    recomputesBlocks: Bool = false, in shared: WorkingMemory? = nil, from start: Int = 0
  ) throws(TensorError) {
    self.model = model
    self.limits = limits
    keepsActivations = forTraining
    self.recomputesBlocks = forTraining && recomputesBlocks
    plansDropout = dropout
    memory = PassMemory(
      model.architecture, adapter: model.adapterSettings, threadCount: model.engine.parallel.threadCount,
      limits: limits, keeping: forTraining ? (recomputesBlocks ? .blockInputs : .everything) : .nothing,
      dropout: dropout)
    arena = try Arena(memory.plan, in: shared, from: start)
  }

  /// Negative log-likelihoods in nats of the last `loss` call's targets.
  public var losses: UnsafePointer<Float> { UnsafePointer(arena[memory.losses]) }

  /// Computes the last block's output for a batch.
  ///
  /// - Parameter visit: sees each layer's queries, keys and values [T, 3C], for filling a key-value cache.
  public func forward(
    _ batch: TokenBatch, draw: DropoutDraw? = nil, visit: ((_ layer: Int, _ qkv: UnsafePointer<Float>) -> Void)? = nil
  ) {
    check(batch, draw)
    let architecture = model.architecture
    let count = batch.tokenCount * architecture.width
    let first = arena[memory.blocks[0].input]
    engine.embed(
      first, tokens: batch.tokens, positions: batch.positions, tokenTable: model.tokenTable.stored,
      positionTable: model.positionTable.stored, rows: batch.tokenCount, width: architecture.width)
    if let draw { addNoise(draw, batch, to: first) }
    if let draw, let dropout = embeddingDropout(draw) {
      engine.drop(first, first, count: count, first: draw.first(width: architecture.width), dropout)
    }
    for layer in 0..<architecture.layerCount {
      let next = layer + 1 < architecture.layerCount ? memory.blocks[layer + 1].input : memory.output
      forwardBlock(layer, batch, into: arena[next], draw)
      visit?(layer, UnsafePointer(arena[memory.blocks[layer].qkv]))
    }
  }

  /// What lies outside a table or a buffer would be read or written all the same: better to stop.
  private func check(_ batch: TokenBatch, _ draw: DropoutDraw?) {
    let architecture = model.architecture
    precondition(
      batch.tokenCount <= limits.tokenCount, "\(batch.tokenCount) tokens in a pass for \(limits.tokenCount)")
    for row in 0..<batch.rowCount {
      let length = batch.rowOffsets[row + 1] - batch.rowOffsets[row]
      precondition(
        length >= 0 && length <= limits.rowLength,
        "a row of \(length) tokens in a pass for \(limits.rowLength)")
    }
    for place in 0..<batch.tokenCount {
      let (token, position) = (batch.tokens[place], batch.positions[place])
      precondition(
        token >= 0 && token < architecture.vocabularySize,
        "token \(token) in a vocabulary of \(architecture.vocabularySize)")
      precondition(
        position >= 0 && position < architecture.maximumPositions,
        "position \(position) of \(architecture.maximumPositions)")
    }
    precondition(
      plansDropout || draw.map { $0.hidden <= 0 && $0.adapter <= 0 } ?? true,
      "dropout in a pass that was planned without it")
  }

  /// NEFTune (arXiv:2310.05914): each row's embeddings x [L, C] += noise within alpha / sqrt(L C), L being the row's own
  /// number of tokens, as in the paper's code; Transformers takes the padded length of the batch.
  private func addNoise(_ draw: DropoutDraw, _ batch: TokenBatch, to x: UnsafeMutablePointer<Float>) {
    guard draw.embeddingNoise > 0 else { return }
    let width = model.architecture.width
    let noise = UniformNoise(seed: draw.seed, purpose: .embeddingNoise, step: draw.step)
    for row in 0..<batch.rowCount {
      let start = Int(batch.rowOffsets[row])
      let length = Int(batch.rowOffsets[row + 1]) - start
      if length == 0 { continue }
      engine.addUniform(
        x + start * width, rows: length, width: width, firstRow: draw.firstToken + start,
        bound: draw.embeddingNoise / Float(length * width).squareRoot(), noise)
    }
  }

  func embeddingDropout(_ draw: DropoutDraw) -> Dropout? {
    draw.hidden(.attentionOutput, layer: model.architecture.layerCount)
  }

  func attentionShape(_ batch: TokenBatch, layer: Int) -> AttentionShape {
    AttentionShape(
      offsets: batch.rowOffsets, rowCount: batch.rowCount, headCount: model.architecture.headCount,
      headWidth: model.architecture.headWidth, factor: model.architecture.attentionFactor(layer: layer),
      maximumLength: limits.rowLength, hiddenKeys: batch.hiddenKeys)
  }

  var linearScratch: LinearScratch {
    LinearScratch(dropped: arena[memory.dropped], low: arena[memory.low], product: arena[memory.product])
  }

  /// One block, from its kept input.
  ///
  /// - Parameter output: where its output goes; `nil` to fill only the buffers its backward pass reads.
  func forwardBlock(
    _ layer: Int, _ batch: TokenBatch, into output: UnsafeMutablePointer<Float>?, _ draw: DropoutDraw?
  ) {
    let block = model.blocks[layer]
    let kept = memory.blocks[layer]
    let tokens = batch.tokenCount
    let input = arena[kept.input]
    let normed = arena[memory.normed]  // [T, C]
    let qkv = arena[kept.qkv]  // [T, 3C]
    block.firstNorm.forward(engine, into: normed, input, statistics: arena[kept.firstStatistics], rows: tokens)
    engine.setRows(qkv, block.attentionInput.bias?.values, rows: tokens, width: 3 * model.architecture.width)
    apply(block.attentionInput, into: qkv, normed, tokens, kept.low[0], draw)
    let attention = arena[kept.attention]  // [T, C]
    engine.attention(
      output: attention, logSum: arena[kept.logSum], qkv: qkv, shape: attentionShape(batch, layer: layer),
      dropout: draw?.hidden(.attention, layer: layer), firstToken: draw?.firstToken ?? 0,
      scratch: arena[memory.attentionScratch], scratchStride: memory.attentionScratchStride)
    let middle = arena[kept.middle]  // [T, C]
    addToResidual(
      block.attentionOutput, into: middle, residual: input, attention, tokens, kept.low[1], draw,
      draw?.hidden(.attentionOutput, layer: layer))
    block.secondNorm.forward(engine, into: normed, middle, statistics: arena[kept.secondStatistics], rows: tokens)
    let hidden = arena[kept.hidden]  // [T, F]
    engine.setRows(hidden, block.mlpInput.bias?.values, rows: tokens, width: block.mlpInput.outputWidth)
    apply(block.mlpInput, into: hidden, normed, tokens, kept.low[2], draw)
    guard let output else { return }
    let active = arena[memory.wide]  // [T, F]
    engine.activate(active, hidden, count: tokens * block.mlpInput.outputWidth, model.architecture.activation)
    addToResidual(
      block.mlpOutput, into: output, residual: middle, active, tokens, kept.low[3], draw,
      draw?.hidden(.mlpOutput, layer: layer))
  }

  private func apply(
    _ linear: Linear, into y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ tokens: Int,
    _ low: ArenaPlan.Region, _ draw: DropoutDraw?
  ) {
    linear.forward(engine, into: y, x, tokens: tokens, low: arena[low], draw: draw, scratch: linearScratch)
  }

  /// y = residual + drop(linear(x)). Without dropout the product is summed straight into the residual.
  private func addToResidual(
    _ linear: Linear, into y: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
    _ tokens: Int, _ low: ArenaPlan.Region, _ draw: DropoutDraw?, _ dropout: Dropout?
  ) {
    let width = linear.outputWidth
    guard let draw, let dropout else {
      engine.addRows(y, residual, linear.bias?.values, rows: tokens, width: width)
      apply(linear, into: y, x, tokens, low, draw)
      return
    }
    let product = arena[memory.spare]
    engine.setRows(product, linear.bias?.values, rows: tokens, width: width)
    apply(linear, into: product, x, tokens, low, draw)
    engine.dropAdd(y, residual: residual, product, count: tokens * width, first: draw.first(width: width), dropout)
  }
}
