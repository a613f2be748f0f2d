import CommandLine
import FineTuning
import Foundation
import LanguageModels
import Tables
import Tokenization

/// Answers prompts as the evaluations of a run do: encoded as in training, tokens chosen by the run's settings.
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
  private let stopWords: StopWords?
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
    stopWords = try StopWords(recorded.configuration.stopWords, tokenizer: tokenizer)
    var options = GenerationOptions(
      recorded.configuration, endOfSequenceIDs: endOfSequenceIDs, stopWords: stopWords)
    options.minimumNewTokens = min(prediction.minLengthInference, most)
    options.maximumNewTokens = most
    options.batchSize = 1
    generator = try Generator(
      recorded.model, options: options, longestPrompt: min(encoder.longest, maximumPositions - 1))
  }

  /// - Parameters:
  ///   - number: the prompt's place among those asked: where tokens are drawn, every prompt draws numbers of its own.
  ///   - show: gets the text piece by piece as it becomes certain; with beams, when all is.
  /// - Throws: `CommandFailure` when the prompt is no tokens or too many.
  func answer(_ prompt: String, number: Int = 0, show: (String) -> Void = { _ in }) throws -> Answer {
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
    var shown = ShownText(stopWords)
    var failure: (any Error)?
    let continuation = generator.generate([tokens], rowNumbers: [number]) { _, token in
      guard !endOfSequenceIDs.contains(token) else { return true }
      do {
        show(shown.append(try stream.append(token)))
        return true
      } catch {
        failure = error
        return false
      }
    }[0]
    if let failure { throw failure }
    show(shown.append(try stream.finish()) + shown.finish())
    let text = try tokenizer.decode(generated: continuation.tokens.filter { !endOfSequenceIDs.contains($0) })
    return Answer(
      prompt: prompt, text: stopWords?.cut(text) ?? text, tokenCount: continuation.tokens.count,
      cutCount: side.count - tokens.count,
      wasClamped: continuation.wasClamped)
  }
}

/// The part of a growing answer that can be shown: nothing of a stop word, be it half there.
private struct ShownText {
  private let stopWords: StopWords?
  private var text = ""
  private var shownCount = 0

  init(_ stopWords: StopWords?) { self.stopWords = stopWords }

  /// - Returns: what can be shown more with this piece.
  mutating func append(_ piece: String) -> String {
    text += piece
    return advance(to: stopWords?.settled(text) ?? text)
  }

  /// What was held back for a stop word that did not come.
  mutating func finish() -> String { advance(to: stopWords?.cut(text) ?? text) }

  private mutating func advance(to text: String) -> String {
    defer { shownCount = text.utf8.count }
    return String(decoding: text.utf8.dropFirst(shownCount), as: UTF8.self)
  }
}
