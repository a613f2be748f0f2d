/// One row as tokens: a view into an `EncodedDataset`.
public struct EncodedSample: Sendable {
  /// The row's index in its file, from 0.
  public let row: Int
  /// The sequence to train on, cut to `maxLength`.
  public let tokens: ArraySlice<Int32>
  /// By token, whether it is to be predicted from those in front of it; never the first, which nothing precedes.
  public let isTarget: ArraySlice<Bool>
  /// How many of `tokens` belong to the prompt side.
  public let promptTokenCount: Int
  /// The prompt side to generate from, not shortened by the answer.
  public let promptTokens: ArraySlice<Int32>
}

/// All samples of one file or split, encoded once, in a few flat arrays.
public struct EncodedDataset: Sendable {
  public private(set) var truncation = TruncationCounts()
  /// Lengths before anything was cut, markers and EOS counted.
  public private(set) var lengths = SampleLengths()

  private var rows: [Int] = []
  /// Per sample its prompt side, then its answer.
  private var tokens: [Int32] = []
  private var isTarget: [Bool] = []
  private var spans: [Span] = []

  /// Where a sample's tokens are.
  private struct Span {
    var start: Int
    /// First token of the sequence to train on: `maxLength` may cut the prompt side.
    var sequenceStart: Int
    var answerStart: Int
    var end: Int
    var targetCount: Int
  }

  public var count: Int { spans.count }

  public subscript(sample: Int) -> EncodedSample {
    let span = spans[sample]
    return EncodedSample(
      row: rows[sample], tokens: tokens[span.sequenceStart..<span.end],
      isTarget: isTarget[span.sequenceStart..<span.end],
      promptTokenCount: max(0, span.answerStart - span.sequenceStart),
      promptTokens: tokens[span.start..<span.answerStart])
  }

  /// Tokens to train on of one sample.
  public func tokenCount(of sample: Int) -> Int { spans[sample].end - spans[sample].sequenceStart }

  /// Tokens to predict of one sample, at least one.
  public func targetCount(of sample: Int) -> Int { spans[sample].targetCount }

  /// Tokens of the longest sequence.
  public var longestSequence: Int { spans.reduce(0) { max($0, $1.end - $1.sequenceStart) } }

  /// The first sample with more tokens than `limit`.
  public func firstSample(longerThan limit: Int) -> EncodedSample? {
    spans.firstIndex { $0.end - $0.sequenceStart > limit }.map { self[$0] }
  }

  /// Tokens of the longest prompt side.
  public var longestPrompt: Int { spans.reduce(0) { max($0, $1.answerStart - $1.start) } }

  /// Encodes rows in their order.
  ///
  /// - Parameter source: the file's name, for messages.
  /// - Throws: `FineTuningError` when a sample has nothing to learn or the tokenizer lacks an end of sequence that the
  ///   options ask for.
  public init(
    _ textRows: [TextRow], source: String, tokenizer: some TextEncoder, options: SampleEncodingOptions
  ) throws {
    let prompts = try PromptEncoder(options, tokenizer: tokenizer, source: source)
    let answerEnd = options.addEOSToAnswer ? tokenizer.endOfSequenceID.map { [$0] } ?? [] : []

    rows.reserveCapacity(textRows.count)
    spans.reserveCapacity(textRows.count)
    for row in textRows {
      let promptSide = try prompts.encode(row.prompt)
      let answer = try tokenizer.encode(row.answer)
      append(
        row.row, promptSide: promptSide, prompt: prompts.kept(of: promptSide), answer: answer, answerEnd: answerEnd,
        options: options)
      guard spans[count - 1].targetCount > 0 else {
        throw FineTuningError(
          "cannot train on row \(row.row + 1) of \(source): cut to at most \(options.maxLength) tokens, it has none to "
            + "predict; lengthen tokenizer.max_length or remove the row")
      }
    }
  }

  private mutating func append(
    _ row: Int, promptSide: [Int32], prompt: ArraySlice<Int32>, answer: [Int32], answerEnd: [Int32],
    options: SampleEncodingOptions
  ) {
    let answerLength = answer.count + answerEnd.count
    lengths.append(prompt: promptSide.count, answer: answerLength)

    let promptCut = max(0, promptSide.count - options.maxLengthPrompt)
    let answerCut = min(answer.count, max(0, answerLength - options.maxLengthAnswer))
    let joined = promptSide.count - promptCut + answerLength - answerCut
    let joinedCut = max(0, joined - options.maxLength)
    truncation.prompt.add(promptCut)
    truncation.answer.add(answerCut)
    truncation.joined.add(joinedCut)

    let start = tokens.count
    tokens += prompt
    tokens += answer.dropLast(answerCut)
    tokens += answerEnd
    let answerStart = start + prompt.count
    let sequenceStart = max(start, tokens.count - options.maxLength)
    let firstTarget = max(sequenceStart + 1, options.maskPromptLabels ? answerStart : 0)
    for position in start..<tokens.count { isTarget.append(position >= firstTarget) }
    rows.append(row)
    spans.append(
      Span(
        start: start, sequenceStart: sequenceStart, answerStart: answerStart, end: tokens.count,
        targetCount: max(0, tokens.count - firstTarget)))
  }
}
