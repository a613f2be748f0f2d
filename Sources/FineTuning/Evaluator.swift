public import LanguageModels
public import Scores
public import Tensors
public import Tokenization

/// The rows a model is evaluated on: the text and its encoding, sample by sample.
public struct EvaluationData: Sendable {
  public let rows: [TextRow]
  public let encoded: EncodedDataset
  private let conversations: Conversations?

  /// - Parameter conversations: those the rows belong to; `nil` when every row stands alone.
  public init(rows: [TextRow], of conversations: Conversations? = nil, encoded: EncodedDataset) {
    precondition(rows.count == encoded.count, "\(rows.count) rows, but \(encoded.count) samples")
    self.rows = rows
    self.conversations = conversations
    self.encoded = encoded
  }

  /// What a person reads as the prompt of a row, the turns in front of it included.
  public func promptText(of row: TextRow) -> String { conversations?.promptText(of: row) ?? row.prompt }
}

/// Scores a model on held-out rows: loss, perplexity, and BLEU of what it answers.
///
/// Batch sizes are chosen here by the data alone, and decoding does not depend on them, so that no setting of speed
/// changes a score.
public final class Evaluator {
  private let model: CausalLanguageModel
  private let tokenizer: SentencePieceTokenizer
  private let data: EvaluationData
  private let bleu: BLEU
  private let pass: Pass
  /// The rows of each batch.
  private let packs: [Range<Int>]
  private let batch: PackedBatch
  /// The likeliest token at every target of a batch.
  private var likeliestTokens: [Int32]
  /// `nil`: only likelihoods are computed.
  private let generator: Generator?
  private let stopWords: StopWords?
  private let endOfSequenceIDs: [Int32]
  private let judge: Judge?

  /// Rows are packed up to this many tokens for the loss.
  static let tokensPerBatch = 1024
  /// Rows are answered in rounds of this many, so that progress can be shown and a stop is heeded soon.
  private static let rowsPerRound = 32

  /// - Parameters:
  ///   - source: the data file's name, for messages.
  ///   - generation: `nil` for scores from likelihoods alone.
  ///   - judge: asked about every answer.
  ///   - shared: memory that others have between two evaluations; its own when left out.
  /// - Throws: `ModelError` when a prompt does not fit the model, `TensorError` when memory is short.
  public init(
    _ model: CausalLanguageModel, tokenizer: SentencePieceTokenizer, data: EvaluationData, source: String, bleu: BLEU,
    generation: GenerationOptions?, judge: Judge? = nil, in shared: WorkingMemory? = nil
  ) throws {
    self.model = model
    self.tokenizer = tokenizer
    self.data = data
    self.bleu = bleu
    self.judge = generation == nil ? nil : judge
    endOfSequenceIDs = generation?.endOfSequenceIDs ?? []
    let lengths = RowLengths(data.encoded)
    packs = lengths.packs(of: Self.tokensPerBatch)
    let limits = lengths.limits(of: packs)
    batch = PackedBatch(
      capacity: PackedBatch.Capacity(
        rowCount: data.encoded.count, tokenCount: limits.tokenCount, targetCount: limits.targetCount,
        rowLength: limits.rowLength))
    likeliestTokens = [Int32](repeating: 0, count: limits.targetCount)
    // Likelihoods are computed before anything is generated.
    let memory = shared ?? WorkingMemory()
    pass = try Pass(model, limits: limits, forTraining: false, in: memory)
    if let generation {
      try Self.checkPrompts(data, source: source, positions: model.architecture.maximumPositions)
      var options = generation
      options.batchSize = Self.batchSize(generation, rowCount: data.encoded.count)
      stopWords = generation.stopWords
      generator = try Generator(
        model, options: options, longestPrompt: data.encoded.longestPrompt, in: memory)
    } else {
      generator = nil
      stopWords = nil
    }
  }

  /// Rows answered at once: no more than there are, nor than one round of `answers` takes.
  static func batchSize(_ generation: GenerationOptions, rowCount: Int) -> Int {
    max(1, min(generation.batchSize, rowCount, rowsPerRound))
  }

  private static func checkPrompts(_ data: EvaluationData, source: String, positions: Int) throws {
    for sample in 0..<data.encoded.count {
      let row = data.encoded[sample].row + 1
      let count = data.encoded[sample].promptTokens.count
      if count == 0 {
        throw FineTuningError(
          "cannot generate an answer for row \(row) of \(source): its prompt is empty; fill it, set "
            + "dataset.text_prompt_start, or set prediction.metric to Perplexity")
      }
      if count >= positions {
        throw FineTuningError(
          "cannot generate an answer for row \(row) of \(source): its prompt has \(count) tokens, and the model has "
            + "\(positions) positions; lower tokenizer.max_length_prompt")
      }
    }
  }

