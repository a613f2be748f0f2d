import Foundation
import LanguageModels
import Tensors

/// The memory a run takes, part by part, known before any of it is taken.
///
/// What is planned in one block counts as taken, because the largest batch touches all of it. The program's own part is
/// what it holds when asked, and what it is known to take after that (`MemoryEstimate.Program`).
public struct MemoryEstimate: Sendable, Hashable {
  /// Weights that are not trained; processes that work on one model share them.
  public let frozenWeights: Int
  /// Trained weights and their gradients.
  public let trainedWeights: Int
  public let optimizerStates: Int
  /// What the training pass keeps of a batch, without the logits.
  public let activations: Int
  public let logits: Int
  /// Passes, logits and cached keys and values of evaluations and decoding, beyond what training left to them: they take
  /// turns in one memory.
  public let evaluation: Int
  /// The process itself: code, libraries, tokenizer, rows.
  public let program: Int

  public var total: Int { own + frozenWeights }
  /// What a process takes beside the weights it shares.
  public var own: Int { trainedWeights + optimizerStates + activations + logits + evaluation + program }

  /// - Throws: `ModelError` when the adapter is to go where no layer is.
  public init(_ run: PlannedRun) throws {
    let memory = PlannedMemory(run.architecture, options: run.model, threadCount: run.threadCount)
    let trained = try memory.trainedCounts()
    frozenWeights = try memory.frozenBytes()
    // A run that only evaluates touches neither gradients nor what is planned for training.
    let trains = run.training.epochs > 0
    // Values, gradients, and the best values so far where those are kept.
    let copies = trains ? (run.training.savesBestWeights ? 3 : 2) : 1
    trainedWeights = copies * Storage.byteCount(trained.reduce(0, +)) + (try memory.decompositionBytes())
    optimizerStates = trains ? run.training.optimizer.memoryByteCount(forTensorsOf: trained) : 0
    let pass =
      trains
      ? memory.passBytes(
        limits: run.data.largestBatch(of: run.training), forTraining: true, dropout: run.training.usesDropout,
        recomputesBlocks: run.training.gradientCheckpointing) : (all: 0, logits: 0)
    activations = pass.all - pass.logits
    logits = pass.logits
    evaluation = max(pass.all, Self.evaluationBytes(run, memory)) - pass.all
    let others = frozenWeights + trainedWeights + optimizerStates + activations + logits + evaluation
    program = Program.bytes(run, besides: others)
  }

  /// What scoring a model on rows takes, without training it; `run.training` says nothing then.
  ///
  /// - Throws: `ModelError` when the adapter is to go where no layer is.
  public init(evaluating run: PlannedRun) throws {
    let memory = PlannedMemory(run.architecture, options: run.model, threadCount: run.threadCount)
    frozenWeights = try memory.frozenBytes()
    trainedWeights = Storage.byteCount((try memory.trainedCounts()).reduce(0, +)) + (try memory.decompositionBytes())
    (optimizerStates, activations, logits) = (0, 0, 0)
    evaluation = Self.evaluationBytes(run, memory)
    program = Program.bytes(run, besides: frozenWeights + trainedWeights + evaluation)
  }

  /// Of the set that needs most, for its likelihoods or for its answers: all that comes one after another.
  private static func evaluationBytes(_ run: PlannedRun, _ memory: PlannedMemory) -> Int {
    run.evaluated.reduce(0) { most, data in
      let limits = data.limits(of: data.packs(of: Evaluator.tokensPerBatch))
      let answers = run.generation.map { generation in
        var generation = generation
        generation.batchSize = Evaluator.batchSize(generation, rowCount: data.tokens.count)
        return memory.generatorBytes(generation, longestPrompt: data.longestPrompt)
      }
      return max(most, memory.passBytes(limits: limits, forTraining: false).all, answers ?? 0)
    }
  }

  /// The parts with their names, none of them empty.
  public var parts: [(name: String, byteCount: Int)] {
    [
      ("frozen weights", frozenWeights), ("trained weights and gradients", trainedWeights),
      ("optimizer", optimizerStates), ("activations", activations), ("logits", logits), ("evaluation", evaluation),
      ("program and data", program),
    ].filter { $0.1 > 0 }
  }
}

extension MemoryEstimate {
  /// The process itself, as measured: what a run holds that no plan knows of.
  enum Program {
    /// Code, libraries and heap of a process that has read its settings, where the system does not tell.
    static let base = 40 << 20
    /// The tokenizer, likewise.
    static let perPiece = 600
    /// Tokens, their flags and text, which are in memory as file, table and rows, likewise.
    static let perToken = 24
    static let perRow = 400

    /// What comes later: code that is first needed then.
    static let later = 1 << 20
    /// Metrics, records, a commit.
    static let recording = 4 << 20
    /// OpenBLAS's packing buffers.
    static let perThread = 3 << 19
    /// Scoring answers: code, MeCab, the texts' numbers.
    static let scoring = 4 << 20
    /// A scored row: its texts once more, its numbers, the files they are written to.
    static let perScoredRow = 1500
    static let perScoredToken = 24

    /// What is read of MeCab's dictionary, a mapped file of 50 MB: of Japanese prose 2 MB for 10 different characters, 11
    /// for 140, 18 for 420, and never more than 20.
    ///
    /// - Parameters:
    ///   - characters: different characters of the references; answers bring about as many of their own.
    ///   - answerTokens: the most tokens of all answers together: a bad model's answers hold anything.
    static func mecab(_ characters: Int, answerTokens: Int) -> Int {
      characters == 0 ? 0 : Int(20e6 * (1 - exp(-Double(2 * characters + answerTokens / 8) / 150)))
    }

    static func bytes(_ run: PlannedRun, besides others: Int) -> Int {
      let now = run.residentBytes > 0 ? run.residentBytes : usual(run)
      // Reading the data may have taken more than all that comes after it.
      return max(now + later(run), run.peakBytes - others)
    }

    private static func usual(_ run: PlannedRun) -> Int {
      let sets = [run.data] + run.evaluated
      let tokens = sets.reduce(0) { $0 + $1.tokens.reduce(0, +) }
      let rows = sets.reduce(0) { $0 + $1.tokens.count }
      return base + perPiece * run.pieceCount + perToken * tokens + perRow * rows
    }

    private static func later(_ run: PlannedRun) -> Int {
      let thread = perThread + Engine.scratchByteCount(backbone: run.model.backboneType, isMixed: run.isMixed)
      let tokens = run.evaluated.reduce(0) { $0 + $1.tokens.reduce(0, +) }
      let rows = run.evaluated.reduce(0) { $0 + $1.tokens.count }
      let always = later + thread * run.threadCount
      if run.outcome == .shown { return always }
      let answers = run.generation.map { generation in
        scoring + mecab(run.dictionaryCharacters, answerTokens: rows * max(0, generation.maximumNewTokens))
      }
      return always + (run.outcome == .recorded ? recording : 0) + perScoredToken * tokens + perScoredRow * rows
        + (answers ?? 0)
    }
  }
}
