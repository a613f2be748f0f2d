import CommandLine
import Experiments
import FineTuning
import Foundation
import LanguageModels
import Tables
import Tensors

/// Scores the model of an old run on the rows asked for.
struct EvaluationWork {
  let request: EvaluationRequest
  let workspace: Workspace
  let backbone: String?
  let console: Console

  /// What came out.
  struct Result {
    let evaluation: Evaluation
    let record: LaterEvaluation
    let predictions: Data
  }

  /// - Returns: `nil` when stopped by a signal; nothing is recorded here.
  func carryOut() throws -> Result? {
    try TemporaryFolder.with { folder -> Result? in
      let source = try ModelSource(
        request.version, request.configuration, in: workspace, isBase: request.identity.isBase, backbone: backbone,
        folder: folder)
      let engine = try Backbone.engine(mixedPrecision: request.configuration.environment.mixedPrecision)
      let ends = EndOfSequence(source.architecture, source.tokenizer)
      let generation =
        source.configuration.prediction.metric.needsText
        ? GenerationOptions(
          source.configuration, endOfSequenceIDs: ends.ids,
          stopWords: try StopWords(source.configuration.stopWords, tokenizer: source.tokenizer)) : nil
      let data = try data(source)
      try checkMemory(source, data, generation, engine)
      if StopSignal.received != nil { return nil }
      let evaluator = try Evaluator(
        source.load(engine), tokenizer: source.tokenizer, data: data, source: request.part.source,
        bleu: request.words.bleu, generation: generation, judge: request.judge?.judge)
      var display = RunDisplay(console, stepCount: 0)
      defer { display.finish() }
      display.evaluationStarted()
      let evaluation = try evaluator.evaluate(
        { done, total in
          display.showEvaluation(done: done, total: total)
          return StopSignal.received == nil ? .continue : .stop
        }, isStopping: { StopSignal.received != nil })
      guard let evaluation, StopSignal.received == nil else { return nil }
      return try result(evaluation, engine)
    }
  }

  private func data(_ source: ModelSource) throws -> EvaluationData {
    let part = request.part
    let workers = max(1, source.configuration.environment.numberOfWorkers)
    let encoded = try EncodedDataset(
      part.rows, of: part.conversations, source: part.source, tokenizer: source.tokenizer,
      options: SampleEncodingOptions(source.configuration), parallel: Parallel(threadCount: workers))
    let positions = source.architecture.maximumPositions
    if let sample = encoded.firstSample(longerThan: positions) {
      throw RunError.failure(
        "cannot evaluate on row \(sample.row + 1) of \(part.source): it has \(sample.tokens.count) tokens, and the model "
          + "has \(positions) positions. Shorten the row.")
    }
    let truncation = encoded.truncation
    let cut = max(truncation.prompt.rows, truncation.answer.rows, truncation.joined.rows, truncation.system.rows)
    if cut > 0 {
      console.note(
        "cut by the length limits of the run: \(Format.count(cut, "row")) of \(Format.count(part.rows.count))")
    }
    return EvaluationData(rows: part.rows, of: part.conversations, encoded: encoded)
  }

  private func checkMemory(
    _ source: ModelSource, _ data: EvaluationData, _ generation: GenerationOptions?, _ engine: Engine
  ) throws {
    var plan = PlannedRun(
      source.architecture, model: source.options, training: TrainingOptions(source.configuration),
      threadCount: engine.parallel.threadCount, data: RowLengths(tokens: [], targets: [], longestPrompt: 0),
      evaluated: [RowLengths(data.encoded)], generation: generation, pieceCount: source.tokenizer.vocabularySize,
      isMixed: engine.mixedPrecision.isActive)
    plan.outcome = .scored
    plan.measureProgram()
    if generation != nil {
      plan.dictionaryCharacters = BLEUWords.dictionaryCharacters(request.words.tokenizer, data.rows)
    }
    let memory = try MemoryCheck(evaluating: plan)
    if console.globals.isVerbose { memory.lines.forEach { console.note($0) } }
  }

  private func result(_ evaluation: Evaluation, _ engine: Engine) throws -> Result {
    let data = request.part.record
    let place = try request.place
    let scores = evaluation.document(step: place.step, epoch: place.epoch, set: data.role)
    let dataset: JSONValue = [
      "path": .string(data.path), "sha256": .string(data.sha256.hex),
      "content_sha256": .string(data.contentSHA256.hex),
    ]
    let program = EnvironmentRecord.Program(
      version: Kiseki.version, build: try Kiseki.build(workspace.fileHashes),
      instructionSet: engine.instructionSet.rawValue, threads: engine.parallel.threadCount,
      blasKernel: engine.blasKernelName, mixedPrecision: engine.mixedPrecision.name)
    return Result(
      evaluation: evaluation,
      record: LaterEvaluation(
        request.identity, metric: request.measure.rawValue, program: program, seconds: evaluation.seconds,
        scores: .object((scores.objectMembers ?? []) + [JSONMember("dataset", dataset)])),
      predictions: evaluation.predictions)
  }
}
