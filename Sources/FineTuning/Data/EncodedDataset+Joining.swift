extension EncodedDataset {
  /// Adds the samples of another dataset, encoded with the same options, behind these.
  public mutating func append(_ other: EncodedDataset) {
    precondition(layout.options == other.layout.options, "datasets with different encoding options cannot be joined")
    let (tokenOffset, turnOffset) = (tokens.count, turns.count)
    func moved(_ range: Range<Int>) -> Range<Int> {
      range.lowerBound + tokenOffset..<range.upperBound + tokenOffset
    }
    if !previousTurns.isEmpty || !other.previousTurns.isEmpty {
      if previousTurns.isEmpty { previousTurns = Array(repeating: nil, count: turns.count) }
      previousTurns +=
        other.previousTurns.isEmpty
        ? Array(repeating: nil, count: other.turns.count) : other.previousTurns.map { $0.map { $0 + turnOffset } }
    }
    turns += other.turns.map { turn in
      TurnSpan(
        start: turn.start + tokenOffset, answerStart: turn.answerStart + tokenOffset, end: turn.end + tokenOffset)
    }
    spans += other.spans.map { span in
      SampleSpan(
        prompt: moved(span.prompt), sequence: moved(span.sequence), answerCount: span.answerCount,
        targetCount: span.targetCount, turn: span.turn + turnOffset, system: moved(span.system))
    }
    rows += other.rows
    tokens += other.tokens
    isTarget += other.isTarget
    truncation.add(other.truncation)
    lengths.append(other.lengths)
  }
}
