/// How a row's text becomes a sample: the markers around it and the lengths it is cut to.
///
/// A turn is `promptStart + prompt [+ EOS] + answerSeparator`, the prompt side, then `answer [+ EOS]`. A sample is the
/// turns of a conversation one after another, behind `systemStart + system [+ EOS]` where there is a system text. There is
/// no beginning of sequence. System text and prompt with their starts, the separator and the answer are each encoded as a
/// string of its own.
public struct SampleEncodingOptions: Sendable, Hashable {
  /// Marker in front of the system text.
  public var systemStart = ""
  /// Marker in front of the prompt.
  public let promptStart: String
  /// Marker between prompt and answer.
  public let answerSeparator: String
  public var addEOSToSystem = true
  public let addEOSToPrompt: Bool
  public let addEOSToAnswer: Bool
  /// Whether only the answers, with their EOS, are learned; otherwise system text and prompt sides are too.
  public let maskPromptLabels: Bool
  /// Whether nothing but a sample's last answer is learned.
  public var onlyLastAnswer = false
  /// Tokens kept of a turn's whole prompt side, its last ones: markers and EOS count, as in H2O LLM Studio. Of a system
  /// text the first ones are kept, and its EOS is never cut.
  public let maxLengthPrompt: Int
  /// Tokens kept of a turn's answer, its first ones; the EOS counts and is never cut.
  public let maxLengthAnswer: Int
  /// Tokens kept of the whole sample, the last ones, with the system text over the first of them.
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
