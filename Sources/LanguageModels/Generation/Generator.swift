public import Tensors

/// Continues prompts with a model.
public final class Generator {
  private let model: CausalLanguageModel
  private let decoder: Decoder
  private let options: GenerationOptions
  private let choice: TokenChoice
  /// `nil` when each prompt has one continuation.
  private let beams: BeamSearch?
  /// [slots]
  private var rows: [GrowingRow]
  /// What the continuation of a slot carries to find stop words, without beams.
  private var stopStates: [Int32]
  private let clock = ContinuousClock()

  /// - Parameters:
  ///   - longestPrompt: tokens of the longest prompt that will come.
  ///   - shared: memory that others have while nothing is generated; its own when left out.
  /// - Throws: `ModelError` when a prompt does not fit the model's positions, or the options cannot go together;
  ///   `TensorError` when memory is short.
  public init(
    _ model: CausalLanguageModel, options: GenerationOptions, longestPrompt: Int, in shared: WorkingMemory? = nil
  ) throws {
    let positions = model.architecture.maximumPositions
    guard longestPrompt < positions else {
      throw ModelError(
        "cannot generate: a prompt has \(longestPrompt) tokens, and the model has \(positions) positions for prompt "
          + "and answer together. Shorten the prompt, or lower tokenizer.max_length_prompt.")
    }
    if options.sampling != nil, options.beamCount > 1 {
      throw ModelError(
        "cannot generate with \(options.beamCount) beams and sampling: beams follow the likeliest continuations. Set "
          + "prediction.num_beams to 1, or prediction.do_sample to False.", kind: .setting)
    }
    let shape = DecoderShape(options, longestPrompt: longestPrompt, positions: positions)
    self.model = model
    self.options = options
    let memory = shared ?? WorkingMemory()
    decoder = try Decoder(model, shape: shape, in: memory)
    choice = try TokenChoice(
      model.engine, options, vocabulary: model.architecture.vocabularySize, shape: shape, in: memory,
      from: decoder.end)
    beams = shape.beamCount > 1 ? BeamSearch(choice, decoder) : nil
    rows = Array(repeating: GrowingRow(), count: shape.slotCount)
    stopStates = Array(repeating: StopWords.start, count: shape.slotCount)
  }

  /// Bytes of all buffers.
  package var byteCount: Int { decoder.byteCount + choice.memory.plan.byteCount }

  /// Continues every prompt, in order.
  ///
  /// - Parameters:
  ///   - prompts: token ids, none empty.
  ///   - rowNumbers: what the draws of each prompt depend on; the prompts' places among all when left out.
  ///   - eachToken: told of each new token, with the prompt's index; answers whether to go on. Without beams as it
  ///     comes, with beams when a prompt is done.
  ///   - isStopping: asked before every step, for those who cannot wait until a prompt is done.
  /// - Returns: one continuation per prompt; those that a stop left unfinished as far as they came.
  public func generate(
    _ prompts: [[Int32]], rowNumbers: [Int]? = nil,
    eachToken: (_ prompt: Int, _ token: Int32) -> Bool = { _, _ in true }, isStopping: () -> Bool = { false }
  ) -> [Continuation] {
    precondition(
      rowNumbers.map { $0.count == prompts.count } ?? true, "\(prompts.count) prompts, but other numbers of rows")
    let none = Continuation(tokens: [], ending: options.maximumNewTokens > 0 ? .interruption : .length)
    var results = [Continuation](repeating: none, count: prompts.count)
    if options.maximumNewTokens <= 0 { return results }
    var active: [Int] = []
    var free = Array((0..<decoder.shape.slotCount).reversed())
    var next = 0
    var isStopped = false

    /// Takes the token chosen for a slot, or goes on with its beams; false when the row is done.
    func advance(_ slot: Int, token: Int32) -> Bool {
      let prompt = rows[slot].prompt
      if let beams {
        if beams.advance(&rows[slot], slot: slot, timeIsUp: timeIsUp(slot)) { return true }
        results[prompt] = beams.best(rows[slot], slot: slot)
        isStopped = !results[prompt].tokens.allSatisfy { eachToken(prompt, $0) }
        return false
      }
      let ending = append(token, slot)
      if let ending { results[prompt] = continuation(slot, ending) }
      isStopped = !eachToken(prompt, token)
      return ending == nil
    }

    while next < prompts.count || !active.isEmpty, !isStopped, !isStopping() {
      while next < prompts.count, !isStopped, let slot = free.popLast() {
        begin(prompts[next], slot: slot, prompt: next, number: rowNumbers?[next] ?? next)
        var token: Int32 = 0
        choose(row: 0, sequence: slot * decoder.shape.beamCount, worker: 0, &token)
        if advance(slot, token: token) { active.append(slot) } else { free.append(slot) }
        next += 1
      }
      if active.isEmpty || isStopped { continue }
      step(active)
      var row = 0
      var stillActive = 0
      for index in active.indices {
        let slot = active[index]
        let rowCount = rows[slot].liveCount
        if isStopped || advance(slot, token: choice.nextTokens[row]) {
          active[stillActive] = slot
          stillActive += 1
        } else {
          free.append(slot)
        }
        row += rowCount
      }
      active.removeLast(active.count - stillActive)
    }
    for slot in active { results[rows[slot].prompt] = unfinished(slot) }
    return results
  }

