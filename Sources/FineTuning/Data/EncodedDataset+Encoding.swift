public import Tensors

extension EncodedDataset {
  /// Encodes rows in their order, each with what stands in front of it.
  ///
  /// - Parameters:
  ///   - conversations: those the rows belong to; `nil` when every row stands alone.
  ///   - source: the file's name, for messages.
  ///   - parallel: who encodes; the result does not depend on it.
  /// - Throws: `FineTuningError` when a sample has nothing to learn or the tokenizer lacks an end of sequence that the
  ///   options ask for.
  public init(
    _ textRows: [TextRow], of conversations: Conversations? = nil, source: String, tokenizer: some TextEncoder,
    options: SampleEncodingOptions, parallel: Parallel = Parallel(threadCount: 1)
  ) throws {
    self.init(layout: SampleLayout(options: options))
    let encoder = try TurnEncoder(options, tokenizer: tokenizer, source: source)
    let turnRows = try link(textRows, conversations)
    try encodeTurns(turnRows, encoder, parallel)
    let systems = try encodeSystems(textRows, conversations, encoder)
    var builder = SampleBuilder(turnCount: turns.count)
    rows.reserveCapacity(textRows.count)
    spans.reserveCapacity(textRows.count)
    for (sample, row) in textRows.enumerated() {
      let system = systems.isEmpty ? SystemSpan.none : systems[sample]
      append(row.row, sample: sample, system: system, &builder)
      guard spans[sample].targetCount > 0 else {
        throw FineTuningError(
          "cannot train on row \(row.row + 1) of \(source): cut to at most \(options.maxLength) tokens, it has none "
            + "to predict; lengthen tokenizer.max_length or remove the row")
      }
    }
  }

  /// Not all at once, because a row takes more memory on its way here than when it is appended.
  private static var rowsAtOnce: Int { 8192 }

  /// Where a system text's tokens are, and how long it was before it was cut.
  private struct SystemSpan {
    var tokens: Range<Int>
    var cutCount: Int

    static let none = SystemSpan(tokens: 0..<0, cutCount: 0)
  }

  /// The rows whose turns are needed: those of the samples first, then what stands in front of them.
  private mutating func link(_ samples: [TextRow], _ conversations: Conversations?) throws -> [TextRow] {
    guard let conversations, conversations.hasChains else { return samples }
    var turnRows = samples
    var turnOfRow = Dictionary(uniqueKeysWithValues: samples.enumerated().map { ($1.row, $0) })
    var next = 0
    while next < turnRows.count {
      guard let row = conversations.previousRow(of: turnRows[next].row), let turn = conversations.turn(row) else {
        previousTurns.append(nil)
        next += 1
        continue
      }
      if turnOfRow[row] == nil {
        turnOfRow[row] = turnRows.count
        turnRows.append(turn)
      }
      previousTurns.append(turnOfRow[row])
      next += 1
    }
    return turnRows
  }

  private mutating func encodeTurns(
    _ turnRows: [TextRow], _ encoder: TurnEncoder<some TextEncoder>, _ parallel: Parallel
  ) throws {
    turns.reserveCapacity(turnRows.count)
    for start in stride(from: 0, to: turnRows.count, by: Self.rowsAtOnce) {
      let part = turnRows[start..<min(start + Self.rowsAtOnce, turnRows.count)]
      let encoded = parallel.map(part) { row in
        Result { (prompt: try encoder.prompt(row.prompt), answer: try encoder.answer(row.answer)) }
      }
      for turn in encoded {
        let (prompt, answer) = try turn.get()
        lengths.append(prompt: prompt.uncutCount, answer: answer.uncutCount)
        truncation.prompt.add(prompt.cutCount)
        truncation.answer.add(answer.cutCount)
        let start = tokens.count
        tokens += prompt.tokens
        tokens += answer.tokens
        turns.append(
          TurnSpan(start: start, answerStart: start + prompt.tokens.count, end: tokens.count))
      }
    }
    isTarget = Array(repeating: false, count: tokens.count)
  }

  /// By sample, its system text; equal texts are encoded once. Empty when there are none.
  private mutating func encodeSystems(
    _ samples: [TextRow], _ conversations: Conversations?, _ encoder: TurnEncoder<some TextEncoder>
  ) throws -> [SystemSpan] {
    guard let conversations, conversations.hasSystems else { return [] }
    var known: [ExactBytes: SystemSpan] = [:]
    return try samples.map { row in
      let text = conversations.system(of: row.row)
      let span: SystemSpan
      if let earlier = known[ExactBytes(text)] {
        span = earlier
      } else {
        let system = try encoder.system(text)
        let start = tokens.count
        tokens += system.tokens
        isTarget += repeatElement(false, count: system.tokens.count)
        span = SystemSpan(tokens: start..<tokens.count, cutCount: system.cutCount)
        known[ExactBytes(text)] = span
      }
      truncation.system.add(span.cutCount)
      return span
    }
  }

