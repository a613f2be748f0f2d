import Tensors

/// Where the buffers of a training or evaluation pass lie. Letters as in `Architecture`.
struct PassMemory {
  /// What a block leaves for its backward pass.
  struct BlockMemory {
    /// [T, C]: the block's input.
    var input: ArenaPlan.Region
    /// [2, T]: mean and reciprocal deviation.
    let firstStatistics: ArenaPlan.Region
    /// [T, 3C]
    let qkv: ArenaPlan.Region
    /// [T, H]
    let logSum: ArenaPlan.Region
    /// [T, C]
    let attention: ArenaPlan.Region
    /// [T, C]: after the attention's residual.
    let middle: ArenaPlan.Region
    /// [2, T]
    let secondStatistics: ArenaPlan.Region
    /// [T, F]: before the activation.
    let hidden: ArenaPlan.Region
    /// [T, R] for each of the four linear layers.
    var low: [ArenaPlan.Region]
  }

  /// What blocks leave behind until the backward pass comes to them.
  enum Keeping {
    /// For passes without a backward: two sets of buffers in turn.
    case nothing
    /// Each block's input; everything else is computed again, in one set of buffers for all blocks.
    case blockInputs
    case everything
  }

  private(set) var plan = ArenaPlan()
  let blocks: [BlockMemory]
  /// [T, C]: the last block's output.
  let output: ArenaPlan.Region
  /// [T, C] each.
  let normed: ArenaPlan.Region
  let spare: ArenaPlan.Region
  let gradient: ArenaPlan.Region
  let droppedGradient: ArenaPlan.Region
  /// [T, max(3C, F)]
  let wide: ArenaPlan.Region
  /// [T, max(C, F)], with adapter dropout.
  let dropped: ArenaPlan.Region
  /// [T, R]
  let low: ArenaPlan.Region
  let attentionScratch: ArenaPlan.Region
  let attentionScratchStride: Int
  /// [targets]
  let losses: ArenaPlan.Region
  /// The head's chunk of targets: gathered states, normed states and their gradients [chunk, C], logits [chunk, V].
  let gathered: ArenaPlan.Region
  let gatheredNormed: ArenaPlan.Region
  let gatheredGradient: ArenaPlan.Region
  let headStatistics: ArenaPlan.Region
  let logits: ArenaPlan.Region
  let headChunk: Int

  /// - Parameters:
  ///   - threadCount: workers that need scratch of their own.
  init(
    _ architecture: Architecture, adapter: LowRankSettings?, threadCount: Int, limits: PassLimits, keeping: Keeping,
    dropout: Bool
  ) {
    let (tokens, width) = (limits.tokenCount, architecture.width)
    let rank = adapter?.rank ?? 0
    let hasBackward = keeping != .nothing
    var plan = ArenaPlan()
    func block() -> BlockMemory {
      BlockMemory(
        input: plan.reserve(tokens * width), firstStatistics: plan.reserve(2 * tokens),
        qkv: plan.reserve(3 * tokens * width), logSum: plan.reserve(tokens * architecture.headCount),
        attention: plan.reserve(tokens * width), middle: plan.reserve(tokens * width),
        secondStatistics: plan.reserve(2 * tokens), hidden: plan.reserve(tokens * architecture.mlpWidth),
        low: (0..<4).map { _ in plan.reserve(tokens * rank) })
    }
    switch keeping {
    case .everything: blocks = (0..<architecture.layerCount).map { _ in block() }
    case .blockInputs:
      let shared = block()
      blocks =
        [shared]
        + (1..<architecture.layerCount).map { _ in
          var memory = shared
          memory.input = plan.reserve(tokens * width)
          // Thin, and with it the block's last product need not be computed again.
          memory.low[3] = plan.reserve(tokens * rank)
          return memory
        }
    case .nothing:
      // Two sets in turn, because a block writes its successor's input.
      let pair = [block(), block()]
      blocks = (0..<architecture.layerCount).map { pair[$0 % 2] }
    }
    let widest = max(3 * width, architecture.mlpWidth)
    output = plan.reserve(tokens * width)
    normed = plan.reserve(tokens * width)
    spare = plan.reserve(tokens * width)
    gradient = plan.reserve(hasBackward ? tokens * width : 0)
    droppedGradient = plan.reserve(hasBackward && dropout ? tokens * width : 0)
    wide = plan.reserve(tokens * widest)
    dropped = plan.reserve(dropout ? tokens * max(width, architecture.mlpWidth) : 0)
    low = plan.reserve(tokens * rank)
    attentionScratchStride =
      (AttentionShape.scratchCount(maximumLength: limits.rowLength) + 15) / 16 * 16
    attentionScratch = plan.reserve(attentionScratchStride * threadCount)
    losses = plan.reserve(limits.targetCount)
    // About 128 MiB of logits at once, cut by the vocabulary alone.
    headChunk = max(16, min(512, (1 << 25) / architecture.vocabularySize / 16 * 16))
    let chunk = min(headChunk, max(limits.targetCount, 1))
    gathered = plan.reserve(chunk * width)
    gatheredNormed = plan.reserve(chunk * width)
    gatheredGradient = plan.reserve(chunk * width)
    headStatistics = plan.reserve(2 * chunk)
    logits = plan.reserve(chunk * architecture.vocabularySize)
    self.plan = plan
  }
}
