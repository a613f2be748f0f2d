import Tensors

/// The beams of all slots: which go on, and which continuations are complete.
///
/// As in `generate` of Transformers with length penalty 1 and early stopping off: a beam's score is the sum of the
/// log-probabilities of its new tokens, a complete continuation's is that sum over their number; only the best
/// `beamCount` candidates may complete one; and a prompt is done when `beamCount` are complete and the best beam that goes
/// on is, by its score so far, no better than the worst of them.
final class BeamSearch {
  private struct Finished {
    var score: Float = 0
    var length = 0
    /// Its place in the buffer.
    var place = 0
    var ending = Continuation.Ending.endOfSequence
  }

  private struct Child {
    var parent: Int32 = 0
    var token: Int32 = 0
    var score: Float = 0
    var stopState: Int32 = 0
  }

  private let choice: TokenChoice
  private let decoder: Decoder
  private let beamCount: Int
  /// [slots * beams], of each beam that goes on.
  private var scores: [Float]
  private var stopStates: [Int32]
  /// [slots * beams], the best of a slot first; all places of a slot occur, those not yet used among them.
  private var finished: [Finished]
  /// [beams]
  private var heads: [Int]
  private var children: [Child]
  private var parents: [Int32]

  init(_ choice: TokenChoice, _ decoder: Decoder) {
    self.choice = choice
    self.decoder = decoder
    let shape = decoder.shape
    beamCount = shape.beamCount
    scores = Array(repeating: 0, count: shape.sequenceCount)
    stopStates = Array(repeating: 0, count: shape.sequenceCount)
    finished = Array(repeating: Finished(), count: shape.sequenceCount)
    heads = Array(repeating: 0, count: beamCount)
    children = Array(repeating: Child(), count: beamCount)
    parents = Array(repeating: 0, count: beamCount)
  }

  /// Before a prompt's first choice there is one beam, and nothing in it.
  func begin(_ row: inout GrowingRow, slot: Int) {
    row.liveCount = 1
    row.finishedCount = 0
    row.turn = 0
    scores[slot * beamCount] = 0
    stopStates[slot * beamCount] = StopWords.start
    for place in 0..<beamCount { finished[slot * beamCount + place].place = place }
  }

  /// Goes one token further from the candidates of a slot's beams; false when the prompt is done.
  func advance(_ row: inout GrowingRow, slot: Int, timeIsUp: Bool) -> Bool {
    let first = slot * beamCount
    let length = row.newCount + 1
    let isLast = timeIsUp || length >= row.limit
    for beam in 0..<row.liveCount { heads[beam] = 0 }
    var childCount = 0
    for rank in 0..<max(2, choice.options.endOfSequenceIDs.count + 1) * beamCount {
      guard let (parent, token, score) = nextCandidate(slot, row.liveCount) else { break }
      let state = choice.options.stopWords?.advance(stopStates[first + parent], by: token) ?? StopWords.start
      let ending: Continuation.Ending? =
        choice.isEnd(token)
        ? .endOfSequence
        : state == StopWords.found
          ? .stopWord : isLast ? (length < row.limit ? .time : row.isClamped ? .positions : .length) : nil
      if let ending {
        if rank < beamCount {
          finish(&row, slot, parent: parent, token: token, score: score / Float(length), ending)
        }
      } else if childCount < beamCount {
        children[childCount] = Child(parent: Int32(parent), token: token, score: score, stopState: state)
        childCount += 1
      }
    }
    if childCount == 0 { return false }
    if row.finishedCount == beamCount,
      !(children[0].score / Float(length) > finished[first + beamCount - 1].score)
    {
      return false
    }
    branch(&row, slot, childCount)
    return true
  }

  /// The best candidate not yet taken, the lower beam first among equals.
  private func nextCandidate(_ slot: Int, _ liveCount: Int) -> (beam: Int, token: Int32, score: Float)? {
    var best: (beam: Int, token: Int32, score: Float)?
    for beam in 0..<liveCount where heads[beam] < choice.memory.candidateCount {
      let sequence = slot * beamCount + beam
      let (logs, tokens) = choice.candidates(sequence)
      let score = scores[sequence] + logs[heads[beam]]
      if score > (best?.score ?? -.infinity) { best = (beam, tokens[heads[beam]], score) }
    }
    if let best { heads[best.beam] += 1 }
    return best
  }

  /// Puts a complete continuation among the best `beamCount` of its slot, if it belongs there.
  private func finish(
    _ row: inout GrowingRow, _ slot: Int, parent: Int, token: Int32, score: Float, _ ending: Continuation.Ending
  ) {
    let first = slot * beamCount
    var index = row.finishedCount
    while index > 0, score > finished[first + index - 1].score { index -= 1 }
    guard index < beamCount else { return }
    row.finishedCount = min(beamCount, row.finishedCount + 1)
    // The place of the one that falls out, or one not used yet.
    let place = finished[first + row.finishedCount - 1].place
    for later in stride(from: row.finishedCount - 1, to: index, by: -1) {
      finished[first + later] = finished[first + later - 1]
    }
    finished[first + index] = Finished(score: score, length: row.newCount + 1, place: place, ending: ending)
    let tokens = choice.finishedTokens(slot, place)
    tokens.update(from: choice.newTokens(first + parent, turn: row.turn), count: row.newCount)
    tokens[row.newCount] = token
  }

  /// The children take the places of the beams.
  private func branch(_ row: inout GrowingRow, _ slot: Int, _ count: Int) {
    let first = slot * beamCount
    for beam in 0..<count {
      let child = children[beam]
      let tokens = choice.newTokens(first + beam, turn: 1 - row.turn)
      tokens.update(from: choice.newTokens(first + Int(child.parent), turn: row.turn), count: row.newCount)
      tokens[row.newCount] = child.token
      scores[first + beam] = child.score
      stopStates[first + beam] = child.stopState
      parents[beam] = child.parent
    }
    decoder.branch(slot: slot, parents: parents, count: count)
    row.turn = 1 - row.turn
    row.newCount += 1
    row.liveCount = count
  }

  /// The best complete continuation of a slot, or the best beam when none is complete.
  func best(_ row: GrowingRow, slot: Int) -> Continuation {
    let first = slot * beamCount
    guard row.finishedCount > 0 else {
      return Continuation(
        tokens: Array(UnsafeBufferPointer(start: choice.newTokens(first, turn: row.turn), count: row.newCount)),
        ending: .interruption)
    }
    let best = finished[first]
    return Continuation(
      tokens: Array(UnsafeBufferPointer(start: choice.finishedTokens(slot, best.place), count: best.length)),
      ending: best.ending)
  }
}
