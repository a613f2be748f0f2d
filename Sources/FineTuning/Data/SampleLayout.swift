/// Where a turn's tokens are: its prompt side, then its answer.
struct TurnSpan {
  var start: Int
  var answerStart: Int
  var end: Int

  var count: Int { end - start }
}

/// Tokens that stand together in a dataset, all of them learned or none.
struct SamplePiece {
  var tokens: Range<Int>
  var isLearned: Bool
}

/// How turns become one sequence: their order, what is learned, and the cut to the whole length.
struct SampleLayout {
  let options: SampleEncodingOptions

  /// The sequence to train on.
  ///
  /// - Parameters:
  ///   - system: the tokens of the system text.
  ///   - turns: oldest first.
  ///   - pieces: gets the sequence in place of what it holds.
  func place(system: Range<Int>, turns: some BidirectionalCollection<TurnSpan>, in pieces: inout [SamplePiece]) {
    let learnsPrompts = !options.maskPromptLabels && !options.onlyLastAnswer
    var room = max(0, options.maxLength - system.count)
    pieces.removeAll(keepingCapacity: true)
    var isLast = true
    // From the right, until there is no room for more.
    for turn in turns.reversed() {
      Self.add(turn.answerStart..<turn.end, isLearned: isLast || !options.onlyLastAnswer, &room, &pieces)
      Self.add(turn.start..<turn.answerStart, isLearned: learnsPrompts, &room, &pieces)
      isLast = false
    }
    finish(system, isLearned: learnsPrompts, &pieces)
  }

  /// The sequence to generate from: as that to train on, without the last answer.
  func placePrompt(system: Range<Int>, turns: some BidirectionalCollection<TurnSpan>, in pieces: inout [SamplePiece]) {
    var room = max(0, options.maxLength - system.count)
    pieces.removeAll(keepingCapacity: true)
    var isLast = true
    for turn in turns.reversed() {
      if !isLast { Self.add(turn.answerStart..<turn.end, isLearned: false, &room, &pieces) }
      Self.add(turn.start..<turn.answerStart, isLearned: false, &room, &pieces)
      isLast = false
    }
    finish(system, isLearned: false, &pieces)
  }

  private static func add(_ tokens: Range<Int>, isLearned: Bool, _ room: inout Int, _ pieces: inout [SamplePiece]) {
    let count = min(tokens.count, room)
    guard count > 0 else { return }
    pieces.append(SamplePiece(tokens: tokens.upperBound - count..<tokens.upperBound, isLearned: isLearned))
    room -= count
  }

  private func finish(_ system: Range<Int>, isLearned: Bool, _ pieces: inout [SamplePiece]) {
    let kept = system.prefix(options.maxLength)
    if !kept.isEmpty { pieces.append(SamplePiece(tokens: kept, isLearned: isLearned)) }
    pieces.reverse()
  }
}
