import Tensors

/// How continuations are chosen.
public struct GenerationOptions: Sendable {
  /// Until this many new tokens the end of sequence is not chosen.
  public var minimumNewTokens: Int
  public var maximumNewTokens: Int
  /// Each of them ends a continuation, and is part of it.
  public var endOfSequenceIDs: [Int32]
  /// Sequences decoded at once; never changes a result.
  public var batchSize: Int

  public init(
    minimumNewTokens: Int = 0, maximumNewTokens: Int, endOfSequenceIDs: [Int32], batchSize: Int = 1
  ) {
    self.minimumNewTokens = minimumNewTokens
    self.maximumNewTokens = maximumNewTokens
    self.endOfSequenceIDs = endOfSequenceIDs
    self.batchSize = batchSize
  }
}

/// What a prompt was continued with.
public struct Continuation: Sendable, Hashable {
  /// The new tokens, an end of sequence included.
  public var tokens: [Int32]
  /// The positions ran out before `maximumNewTokens` or the end of sequence.
  public var wasClamped: Bool
}

/// Continues prompts with a model, greedily: always the likeliest token.
public final class Generator {
  private let model: CausalLanguageModel
  private let decoder: Decoder
  private let options: GenerationOptions

  /// - Parameter longestPrompt: tokens of the longest prompt that will come.
  /// - Throws: `ModelError` when a prompt does not fit the model's positions; `TensorError` when memory is short.
  public init(_ model: CausalLanguageModel, options: GenerationOptions, longestPrompt: Int) throws {
    let positions = model.architecture.maximumPositions
    guard longestPrompt < positions else {
      throw ModelError(
        "cannot generate: a prompt has \(longestPrompt) tokens, and the model has \(positions) positions for prompt "
          + "and answer together. Shorten the prompt, or lower tokenizer.max_length_prompt.")
    }
    self.model = model
    self.options = options
    decoder = try Decoder(
      model, slotCount: max(1, options.batchSize),
      maximumLength: Self.maximumLength(options, longestPrompt: longestPrompt, positions: positions))
  }

  static func maximumLength(_ options: GenerationOptions, longestPrompt: Int, positions: Int) -> Int {
    longestPrompt + min(positions - longestPrompt, options.maximumNewTokens)
  }

  /// Continues every prompt, in order.
  ///
  /// - Parameters:
  ///   - prompts: token ids, none empty.
  ///   - eachToken: told of each new token as it comes, with the prompt's index; answers whether to go on.
  /// - Returns: one continuation per prompt; fewer when stopped.
  public func generate(
    _ prompts: [[Int32]], eachToken: (_ prompt: Int, _ token: Int32) -> Bool = { _, _ in true }
  ) -> [Continuation] {
    var finished = prompts.map { _ in Continuation(tokens: [], wasClamped: false) }
    var active: [(slot: Int, prompt: Int)] = []
    var free = Array((0..<decoder.slotCount).reversed())
    var next = 0
    while next < prompts.count || !active.isEmpty {
      while next < prompts.count, let slot = free.popLast() {
        decoder.read(prompts[next], slot: slot)
        let goesOn = choose(row: 0, for: next, length: prompts[next].count, &finished[next])
        if let last = finished[next].tokens.last, !eachToken(next, last) { return finished }
        if goesOn { active.append((slot, next)) } else { free.append(slot) }
        next += 1
      }
      if active.isEmpty { continue }
      decoder.step(active.map { finished[$0.prompt].tokens.last! }, slots: active.map(\.slot))
      var still: [(slot: Int, prompt: Int)] = []
      for (row, entry) in active.enumerated() {
        let goesOn = choose(
          row: row, for: entry.prompt, length: decoder.lengths[entry.slot], &finished[entry.prompt])
        if let last = finished[entry.prompt].tokens.last, !eachToken(entry.prompt, last) { return finished }
        if goesOn { still.append(entry) } else { free.append(entry.slot) }
      }
      active = still
    }
    return finished
  }

  /// Appends the likeliest next token; false when the continuation is complete.
  ///
  /// - Parameter length: tokens the sequence holds, without the one chosen here.
  private func choose(row: Int, for prompt: Int, length: Int, _ continuation: inout Continuation) -> Bool {
    if options.maximumNewTokens == 0 { return false }
    let logits = decoder.logits(row: row)
    let vocabulary = model.architecture.vocabularySize
    var best = Int32(model.engine.indexOfLargest(logits, count: vocabulary))
    let ends = options.endOfSequenceIDs
    if ends.contains(best), continuation.tokens.count < options.minimumNewTokens {
      best = likeliest(logits, vocabulary, except: ends)
    }
    continuation.tokens.append(best)
    if ends.contains(best) || continuation.tokens.count >= options.maximumNewTokens { return false }
    // The chosen token needs a position of its own before another can follow it.
    if length + 1 >= model.architecture.maximumPositions {
      continuation.wasClamped = true
      return false
    }
    return true
  }

  /// The first of the vocabulary when everything is excluded.
  private func likeliest(_ logits: UnsafePointer<Float>, _ count: Int, except excluded: [Int32]) -> Int32 {
    let ids = (0..<Int32(count)).lazy.filter { !excluded.contains($0) }
    return ids.reduce(ids.first ?? 0) { best, id in logits[Int(id)] > logits[Int(best)] ? id : best }
  }
}
