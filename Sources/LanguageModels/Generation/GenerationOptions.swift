/// How continuations are chosen.
public struct GenerationOptions: Sendable {
  /// Until this many new tokens the end of sequence is not chosen.
  public var minimumNewTokens: Int
  public var maximumNewTokens: Int
  /// Each of them ends a continuation, and is part of it.
  public var endOfSequenceIDs: [Int32]
  /// Prompts continued at once; never changes a result.
  public var batchSize: Int
  /// Continuations followed at once for each prompt: 1 is greedy, more is beam search.
  public var beamCount = 1
  /// For every token of prompt and continuation: logit / p where positive, else logit * p (Keskar et al.,
  /// arXiv:1909.05858). With beams the log-probability takes the place of the logit, as in Transformers.
  public var repetitionPenalty: Float = 1
  /// Draw instead of taking the likeliest; not with beams.
  public var sampling: SamplingOptions?
  /// Text that ends a continuation, and is part of it.
  public var stopWords: StopWords?
  /// Seconds a continuation may take, 0 for no limit. With a limit no two results need be alike.
  public var maximumSeconds = 0.0

  public init(
    minimumNewTokens: Int = 0, maximumNewTokens: Int, endOfSequenceIDs: [Int32], batchSize: Int = 1
  ) {
    self.minimumNewTokens = minimumNewTokens
    self.maximumNewTokens = maximumNewTokens
    self.endOfSequenceIDs = endOfSequenceIDs
    self.batchSize = batchSize
  }
}

/// How tokens are drawn: the logits divided by the temperature, then cut by `topK`, then by `topP`, then one draw.
public struct SamplingOptions: Sendable, Hashable {
  /// Above 0.
  public var temperature: Float
  /// Only this many likeliest tokens; 0 for all.
  public var topK: Int
  /// Only the likeliest tokens that together have this probability (Holtzman et al., arXiv:1904.09751).
  public var topP: Double
  /// Every draw depends on the seed, the number of its row and the place of the new token alone.
  public var seed: UInt64

  public init(temperature: Float = 1, topK: Int = 0, topP: Double = 1, seed: UInt64) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.seed = seed
  }
}

/// What a prompt was continued with.
public struct Continuation: Sendable, Hashable {
  /// Why it goes no further.
  public enum Ending: Sendable, Hashable {
    case endOfSequence
    case stopWord
    /// `maximumNewTokens` are there.
    case length
    /// The model's positions ran out before `maximumNewTokens`.
    case positions
    /// `maximumSeconds` are over.
    case time
    /// Whoever asked had enough.
    case interruption
  }

  /// The new tokens, an end of sequence and the tokens of a stop word included.
  public var tokens: [Int32]
  public var ending: Ending

  /// The positions ran out before `maximumNewTokens` or another end.
  public var wasClamped: Bool { ending == .positions }
}
