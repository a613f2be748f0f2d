import Tensors

/// Where what choosing tokens needs lies. S sequences of all slots, V vocabulary, G new tokens, K candidates of a beam.
struct ChoiceMemory {
  private(set) var plan = ArenaPlan()
  /// The most new tokens of a continuation.
  let newCapacity: Int
  /// Candidates kept of a beam.
  let candidateCount: Int
  /// Integers [slots, prompt].
  let prompts: ArenaPlan.Region
  /// Integers [1 or 2, S, G]: the new tokens; with beams, what holds and what is being made of it take turns.
  let tokens: ArenaPlan.Region
  /// Integers [S] each: the next step's tokens, and whose they are.
  let nextTokens: ArenaPlan.Region
  let nextSequences: ArenaPlan.Region
  /// Of each worker: [V] for draws, [prompt + G] for the repetition penalty.
  let scratch: ArenaPlan.Region
  let scratchStride: Int
  /// [S, K] each: log-probabilities, and as integers their tokens.
  let candidateScores: ArenaPlan.Region
  let candidateTokens: ArenaPlan.Region
  /// Integers [slots, beams, G]: continuations that are complete.
  let finished: ArenaPlan.Region

  init(_ options: GenerationOptions, vocabulary: Int, threadCount: Int, shape: DecoderShape) {
    newCapacity = max(1, min(options.maximumNewTokens, shape.maximumLength))
    // So many that the ends of sequence among them leave one for every beam.
    candidateCount = min(vocabulary, max(2, options.endOfSequenceIDs.count + 1) * shape.beamCount)
    let isBranching = shape.beamCount > 1
    let count = shape.sequenceCount
    prompts = plan.reserve(shape.slotCount * shape.promptLength)
    tokens = plan.reserve((isBranching ? 2 : 1) * count * newCapacity)
    nextTokens = plan.reserve(count)
    nextSequences = plan.reserve(count)
    scratchStride =
      (max(
        options.sampling == nil ? 0 : vocabulary,
        options.repetitionPenalty == 1 ? 0 : shape.promptLength + newCapacity) + 15) / 16 * 16
    scratch = plan.reserve(threadCount * scratchStride)
    candidateScores = plan.reserve(isBranching ? count * candidateCount : 0)
    candidateTokens = plan.reserve(isBranching ? count * candidateCount : 0)
    finished = plan.reserve(isBranching ? count * newCapacity : 0)
  }
}
