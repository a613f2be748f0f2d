import Tokenization

/// A text as tokens and how many of them its own limit cut off.
struct CutTokens {
  let tokens: [Int32]
  let cutCount: Int

  /// Before the cut.
  var uncutCount: Int { tokens.count + cutCount }
}

/// Turns and system texts as tokens, each cut to its own limit.
struct TurnEncoder<Tokenizer: TextEncoder> {
  private let prompts: PromptEncoder<Tokenizer>
  private let tokenizer: Tokenizer
  private let options: SampleEncodingOptions
  private let source: String
  private let answerEnd: [Int32]

  /// - Parameter source: the file's name, for messages.
  /// - Throws: `FineTuningError` when the tokenizer lacks an end of sequence that the options ask for.
  init(_ options: SampleEncodingOptions, tokenizer: Tokenizer, source: String) throws {
    prompts = try PromptEncoder(options, tokenizer: tokenizer, source: source)
    self.options = options
    self.tokenizer = tokenizer
    self.source = source
    answerEnd = options.addEOSToAnswer ? tokenizer.endOfSequenceID.map { [$0] } ?? [] : []
  }

  /// The last tokens of the prompt side.
  func prompt(_ text: String) throws -> CutTokens {
    let side = try prompts.encode(text)
    let kept = side.suffix(options.maxLengthPrompt)
    return CutTokens(tokens: Array(kept), cutCount: side.count - kept.count)
  }

  /// The first tokens of the answer, with its end.
  func answer(_ text: String) throws -> CutTokens {
    Self.first(try tokenizer.encode(text), end: answerEnd, limit: options.maxLengthAnswer)
  }

  /// The first tokens of a system text, with its end; nothing for an empty text.
  func system(_ text: String) throws -> CutTokens {
    guard !text.isEmpty else { return CutTokens(tokens: [], cutCount: 0) }
    var end: [Int32] = []
    if options.addEOSToSystem {
      guard let id = tokenizer.endOfSequenceID else {
        throw FineTuningError(
          "cannot encode \(source): the tokenizer has no end-of-sequence piece; set dataset.add_eos_token_to_system to "
            + "False, or use another tokenizer")
      }
      end = [id]
    }
    return Self.first(
      try tokenizer.encode(marker: options.systemStart, text), end: end, limit: options.maxLengthPrompt)
  }

  private static func first(_ tokens: [Int32], end: [Int32], limit: Int) -> CutTokens {
    let kept = tokens.prefix(max(0, limit - end.count))
    return CutTokens(tokens: kept + end, cutCount: tokens.count - kept.count)
  }
}
