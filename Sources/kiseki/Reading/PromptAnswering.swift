import CommandLine
import FineTuning
import Foundation
import LanguageModels
import Tokenization

/// Answers prompts as the evaluations of a run do: encoded as in training, tokens chosen by the settings.
struct PromptAnswering {
  /// What is asked, and what stands in front of it.
  struct Question {
    var prompt: String
    /// Oldest first.
    var earlier: [ConversationTurn] = []
    var system = ""
  }

  struct Answer {
    let text: String
    /// New tokens, an end of sequence included.
    let tokenCount: Int
    /// Tokens of the prompt that the length limits cut off.
    let cutCount: Int
    /// Earlier turns there was no room for.
    let leftOutTurnCount: Int
    let ending: Continuation.Ending
  }

  private let tokenizer: SentencePieceTokenizer
  private let encoder: ConversationEncoder<SentencePieceTokenizer>
  private let generator: Generator
  private let options: GenerationOptions
  private let maximumPositions: Int

  /// - Parameters:
  ///   - seed: what draws depend on; the run's unless given.
  ///   - batchSize: prompts that are answered at once; never changes an answer.
  init(_ recorded: RecordedModel, seed: UInt64? = nil, batchSize: Int = 1) throws {
    tokenizer = recorded.tokenizer
    encoder = try ConversationEncoder(
      SampleEncodingOptions(recorded.configuration), tokenizer: tokenizer, source: "the prompt")
    maximumPositions = recorded.model.architecture.maximumPositions
    var options = try GenerationOptions(
      recorded.configuration, endOfSequenceIDs: EndOfSequence(recorded.model.architecture, tokenizer).ids,
      stopWords: StopWords(recorded.configuration.stopWords, tokenizer: tokenizer))
    options.batchSize = batchSize
    if let seed { options.sampling?.seed = seed }
    self.options = options
    generator = try Generator(
      recorded.model, options: options, longestPrompt: min(encoder.longest, maximumPositions - 1))
  }

  /// The most tokens of a prompt with turns in front of it: the model's positions have to do for an answer, too.
  private var conversationLimit: Int {
    maximumPositions - max(1, min(options.maximumNewTokens, maximumPositions / 2))
  }

  /// - Parameters:
  ///   - occurrence: how often it was asked before: where tokens are drawn, each time draws numbers of its own.
  ///   - isStopping: asked again and again while the answer grows.
  ///   - show: gets the text piece by piece as it becomes certain; with beams, when all is.
  /// - Throws: `CommandFailure` when the prompt is no tokens or too many.
  func answer(
    _ question: Question, occurrence: Int = 0, isStopping: () -> Bool = { false }, show: (String) -> Void = { _ in }
  ) throws -> Answer {
    let prompt = try encoded(question)
    var stream = StreamingDecoder(tokenizer)
    var shown = ShownText(options.stopWords)
    var failure: (any Error)?
    /// Whether to go on.
    func take(_ token: Int32) -> Bool {
      guard !options.endOfSequenceIDs.contains(token) else { return true }
      do {
        show(shown.append(try stream.append(token)))
        return true
      } catch {
        failure = error
        return false
      }
    }
    let continuation = generator.generate(
      [prompt.tokens], rowNumbers: [DrawNumbers.number(prompt.tokens, occurrence: occurrence)], eachToken: { take($1) },
      isStopping: isStopping)[0]
    if let failure { throw failure }
    show(shown.append(try stream.finish()) + shown.finish())
    let answer = try answer(continuation, prompt)
    // Beams that were stopped had not told of any token yet.
    if answer.ending == .interruption, options.beamCount > 1 { show(answer.text) }
    return answer
  }

  /// Answers several prompts at once.
  ///
  /// - Parameter numbers: of the prompts before these.
  /// - Returns: the answers up to the first prompt that is none, and why it is none.
  func answers(
    _ questions: [Question], _ numbers: inout DrawNumbers
  ) throws -> (answers: [Answer], failure: (any Error)?) {
    var prompts: [ConversationEncoder<SentencePieceTokenizer>.Prompt] = []
    var failure: (any Error)?
    for question in questions where failure == nil {
      do { prompts.append(try encoded(question)) } catch { failure = error }
    }
    let continuations = generator.generate(
      prompts.map(\.tokens), rowNumbers: prompts.map { numbers.next($0.tokens) })
    return (try zip(continuations, prompts).map(answer), failure)
  }

  private func encoded(_ question: Question) throws -> ConversationEncoder<SentencePieceTokenizer>.Prompt {
    let isConversation = !question.earlier.isEmpty || !question.system.isEmpty
    let prompt = try encoder.encode(
      question.prompt, after: question.earlier, system: question.system,
      limit: isConversation ? conversationLimit : .max)
    guard !prompt.tokens.isEmpty else {
      throw CommandFailure("cannot answer an empty prompt: it has no tokens. Write something.")
    }
    guard prompt.tokens.count < maximumPositions else {
      throw CommandFailure(
        "cannot answer: the prompt has \(prompt.tokens.count) tokens, and the model has \(maximumPositions) positions "
          + "for prompt and answer together. Shorten the prompt.")
    }
    return prompt
  }

  private func answer(
    _ continuation: Continuation, _ prompt: ConversationEncoder<SentencePieceTokenizer>.Prompt
  ) throws -> Answer {
    let text = try tokenizer.decode(
      generated: continuation.tokens.filter { !options.endOfSequenceIDs.contains($0) })
    return Answer(
      text: options.stopWords?.cut(text) ?? text, tokenCount: continuation.tokens.count, cutCount: prompt.cutCount,
      leftOutTurnCount: prompt.leftOutTurnCount, ending: continuation.ending)
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
