import Tokenization

/// The prompt side of samples: the same for training, for evaluation and for a prompt asked by itself.
public struct PromptEncoder<Tokenizer: TextEncoder> {
  private let tokenizer: Tokenizer
  private let options: SampleEncodingOptions
  /// What follows every prompt: its EOS and the separator.
  private let end: [Int32]

  /// - Parameter source: what the prompts belong to, for messages.
  /// - Throws: `FineTuningError` when the tokenizer lacks an end of sequence that the options ask for.
  public init(_ options: SampleEncodingOptions, tokenizer: Tokenizer, source: String) throws {
    if (options.addEOSToPrompt || options.addEOSToAnswer) && tokenizer.endOfSequenceID == nil {
      throw FineTuningError(
        "cannot encode \(source): the tokenizer has no end-of-sequence piece; set dataset.add_eos_token_to_prompt and "
          + "dataset.add_eos_token_to_answer to False, or use another tokenizer")
    }
    self.tokenizer = tokenizer
    self.options = options
    let endOfSequence = tokenizer.endOfSequenceID.map { [$0] } ?? []
    end = try (options.addEOSToPrompt ? endOfSequence : []) + tokenizer.encode(marker: options.answerSeparator, "")
  }

  /// The whole prompt side: markers and EOS, nothing cut.
  public func encode(_ prompt: String) throws -> [Int32] {
    try tokenizer.encode(marker: options.promptStart, prompt) + end
  }

  /// The part of a prompt side to generate from: bounded by `maxLength` too, but by nothing that an answer takes.
  public func kept(of promptSide: [Int32]) -> ArraySlice<Int32> { promptSide.suffix(longest) }

  /// The most tokens that are kept.
  public var longest: Int { min(options.maxLengthPrompt, options.maxLength) }
}
