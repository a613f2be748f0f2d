import CommandLine
import FineTuning
import Foundation
import LanguageModels
import Tables
import Tokenization

/// Answers prompts as the evaluations of a run do: encoded as in training, the likeliest token each time.
struct PromptAnswering {
  struct Answer {
    let prompt: String
    let text: String
    /// New tokens, an end of sequence included.
    let tokenCount: Int
    /// Tokens of the prompt that its limit cut off.
    let cutCount: Int
    /// The model's positions ran out.
    let wasClamped: Bool
  }

  private let tokenizer: SentencePieceTokenizer
  private let encoder: PromptEncoder<SentencePieceTokenizer>
  private let generator: Generator
  private let endOfSequenceIDs: [Int32]
  private let maximumPositions: Int

  /// - Parameter maximumNewTokens: `nil` for as many as the run's evaluations allowed.
  init(_ recorded: RecordedModel, maximumNewTokens: Int?) throws {
    let prediction = recorded.configuration.prediction
    let most = maximumNewTokens ?? prediction.maxLengthInference
    tokenizer = recorded.tokenizer
    encoder = try PromptEncoder(
      SampleEncodingOptions(recorded.configuration), tokenizer: tokenizer, source: "the prompt")
    maximumPositions = recorded.model.architecture.maximumPositions
    endOfSequenceIDs = EndOfSequence(recorded.model.architecture, tokenizer).ids
    generator = try Generator(
      recorded.model,
      options: GenerationOptions(
        minimumNewTokens: min(prediction.minLengthInference, most), maximumNewTokens: most,
        endOfSequenceIDs: endOfSequenceIDs),
      longestPrompt: min(encoder.longest, maximumPositions - 1))
  }

  /// - Parameter show: gets the text piece by piece as it becomes certain.
  /// - Throws: `CommandFailure` when the prompt is no tokens or too many.
  func answer(_ prompt: String, show: (String) -> Void = { _ in }) throws -> Answer {
    let side = try encoder.encode(prompt)
    let tokens = Array(encoder.kept(of: side))
    guard !tokens.isEmpty else {
      throw CommandFailure("cannot answer an empty prompt: it has no tokens. Write something.")
    }
    guard tokens.count < maximumPositions else {
      throw CommandFailure(
        "cannot answer: the prompt has \(tokens.count) tokens, and the model has \(maximumPositions) positions for "
          + "prompt and answer together. Shorten the prompt.")
    }
    var stream = StreamingDecoder(tokenizer)
    var failure: (any Error)?
    let continuation = generator.generate([tokens]) { _, token in
      guard !endOfSequenceIDs.contains(token) else { return true }
      do {
        show(try stream.append(token))
        return true
      } catch {
        failure = error
        return false
      }
    }[0]
    if let failure { throw failure }
    show(try stream.finish())
    return Answer(
      prompt: prompt,
      text: try tokenizer.decode(generated: continuation.tokens.filter { !endOfSequenceIDs.contains($0) }),
      tokenCount: continuation.tokens.count, cutCount: side.count - tokens.count,
      wasClamped: continuation.wasClamped)
  }
}
