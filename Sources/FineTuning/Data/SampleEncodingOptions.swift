/// How a row's text becomes a sample: the markers around it and the lengths it is cut to.
///
/// A sample is `promptStart + prompt [+ EOS] + answerSeparator`, the prompt side, then `answer [+ EOS]`. There is no
/// beginning of sequence. The prompt with its start, the separator and the answer are each encoded as a string of its
/// own.
public struct SampleEncodingOptions: Sendable, Hashable {
  /// Marker in front of the prompt.
  public let promptStart: String
  /// Marker between prompt and answer.
  public let answerSeparator: String
  public let addEOSToPrompt: Bool
  public let addEOSToAnswer: Bool
  /// Whether only the answer, with its EOS, is learned; otherwise the prompt side is too.
  public let maskPromptLabels: Bool
  /// Tokens kept of the whole prompt side, its last ones: markers and EOS count, as in H2O LLM Studio.
  public let maxLengthPrompt: Int
  /// Tokens kept of the answer, its first ones; the EOS counts and is never cut.
  public let maxLengthAnswer: Int
  /// Tokens kept of prompt side and answer together, the last ones.
  public let maxLength: Int

  public init(
    promptStart: String = "", answerSeparator: String = "", addEOSToPrompt: Bool = true,
    addEOSToAnswer: Bool = true,
    maskPromptLabels: Bool = true, maxLengthPrompt: Int, maxLengthAnswer: Int, maxLength: Int
  ) {
    precondition(
      maxLengthPrompt > 0 && maxLengthAnswer > 0 && maxLength > 0,
      "lengths of \(maxLengthPrompt), \(maxLengthAnswer) and \(maxLength) tokens are not all positive")
    self.promptStart = promptStart
    self.answerSeparator = answerSeparator
    self.addEOSToPrompt = addEOSToPrompt
    self.addEOSToAnswer = addEOSToAnswer
    self.maskPromptLabels = maskPromptLabels
    self.maxLengthPrompt = maxLengthPrompt
    self.maxLengthAnswer = maxLengthAnswer
    self.maxLength = maxLength
  }
}
