/// One row as tokens: a view into an `EncodedDataset`.
public struct EncodedSample: Sendable {
  /// The row's index in its file, from 0.
  public let row: Int
  /// The sequence to train on, cut to `maxLength`.
  public let tokens: ArraySlice<Int32>
  /// By token, whether it is to be predicted from those in front of it; never the first, which nothing precedes.
  public let isTarget: ArraySlice<Bool>
  /// How many of `tokens` stand in front of the last answer.
  public let promptTokenCount: Int
  /// The sequence to generate from, not shortened by the answer.
  public let promptTokens: ArraySlice<Int32>
}

/// All samples of one file or split, encoded once, in a few flat arrays.
public struct EncodedDataset: Sendable {
  public internal(set) var truncation = TruncationCounts()
  /// Lengths before anything was cut, markers and EOS counted.
  public internal(set) var lengths = SampleLengths()

  let layout: SampleLayout
  var rows: [Int] = []
  /// The turns; then system texts and what was put together.
  var tokens: [Int32] = []
  var isTarget: [Bool] = []
  var spans: [SampleSpan] = []
  var turns: [TurnSpan] = []
  /// By turn, the turn in front of it; empty when no row continues another.
  var previousTurns: [Int?] = []

  /// Where a sample's tokens are.
  struct SampleSpan {
    /// The sequence to generate from.
    var prompt: Range<Int>
    /// The sequence to train on.
    var sequence: Range<Int>
    var answerCount: Int
    var targetCount: Int
    /// The row's own turn.
    var turn: Int
    var system: Range<Int>
  }

  init(layout: SampleLayout) { self.layout = layout }

  public var count: Int { spans.count }

  public subscript(sample: Int) -> EncodedSample {
    let span = spans[sample]
    return EncodedSample(
      row: rows[sample], tokens: tokens[span.sequence], isTarget: isTarget[span.sequence],
      promptTokenCount: max(0, span.sequence.count - span.answerCount), promptTokens: tokens[span.prompt])
  }

  /// Tokens to train on of one sample.
  public func tokenCount(of sample: Int) -> Int { spans[sample].sequence.count }

  /// Tokens to predict of one sample, at least one.
  public func targetCount(of sample: Int) -> Int { spans[sample].targetCount }

  /// Tokens of the longest sequence.
  public var longestSequence: Int { spans.reduce(0) { max($0, $1.sequence.count) } }

  /// The first sample with more tokens than `limit`.
  public func firstSample(longerThan limit: Int) -> EncodedSample? {
    spans.firstIndex { $0.sequence.count > limit }.map { self[$0] }
  }

  /// Tokens of the longest sequence to generate from.
  public var longestPrompt: Int { spans.reduce(0) { max($0, $1.prompt.count) } }
}
