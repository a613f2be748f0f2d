import LanguageModels
import Tensors

/// The memory a run takes, part by part, known before any of it is taken.
///
/// A pure function of model, settings and the lengths of the data. What is planned in one block counts as taken, because
/// the largest batch touches all of it; the program's own part is measured (`MemoryEstimate.Program`).
public struct MemoryEstimate: Sendable, Hashable {
  /// Weights that are not trained; processes that work on one model share them.
  public let frozenWeights: Int
  /// Trained weights and their gradients.
  public let trainedWeights: Int
  public let optimizerStates: Int
  /// What the training pass keeps of a batch, without the logits.
  public let activations: Int
  public let logits: Int
  /// Passes, logits and cached keys and values of evaluations and decoding.
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
    // Values, gradients, and the best values so far where those are kept.
    let copies = run.training.savesBestWeights ? 3 : 2
    trainedWeights = copies * MemoryLayout<Float>.stride * trained.reduce(0, +) + (try memory.decompositionBytes())
    // A run that only evaluates never touches what is planned for training.
    let trains = run.training.epochs > 0
    optimizerStates = trains ? run.training.optimizer.stateByteCount(forTensorsOf: trained) : 0
    let pass = memory.passBytes(
      limits: run.largestBatch, forTraining: true, dropout: run.training.usesDropout,
      recomputesBlocks: run.training.gradientCheckpointing)
    activations = trains ? pass.all - pass.logits : 0
    logits = trains ? pass.logits : 0
    evaluation = Self.evaluationBytes(run, memory)
    let others = frozenWeights + trainedWeights + optimizerStates + activations + logits + evaluation
    // Reading the data may have taken more than all that comes after it.
    program = max(Program.bytes(run), run.residentBytes, run.peakBytes - others)
  }

  /// What scoring a model on rows takes, without training it; `run.training` says nothing then.
  ///
  /// - Throws: `ModelError` when the adapter is to go where no layer is.
  public init(evaluating run: PlannedRun) throws {
    let memory = PlannedMemory(run.architecture, options: run.model, threadCount: run.threadCount)
    frozenWeights = try memory.frozenBytes()
    // A loaded adapter has gradients beside its values.
    trainedWeights =
      2 * MemoryLayout<Float>.stride * (try memory.trainedCounts()).reduce(0, +) + (try memory.decompositionBytes())
    (optimizerStates, activations, logits) = (0, 0, 0)
    evaluation = Self.evaluationBytes(run, memory)
    let others = frozenWeights + trainedWeights + evaluation
    program = max(Program.bytes(run), run.residentBytes, run.peakBytes - others)
  }

  private static func evaluationBytes(_ run: PlannedRun, _ memory: PlannedMemory) -> Int {
    run.evaluated.reduce(0) { sum, data in
      sum + memory.passBytes(limits: run.evaluationBatch(data), forTraining: false).all
        + (run.generation.map { generation in
          var generation = generation
          generation.batchSize = Evaluator.batchSize(generation, rowCount: data.tokens.count)
          return memory.generatorBytes(generation, longestPrompt: data.longestPrompt)
        } ?? 0)
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
    /// Code, libraries, heap, a settled run of a model of no size.
    static let base = 42 << 20
    /// OpenBLAS's packing buffers.
    static let perThread = 4 << 20
    /// The tokenizer.
    static let perPiece = 600
    /// Tokens, their flags and text, which are in memory as file, table and rows.
    static let perToken = 24
    static let perRow = 400
    /// What is read of MeCab's dictionary, a mapped file of 50 MB: 2 MB for a few like sentences, 21 MB for a thousand.
    static let mecab = 8 << 20

    static func bytes(_ run: PlannedRun) -> Int {
      let sets = [run.data] + run.evaluated
      let tokens = sets.reduce(0) { $0 + $1.tokens.reduce(0, +) }
      let rows = sets.reduce(0) { $0 + $1.tokens.count }
      let thread = perThread + Engine.scratchByteCount(backbone: run.model.backboneType, isMixed: run.isMixed)
      return base + thread * run.threadCount + perPiece * run.pieceCount + perToken * tokens + perRow * rows
        + (run.usesMeCab ? mecab : 0)
    }
  }
}