  /// What putting samples together needs again and again.
  private struct SampleBuilder {
    var chain: [TurnSpan] = []
    var pieces: [SamplePiece] = []
    /// By turn, the tokens of it and all in front of it, cut one by one and uncut.
    var totals: [(kept: Int, uncut: Int)?]

    init(turnCount: Int) { totals = Array(repeating: nil, count: turnCount) }
  }

  /// - Parameter sample: also the number of the row's own turn, because those were encoded first.
  private mutating func append(_ row: Int, sample: Int, system: SystemSpan, _ builder: inout SampleBuilder) {
    let total = total(of: sample, &builder)
    truncation.joined.add(max(0, total.kept + system.tokens.count - layout.options.maxLength))
    lengths.append(joined: total.uncut + system.tokens.count + system.cutCount)
    rows.append(row)
    let turn = turns[sample]
    if system.tokens.isEmpty, previousTurn(of: sample) == nil {
      // The turn is the sample.
      let start = max(turn.start, turn.end - layout.options.maxLength)
      let promptStart = max(turn.start, turn.answerStart - layout.options.maxLength)
      layout.place(system: 0..<0, turns: CollectionOfOne(turn), in: &builder.pieces)
      let targets = markTargets(builder.pieces, from: start)
      spans.append(
        SampleSpan(
          prompt: promptStart..<turn.answerStart, sequence: start..<turn.end, answerCount: turn.end - turn.answerStart,
          targetCount: targets, turn: sample, system: system.tokens))
      return
    }
    collectChain(of: sample, &builder.chain)
    layout.placePrompt(system: system.tokens, turns: builder.chain, in: &builder.pieces)
    let prompt = copy(builder.pieces)
    layout.place(system: system.tokens, turns: builder.chain, in: &builder.pieces)
    let sequence = copy(builder.pieces)
    let targets = markTargets(builder.pieces, from: sequence.lowerBound)
    spans.append(
      SampleSpan(
        prompt: prompt, sequence: sequence, answerCount: turn.end - turn.answerStart, targetCount: targets,
        turn: sample, system: system.tokens))
  }

  /// The turns up to a sample's own, oldest first, as far as they can matter for its sequences.
  private func collectChain(of sample: Int, _ chain: inout [TurnSpan]) {
    chain.removeAll(keepingCapacity: true)
    var next: Int? = sample
    var count = 0
    while let turn = next, chain.isEmpty || count < layout.options.maxLength {
      chain.append(turns[turn])
      // The prompt to generate from has room for more, because the last answer is not in it.
      if chain.count > 1 { count += turns[turn].count }
      next = previousTurn(of: turn)
    }
    chain.reverse()
  }

  func previousTurn(of turn: Int) -> Int? { previousTurns.isEmpty ? nil : previousTurns[turn] }

  private func total(of turn: Int, _ builder: inout SampleBuilder) -> (kept: Int, uncut: Int) {
    var path: [Int] = []
    var next: Int? = turn
    while let number = next, builder.totals[number] == nil {
      path.append(number)
      next = previousTurn(of: number)
    }
    var total = next.flatMap { builder.totals[$0] } ?? (0, 0)
    for number in path.reversed() {
      total.kept += turns[number].count
      total.uncut += lengths.turn(number)
      builder.totals[number] = total
    }
    return total
  }

  private mutating func copy(_ pieces: [SamplePiece]) -> Range<Int> {
    let start = tokens.count
    for piece in pieces {
      // One by one: a slice of the array would make the append copy all of it.
      for position in piece.tokens { tokens.append(tokens[position]) }
    }
    isTarget += repeatElement(false, count: tokens.count - start)
    return start..<tokens.count
  }

  /// Marks what is learned of the pieces, which stand together from `start` on, and counts it.
  private mutating func markTargets(_ pieces: [SamplePiece], from start: Int) -> Int {
    var position = start
    var count = 0
    for piece in pieces {
      // Nothing precedes the first token.
      if piece.isLearned {
        for target in max(position, start + 1)..<max(position + piece.tokens.count, start + 1) {
          isTarget[target] = true
          count += 1
        }
      }
      position += piece.tokens.count
    }
    return count
  }
}
