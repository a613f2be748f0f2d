import CommandLine
import Configuration
import Experiments
import FineTuning
import Foundation
import GitStore
import Hub
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
  /// `nil` when the adapter begins anew.
  let initialAdapter: InitialAdapter?
  /// `nil` unless answers are judged by another model.
  let judge: JudgeSetup?
  let trainer: Trainer
  let memory: MemoryCheck
  let testEvaluator: Evaluator?
  /// The folder its directory is made in; `nil` for `experiments/`.
  let output: String?
  var warnings: [String]

  /// - Parameters:
  ///   - givenName: of `-n`, which wins over `experiment_name`.
  ///   - checkName: whether the run may have its name; asked before anything large is loaded.
  /// - Throws: whatever keeps the run from starting; nothing has been written then.
  init(
    _ inputs: RunInputs, givenName: String?, workspace: Workspace,
    checkName: (ExperimentName) throws -> Void = { _ in }
  ) throws {
    source = inputs.source
    output = inputs.output
    warnings = inputs.warnings
    var generator = SystemRandomNumberGenerator()
    var configuration = inputs.configuration.drawingSeed(using: &generator)
    name = try Self.name(givenName ?? configuration.experimentName, workspace, output)
    try checkName(name)
    configuration = try configuration.setting("experiment_name", to: .string(name.text))
    backbone = try Backbone(
      configuration, directory: inputs.backboneDirectory, revision: inputs.backboneRevision)
    if backbone.place.origin == nil, configuration.environment.huggingfaceBranch != HubRevision.main.text {
      warnings.append("environment.huggingface_branch has no effect: llm_backbone is a directory")
    }
    let engine = try Backbone.engine(
      pinnedTo: inputs.instructionSet, mixedPrecision: configuration.environment.mixedPrecision)
    if case .unavailable(let reason) = engine.mixedPrecision {
      warnings.append("environment.mixed_precision has no effect here: \(reason); products are computed in float32")
    }
    let judge = try JudgeSetup(configuration, template: inputs.judgeTemplate)
    self.judge = judge
    if judge != nil { warnings.append(JudgeSetup.warning) }
    if configuration.prediction.maxTime > 0, configuration.prediction.metric.needsText {
      warnings.append("prediction.max_time ends answers by the clock, so this run cannot be verified")
    }
    data = try PreparedData(configuration, files: inputs.dataFiles, tokenizer: backbone.tokenizer)
    warnings += data.warnings
    let words = try BLEUWords(configuration.prediction, references: data.validation.rows.map(\.answer))
    warnings += words.warnings
    configuration = try configuration.setting("prediction.bleu_tokenize", to: .string(words.tokenizer.rawValue))
    initialAdapter =
      try inputs.initialAdapter ?? InitialAdapter(configuration, backbone: backbone.directory, in: workspace)
    if let initialAdapter {
      configuration = try configuration.setting(
        "architecture.pretrained_weights", to: .string(initialAdapter.setting))
      warnings += initialAdapter.warnings
    }
    self.configuration = configuration

    let architecture = try Architecture(modelDirectory: backbone.directory)
    try data.requireRows(within: architecture.maximumPositions)
    let ends = EndOfSequence(architecture, backbone.tokenizer)
    if configuration.prediction.metric.needsText, let warning = ends.warning { warnings.append(warning) }
    let generation =
      configuration.prediction.metric.needsText
      ? GenerationOptions(
        configuration, endOfSequenceIDs: ends.ids,
        stopWords: try StopWords(configuration.stopWords, tokenizer: backbone.tokenizer)) : nil
    let modelOptions = ModelOptions(configuration, backbone: backbone, weightCache: workspace.weightCache)
    memory = try MemoryCheck(
      PlannedRun(
        configuration, architecture, model: modelOptions, data: data, threadCount: engine.parallel.threadCount,
        pieceCount: backbone.tokenizer.vocabularySize, isMixed: engine.mixedPrecision.isActive))
    let model = try CausalLanguageModel(directory: backbone.directory, options: modelOptions, engine: engine)
    self.model = model
    try initialAdapter?.load(into: model)
    let pieces = backbone.tokenizer
    // Training and evaluations take turns.
    let shared = WorkingMemory()
    func evaluator(_ data: EvaluationData, _ source: String) throws -> Evaluator {
      try Evaluator(
        model, tokenizer: pieces, data: data, source: source, bleu: words.bleu,
        generation: generation, judge: judge?.judge, in: shared)
    }
    let validationSource = data.sources.first { $0.role == "validation" } ?? data.sources[0]
    var options = TrainingOptions(configuration)
    if options.tokenMaskProbability > 0 { options.maskTokenID = try backbone.maskTokenID() }
    trainer = try Trainer(
      model, data: data.training, options: options,
      evaluator: try evaluator(data.validation, validationSource.name), in: shared)
    testEvaluator = try data.test.map { try evaluator($0, configuration.dataset.testDataframe) }
    if trainer.plan.keepsOnlyBatch, configuration.training.epochs > 0 {
      let rows = data.training.count == 1 ? "only training row is" : "\(data.training.count) training rows are"
      warnings.append(
        "the \(rows) fewer than training.batch_size \(configuration.training.batchSize): the only batch is kept although "
          + "it is not full")
    }
  }

  private static func name(_ text: String, _ workspace: Workspace, _ output: String?) throws -> ExperimentName {
    if !text.isEmpty { return try ExperimentName(text) }
    // A drawn name need not be repeatable, it is recorded; whether it is taken may fail to be known, then it is not used.
    return try DrawnName.draw(randomIndex: { Int.random(in: 0..<$0) }) { name in
      do {
        try workspace.requireFreeDirectory(of: name, in: output)
        return try workspace.isTaken(name)
      } catch {
        return true
      }
    }
  }

  /// What is said, and logged, before training starts.
  var headline: [String] { ["experiment: \(name)"] + description }

  private var description: [String] {
    let plan = trainer.plan
    let parameters = model.parameters.trainedCount
    let total = model.architecture.weights.reduce(0) { $0 + $1.count }
    let share = model.adapterSettings == nil ? 100 : 100 * Double(parameters) / Double(total)
    var lines = [
      "data: \(Format.count(data.training.count, "training row")), "
        + Format.count(data.validation.rows.count, "validation row")
        + (data.test.map { ", " + Format.count($0.rows.count, "test row") } ?? ""),
      "model: \(model.architecture.family.rawValue), \(total) weights; trained: \(parameters) "
        + "(\((share * 1000).rounded() / 1000) %)",
      "plan: \(Format.count(plan.stepCount, "step")), \(plan.stepsPerEpoch) an epoch; evaluations after steps "
        + Self.listed(plan.evaluationSteps),
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
    lines += memory.lines
    return lines
  }

  /// All steps where they are few, else the first ones and the last.
  private static func listed(_ steps: [Int]) -> String {
    guard steps.count > 20, let last = steps.last else { return steps.map(String.init).joined(separator: ", ") }
    return steps.prefix(10).map(String.init).joined(separator: ", ") + ", ... \(last) (\(steps.count) in all)"
  }

  private var truncationLines: [String] {
    let counts = data.training.truncation
    if counts.isEmpty { return ["cut by the length limits: nothing"] }
    let parts = [
      ("max_length_prompt (system texts)", counts.system), ("max_length_prompt", counts.prompt),
      ("max_length_answer", counts.answer), ("max_length", counts.joined),
    ]
    return parts.compactMap {
      $1.rows == 0
        ? nil
        : "cut by tokenizer.\($0): \(Format.count($1.rows, "row")) "
          + "\($1.rows == 1 ? "loses" : "lose") \(Format.count($1.tokens, "token"))"
    }
  }
}
