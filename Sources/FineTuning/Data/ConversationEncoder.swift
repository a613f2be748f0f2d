/// One turn of a conversation: what was asked and answered.
public struct ConversationTurn: Sendable, Hashable {
  public let prompt: String
  public let answer: String

  public init(prompt: String, answer: String) {
    self.prompt = prompt
    self.answer = answer
  }
}

/// Encodes a conversation that goes on as training encodes its samples: system text, earlier turns, then the prompt.
///
/// Where there is no room for all, the oldest turns go, each as a whole: half a turn was never asked.
public struct ConversationEncoder<Tokenizer: TextEncoder> {
  /// A sequence to generate from.
  public struct Prompt: Sendable {
    public let tokens: [Int32]
    /// Tokens of the last prompt that the length limits cut off.
    public let cutCount: Int
    /// Earlier turns there was no room for, the oldest ones.
    public let leftOutTurnCount: Int
  }

  private let encoder: TurnEncoder<Tokenizer>
  private let options: SampleEncodingOptions

  /// - Parameter source: what the texts belong to, for messages.
  /// - Throws: `FineTuningError` when the tokenizer lacks an end of sequence that the options ask for.
  public init(_ options: SampleEncodingOptions, tokenizer: Tokenizer, source: String) throws {
    self.options = options
    encoder = try TurnEncoder(options, tokenizer: tokenizer, source: source)
  }

  /// The most tokens a sequence can have.
  public var longest: Int { options.maxLength }

  /// - Parameters:
  ///   - earlier: oldest first.
  ///   - system: empty for none.
  ///   - limit: the most tokens, where that is less than `longest`.
  public func encode(
    _ text: String, after earlier: [ConversationTurn] = [], system: String = "", limit: Int = .max
  ) throws -> Prompt {
    let most = min(options.maxLength, limit)
    let own = try encoder.prompt(text)
    let front = try encoder.system(system).tokens.prefix(most)
    let kept = own.tokens.suffix(most - front.count)
    var room = most - front.count - kept.count
    var pieces: [[Int32]] = []
    for turn in earlier.reversed() {
      let tokens = try encoder.prompt(turn.prompt).tokens + encoder.answer(turn.answer).tokens
      guard tokens.count <= room else { break }
      room -= tokens.count
      pieces.append(tokens)
    }
    return Prompt(
      tokens: Array(front) + pieces.reversed().joined() + kept, cutCount: own.uncutCount - kept.count,
      leftOutTurnCount: earlier.count - pieces.count)
  }
}
