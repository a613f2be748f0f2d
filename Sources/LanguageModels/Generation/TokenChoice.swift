import Tensors

/// What is known of the continuations of one prompt while they grow.
struct GrowingRow {
  /// The prompt's place among all.
  var prompt = 0
  var promptLength = 0
  /// The number that its draws depend on.
  var number = 0
  /// New tokens so far, the same for all its beams.
  var newCount = 0
  /// New tokens there may be.
  var limit = 0
  /// The limit is the model's, not the user's.
  var isClamped = false
  var deadline: ContinuousClock.Instant?
  /// Beams that go on.
  var liveCount = 0
  /// Complete continuations, with beams.
  var finishedCount = 0
  /// Which of the two tables of new tokens holds.
  var turn = 0
}

/// Turns logits into choices, in buffers of its own: penalty, minimum length, and then the likeliest or a draw.
final class TokenChoice {
  private let engine: Engine
  let options: GenerationOptions
  private let vocabulary: Int
  private let shape: DecoderShape
  let memory: ChoiceMemory
  private let arena: Arena

  /// - Parameters:
  ///   - shared: memory that others have at other times.
  ///   - start: where in it its buffers begin, in floats.
  init(
    _ engine: Engine, _ options: GenerationOptions, vocabulary: Int, shape: DecoderShape, in shared: WorkingMemory,
    from start: Int
  ) throws(TensorError) {
    self.engine = engine
    self.options = options
    self.vocabulary = vocabulary
    self.shape = shape
    memory = ChoiceMemory(
      options, vocabulary: vocabulary, threadCount: engine.parallel.threadCount, shape: shape)
    arena = try Arena(memory.plan, in: shared, from: start)
  }

  var nextTokens: UnsafeMutablePointer<Int32> { arena.integers(memory.nextTokens) }
  var nextSequences: UnsafeMutablePointer<Int32> { arena.integers(memory.nextSequences) }

  /// [prompt]
  func promptTokens(_ slot: Int) -> UnsafeMutablePointer<Int32> {
    arena.integers(memory.prompts) + slot * shape.promptLength
  }

  /// [G]
  func newTokens(_ sequence: Int, turn: Int = 0) -> UnsafeMutablePointer<Int32> {
    arena.integers(memory.tokens) + (turn * shape.sequenceCount + sequence) * memory.newCapacity
  }

  /// Place `place` of the complete continuations of a slot [G].
  func finishedTokens(_ slot: Int, _ place: Int) -> UnsafeMutablePointer<Int32> {
    arena.integers(memory.finished) + (slot * shape.beamCount + place) * memory.newCapacity
  }

  /// The likeliest tokens of a beam in descending order, with their log-probabilities [K].
  func candidates(_ sequence: Int) -> (scores: UnsafeMutablePointer<Float>, tokens: UnsafeMutablePointer<Int32>) {
    let offset = sequence * memory.candidateCount
    return (arena[memory.candidateScores] + offset, arena.integers(memory.candidateTokens) + offset)
  }

  func isEnd(_ token: Int32) -> Bool { options.endOfSequenceIDs.contains(token) }

  /// The next token of a sequence that is its row's only one. The logits are used up.
  func choose(_ logits: UnsafeMutablePointer<Float>, for sequence: Int, of row: GrowingRow, worker: Int) -> Int32 {
    adjust(logits, sequence, row, worker)
    guard let sampling = options.sampling else {
      return Int32(engine.indexOfLargest(logits, count: vocabulary))
    }
    engine.samplingWeights(
      logits, scratch: arena[memory.scratch] + worker * memory.scratchStride, count: vocabulary,
      temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP)
    let unit = RandomStream.unit(seed: sampling.seed, row: row.number, place: row.newCount)
    return Int32(engine.draw(logits, count: vocabulary, unit: unit))
  }

  /// Fills the candidates of a beam. The logits are used up.
  func rank(_ logits: UnsafeMutablePointer<Float>, for sequence: Int, of row: GrowingRow, worker: Int) {
    engine.logSoftmax(logits, count: vocabulary)
    adjust(logits, sequence, row, worker)
    let (scores, tokens) = candidates(sequence)
    engine.selectLargest(scores, tokens, of: logits, count: vocabulary, keep: memory.candidateCount)
  }

  /// The repetition penalty, then the minimum length: the order of Transformers.
  private func adjust(_ scores: UnsafeMutablePointer<Float>, _ sequence: Int, _ row: GrowingRow, _ worker: Int) {
    if options.repetitionPenalty != 1 { penalize(scores, sequence, row, worker) }
    guard row.newCount < options.minimumNewTokens else { return }
    for id in options.endOfSequenceIDs where id >= 0 && id < vocabulary { scores[Int(id)] = -.infinity }
  }

  private func penalize(_ scores: UnsafeMutablePointer<Float>, _ sequence: Int, _ row: GrowingRow, _ worker: Int) {
    let penalty = options.repetitionPenalty
    // All are read before the first is written: however often a token is there, it is punished once.
    let seen = arena[memory.scratch] + worker * memory.scratchStride
    let prompt = promptTokens(sequence / shape.beamCount)
    let new = newTokens(sequence, turn: row.turn)
    func penalized(_ token: Int32) -> Float {
      let score = scores[Int(token)]
      return score < 0 ? score * penalty : score / penalty
    }
    for place in 0..<row.promptLength { seen[place] = penalized(prompt[place]) }
    for place in 0..<row.newCount { seen[row.promptLength + place] = penalized(new[place]) }
    for place in 0..<row.promptLength { scores[Int(prompt[place])] = seen[place] }
    for place in 0..<row.newCount { scores[Int(new[place])] = seen[row.promptLength + place] }
  }
}

extension RandomStream {
  /// The number in [0, 1), of 53 bits, that new token `place` of a row is drawn with.
  static func unit(seed: UInt64, row: Int, place: Int) -> Double {
    let row = UInt64(bitPattern: Int64(row))
    // A block has its place in the low and the rest of the row's number in the high half.
    let words = block(
      seed: seed, purpose: .generation, stream: UInt32(truncatingIfNeeded: row),
      block: ((row >> 32) << 32) | UInt64(UInt32(truncatingIfNeeded: place)))
    return Double(((UInt64(words.0) << 32) | UInt64(words.1)) >> 11) * 0x1p-53
  }
}
