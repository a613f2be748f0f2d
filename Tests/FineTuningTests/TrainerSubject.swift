import FineTuning
import Foundation
import LanguageModels
import Scores
import Tables
import Tensors
import Tokenization

/// A small GPT-2 with drawn weights, rows to train it on, and a trainer over them.
final class TrainerSubject {
  let tokenizer: SentencePieceTokenizer
  let rows: [TextRow]
  let data: EncodedDataset
  let directory: String

  init(rowCount: Int = 8, answer: (Int) -> String = { "\($0 * 7 % 10)を保存" }) throws {
    tokenizer = try SentencePieceTokenizer(modelPath: testFixtures.appending(path: "Tokenization/plain.model").path)
    directory = NSTemporaryDirectory() + "trainer-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    let config: JSONValue = [
      "model_type": "gpt2", "vocab_size": 480, "n_embd": 24, "n_layer": 2, "n_head": 3, "n_positions": 48,
      "initializer_range": 0.15,
    ]
    try config.document().write(to: URL(filePath: directory + "/config.json"))
    rows = (0..<rowCount).map { TextRow(row: $0, prompt: "row \($0)", answer: answer($0)) }
    data = try Self.encoded(rows, tokenizer)
  }

  func encoded(_ rows: [TextRow]) throws -> EncodedDataset { try Self.encoded(rows, tokenizer) }

  private static func encoded(_ rows: [TextRow], _ tokenizer: SentencePieceTokenizer) throws -> EncodedDataset {
    try EncodedDataset(
      rows, source: "rows", tokenizer: tokenizer,
      options: SampleEncodingOptions(maxLengthPrompt: 20, maxLengthAnswer: 20, maxLength: 40))
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  func model(adapter: Bool = true, threads: Int = 1) throws -> CausalLanguageModel {
    let settings = LowRankSettings(rank: 4, alpha: 16, usesRankStabilization: false, targetModules: ["all-linear"])
    return try CausalLanguageModel(
      directory: directory,
      options: ModelOptions(initializationSeed: 3, adapter: adapter ? settings : nil, adapterSeed: 4),
      engine: Engine(threadCount: threads))
  }

  func evaluator(
    _ model: CausalLanguageModel, generating: Bool = false, beams: Int = 1, in shared: WorkingMemory? = nil
  ) throws -> Evaluator {
    var generation = GenerationOptions(maximumNewTokens: 12, endOfSequenceIDs: [1], batchSize: 3)
    generation.beamCount = beams
    return try Evaluator(
      model, tokenizer: tokenizer, data: EvaluationData(rows: rows, encoded: data), source: "rows",
      bleu: try BLEU(tokenizer: .char), generation: generating ? generation : nil, in: shared)
  }

  static func options(_ change: (inout TrainingOptions) -> Void = { _ in }) -> TrainingOptions {
    var options = TrainingOptions()
    options.batchSize = 4
    options.learningRate = 1e-2
    options.seed = 5
    change(&options)
    return options
  }

  /// What a training left: reports, evaluations by step, and the trained values.
  struct Trace {
    var reports: [StepReport] = []
    var evaluations: [Int: Evaluation] = [:]
    var values: [UInt32] = []
    var outcome: TrainingOutcome?
  }

  @discardableResult
  func train(
    _ model: CausalLanguageModel, _ options: TrainingOptions, stopping: (TrainingEvent) -> Bool = { _ in false }
  ) throws -> Trace {
    let trainer = try Trainer(model, data: data, options: options, evaluator: evaluator(model))
    var trace = Trace()
    trace.outcome = try trainer.run { event in
      switch event {
      case .step(let report): trace.reports.append(report)
      case .evaluated(let step, _, _, let evaluation): trace.evaluations[step] = evaluation
      default: break
      }
      return stopping(event) ? .stop : .continue
    }
    trace.values = UnsafeBufferPointer(start: model.parameters.values, count: model.parameters.count)
      .map(\.bitPattern)
    return trace
  }

  func plan(_ change: (inout TrainingOptions) -> Void) throws -> TrainingPlan {
    let model = try model()
    return try Trainer(model, data: data, options: Self.options(change), evaluator: nil).plan
  }
}
