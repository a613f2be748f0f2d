import CommandLine
import Configuration
import Experiments
import FineTuning
import Foundation
import GitStore
import LanguageModels
import Scores
import Tables
import Tensors

/// A run with everything checked and loaded, before anything of it is recorded.
struct PreparedRun {
  let configuration: ExperimentConfiguration
  let source: Data
  let name: ExperimentName
  let backbone: Backbone
  let data: PreparedData
  let model: CausalLanguageModel
  let trainer: Trainer
  let testEvaluator: Evaluator?
  private(set) var warnings: [String]

  /// - Parameters:
  ///   - givenName: of `-n`, which wins over `experiment_name`.
  ///   - checkName: whether the run may have its name; asked before anything large is loaded.
  /// - Throws: whatever keeps the run from starting; nothing has been written then.
  init(
    _ inputs: RunInputs, givenName: String?, workspace: Workspace,
    checkName: (ExperimentName) throws -> Void = { _ in }
  ) throws {
    source = inputs.source
    warnings = inputs.warnings
    var generator = SystemRandomNumberGenerator()
    var configuration = inputs.configuration.drawingSeed(using: &generator)
    name = try Self.name(givenName ?? configuration.experimentName, workspace)
    try checkName(name)
    configuration = try configuration.setting("experiment_name", to: .string(name.text))
    backbone = try Backbone(configuration, directory: inputs.backboneDirectory)
    let engine = try Backbone.engine(pinnedTo: inputs.instructionSet)
    data = try PreparedData(
      configuration, files: inputs.dataFiles, tokenizer: backbone.tokenizer, parallel: engine.parallel)
    warnings += data.warnings
    let references = data.validation.rows.map(\.answer)
    let tokenizer =
      switch configuration.prediction.bleuTokenize {
      case .automatic: BLEUTokenizer.resolveAutomatic(references: references)
      case .character: BLEUTokenizer.char
      case .thirteenA: BLEUTokenizer.thirteenA
      }
    if tokenizer == .thirteenA, BLEUTokenizer.resolveAutomatic(references: references) == .char {
      warnings.append(
        "prediction.bleu_tokenize is 13a, for which a Japanese sentence without spaces is one word: a row scores 0 "
          + "unless it matches nearly whole; use char")
    }
    configuration = try configuration.setting("prediction.bleu_tokenize", to: .string(tokenizer.rawValue))
    self.configuration = configuration

    let model = try CausalLanguageModel(
      directory: backbone.directory, options: ModelOptions(configuration, weightCache: workspace.weightCache),
      engine: engine)
    self.model = model
    try data.requireRows(within: model.architecture.maximumPositions)
    let ends = EndOfSequence(model.architecture, backbone.tokenizer)
    if configuration.prediction.metric == .bleu, let warning = ends.warning { warnings.append(warning) }
    let prediction = configuration.prediction
    let generation =
      prediction.metric == .bleu
      ? GenerationOptions(
        minimumNewTokens: prediction.minLengthInference, maximumNewTokens: prediction.maxLengthInference,
        endOfSequenceIDs: ends.ids,
        batchSize: prediction.batchSizeInference > 0
          ? prediction.batchSizeInference : configuration.training.batchSize)
      : nil
    let pieces = backbone.tokenizer
    func evaluator(_ data: EvaluationData, _ source: String) throws -> Evaluator {
      try Evaluator(
        model, tokenizer: pieces, data: data, source: source, bleu: BLEU(tokenizer: tokenizer),
        generation: generation)
    }
    let validationSource = data.sources.first { $0.role == "validation" } ?? data.sources[0]
    trainer = try Trainer(
      model, data: data.training, options: TrainingOptions(configuration),
      evaluator: try evaluator(data.validation, validationSource.name))
    testEvaluator = try data.test.map { try evaluator($0, configuration.dataset.testDataframe) }
    if trainer.plan.keepsOnlyBatch {
      warnings.append(
        "the \(data.training.count) training rows are fewer than training.batch_size "
          + "\(configuration.training.batchSize): the only batch is kept although it is not full")
    }
  }

  private static func name(_ text: String, _ workspace: Workspace) throws -> ExperimentName {
    if !text.isEmpty { return try ExperimentName(text) }
    // A drawn name need not be repeatable, it is recorded; whether it is taken may fail to be known, then it is not used.
    return try DrawnName.draw(randomIndex: { Int.random(in: 0..<$0) }) { (try? workspace.isTaken($0)) ?? true }
  }

  /// What is said, and logged, before training starts.
  var headline: [String] { ["experiment: \(name)"] + description }

  private var description: [String] {
    let plan = trainer.plan
    let parameters = model.parameters.trainedCount
    let total = model.architecture.weights.reduce(0) { $0 + $1.count }
    let share = model.adapterSettings == nil ? 100 : 100 * Double(parameters) / Double(total)
    var lines = [
      "data: \(data.training.count) training rows, \(data.validation.rows.count) validation rows"
        + (data.test.map { ", \($0.rows.count) test rows" } ?? ""),
      "model: \(model.architecture.family.rawValue), \(total) weights; trained: \(parameters) "
        + "(\((share * 1000).rounded() / 1000) %)",
      "plan: \(Format.count(plan.stepCount, "step")), \(plan.stepsPerEpoch) an epoch; evaluations after steps "
        + plan.evaluationSteps.map(String.init).joined(separator: ", "),
    ]
    let parts = [
      ("prompt", data.training.lengths.prompt), ("answer", data.training.lengths.answer),
      ("together", data.training.lengths.joined),
    ]
    for (label, lengths) in parts {
      guard let summary = TokenLengthSummary(lengths) else { continue }
      lines.append(
        "tokens, \(label): median \(summary.median), 90 % within \(summary.percentile90), most \(summary.maximum)")
    }
    lines += truncationLines
    return lines
  }

  private var truncationLines: [String] {
    let counts = data.training.truncation
    if counts.isEmpty { return ["cut by the length limits: nothing"] }
    return [("prompt", counts.prompt), ("answer", counts.answer), ("length", counts.joined)].compactMap {
      $1.rows == 0
        ? nil
        : "cut by tokenizer.max_length\($0 == "length" ? "" : "_" + $0): \(Format.count($1.rows, "row")) "
          + "\($1.rows == 1 ? "loses" : "lose") \(Format.count($1.tokens, "token"))"
    }
  }
}