  /// Scores the model as it is now.
  ///
  /// - Parameters:
  ///   - progress: told how many rows are done out of how many, where a row counts once for its likelihood, once for its
  ///     answer and once for being judged; may ask to stop.
  ///   - isStopping: asked between any two batches and tokens, which are many between two calls of `progress`.
  /// - Returns: `nil` when stopped.
  public func evaluate(
    _ progress: (_ done: Int, _ total: Int) throws -> TrainingVerdict = { _, _ in .continue },
    isStopping: () -> Bool = { false }
  ) throws -> Evaluation? {
    let clock = ContinuousClock()
    let start = clock.now
    let count = data.rows.count
    let total = count * (1 + (generator == nil ? 0 : 1) + (judge == nil ? 0 : 1))
    guard let (likelihoods, correctTokenCounts) = try likelihoods({ try progress($0, total) }, isStopping),
      let answers = try answers({ try progress(count + $0, total) }, isStopping)
    else { return nil }
    let predictions = try answers.map { answer in
      // A model may have more entries than its tokenizer has pieces; those stand for no text.
      let text = try tokenizer.decode(generated: answer.tokens.filter { !endOfSequenceIDs.contains($0) })
      return stopWords?.cut(text) ?? text
    }
    let report = try judge?.judge(questions(predictions)) { try progress(2 * count + $0, total) }
    if judge != nil, report == nil { return nil }
    let rows = data.rows.enumerated().map { sample, row in
      let answer = answers.isEmpty ? nil : answers[sample]
      let prediction = answers.isEmpty ? nil : predictions[sample]
      return EvaluatedRow(
        row: row.row, prompt: data.promptText(of: row), reference: row.answer, prediction: prediction,
        likelihood: likelihoods[sample], correctTokenCount: correctTokenCounts[sample],
        answer: prediction.map { AnswerStatistics(bleu, prediction: $0, reference: row.answer) },
        judgement: report?.judgements[sample], newTokenCount: answer?.tokens.count ?? 0,
        wasClamped: answer?.wasClamped ?? false)
    }
    return Evaluation(
      rows: rows, loss: Self.meanLoss(likelihoods), perplexity: Perplexity.corpus(likelihoods) ?? .nan,
      meanRowPerplexity: Perplexity.meanOfRows(likelihoods) ?? .nan,
      tokenAccuracy: Double(correctTokenCounts.reduce(0, +)) / Double(likelihoods.reduce(0) { $0 + $1.labelledTokens }),
      answers: AnswerScores(rows.compactMap(\.answer), bleu), judge: report, seconds: (clock.now - start).seconds)
  }

  private func questions(_ predictions: [String]) -> [JudgedText] {
    zip(data.rows, predictions).map { row, prediction in
      JudgedText(prompt: data.promptText(of: row), reference: row.answer, prediction: prediction)
    }
  }

  private static func meanLoss(_ rows: [RowLikelihood]) -> Double {
    rows.reduce(0) { $0 + $1.negativeLogLikelihood } / Double(rows.reduce(0) { $0 + $1.labelledTokens })
  }

  /// The likelihood of every row, and how many of its labelled tokens were found likeliest; packed in the order of the
  /// data. `nil` when stopped.
  private func likelihoods(
    _ progress: (Int) throws -> TrainingVerdict, _ isStopping: () -> Bool
  ) throws -> (rows: [RowLikelihood], correctTokenCounts: [Int])? {
    var result: [RowLikelihood] = []
    var correct: [Int] = []
    let samples = Array(0..<data.encoded.count)
    for pack in packs {
      batch.fill(samples[pack], of: data.encoded, weighting: .perToken(targetsInStep: 1))
      pass.forward(batch.tokenBatch)
      likeliestTokens.withUnsafeMutableBufferPointer {
        pass.loss(batch.targetBatch, tokenCount: batch.tokenCount, likeliestTokens: $0.baseAddress)
      }
      for row in 0..<batch.rowCount {
        let targets = Int(batch.targetOffsets[row])..<Int(batch.targetOffsets[row + 1])
        result.append(
          RowLikelihood(
            negativeLogLikelihood: targets.reduce(0.0) { $0 + Double(pass.losses[$1]) }, labelledTokens: targets.count))
        correct.append(targets.count { likeliestTokens[$0] == batch.targets[$0] })
      }
      if isStopping() { return nil }
      if try progress(result.count) == .stop { return nil }
    }
    return (result, correct)
  }

  /// One answer per row, none when nothing is to be generated, `nil` when stopped.
  private func answers(
    _ progress: (Int) throws -> TrainingVerdict, _ isStopping: () -> Bool
  ) throws -> [Continuation]? {
    guard let generator else { return [] }
    let prompts = (0..<data.encoded.count).map { Array(data.encoded[$0].promptTokens) }
    var numbers = DrawNumbers()
    let drawn = prompts.map { numbers.next($0) }
    var answers: [Continuation] = []
    for start in stride(from: 0, to: prompts.count, by: Self.rowsPerRound) {
      let round = start..<min(start + Self.rowsPerRound, prompts.count)
      answers += generator.generate(
        Array(prompts[round]), rowNumbers: Array(drawn[round]), isStopping: isStopping)
      if isStopping() { return nil }
      if try progress(answers.count) == .stop { return nil }
    }
    return answers
  }
}