  private func begin(_ tokens: [Int32], slot: Int, prompt: Int, number: Int) {
    let room = model.architecture.maximumPositions - tokens.count
    rows[slot] = GrowingRow(
      prompt: prompt, promptLength: tokens.count, number: number, limit: min(options.maximumNewTokens, room),
      isClamped: room < options.maximumNewTokens,
      deadline: options.maximumSeconds > 0 ? clock.now + .seconds(options.maximumSeconds) : nil, liveCount: 1)
    stopStates[slot] = StopWords.start
    beams?.begin(&rows[slot], slot: slot)
    choice.promptTokens(slot).update(from: tokens, count: tokens.count)
    decoder.read(tokens, slot: slot)
  }

  /// One step of all sequences of the slots, and the choice from each; without beams the chosen are in `nextTokens`.
  private func step(_ active: [Int]) {
    var count = 0
    for slot in active {
      let row = rows[slot]
      for beam in 0..<row.liveCount {
        let sequence = slot * decoder.shape.beamCount + beam
        choice.nextTokens[count] = choice.newTokens(sequence, turn: row.turn)[row.newCount - 1]
        choice.nextSequences[count] = Int32(sequence)
        count += 1
      }
    }
    decoder.step(choice.nextTokens, sequences: choice.nextSequences, rows: count)
    model.engine.parallel.forEach(count) { row, worker in
      self.choose(row: row, sequence: Int(choice.nextSequences[row]), worker: worker, &choice.nextTokens[row])
    }
  }

  /// Chooses from a row of logits: with beams the candidates of a sequence, else its next token.
  private func choose(row: Int, sequence: Int, worker: Int, _ token: inout Int32) {
    let logits = decoder.changeableLogits(row: row)
    let growing = rows[sequence / decoder.shape.beamCount]
    if beams == nil {
      token = choice.choose(logits, for: sequence, of: growing, worker: worker)
    } else {
      choice.rank(logits, for: sequence, of: growing, worker: worker)
    }
  }

  /// Appends a token to the continuation of a slot; why that is complete with it, `nil` when it goes on.
  private func append(_ token: Int32, _ slot: Int) -> Continuation.Ending? {
    choice.newTokens(slot)[rows[slot].newCount] = token
    rows[slot].newCount += 1
    if choice.isEnd(token) { return .endOfSequence }
    if let stopWords = options.stopWords {
      stopStates[slot] = stopWords.advance(stopStates[slot], by: token)
      if stopStates[slot] == StopWords.found { return .stopWord }
    }
    // The last token needs no position of its own: nothing follows it.
    if rows[slot].newCount >= rows[slot].limit { return rows[slot].isClamped ? .positions : .length }
    return timeIsUp(slot) ? .time : nil
  }

  private func timeIsUp(_ slot: Int) -> Bool { rows[slot].deadline.map { clock.now > $0 } ?? false }

  private func continuation(_ slot: Int, _ ending: Continuation.Ending) -> Continuation {
    Continuation(
      tokens: Array(UnsafeBufferPointer(start: choice.newTokens(slot), count: rows[slot].newCount)), ending: ending)
  }

  private func unfinished(_ slot: Int) -> Continuation {
    var result = beams?.best(rows[slot], slot: slot) ?? continuation(slot, .interruption)
    result.ending = .interruption
    return result
  }
}
