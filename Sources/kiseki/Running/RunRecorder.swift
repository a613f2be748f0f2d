import Configuration
import Experiments
import FineTuning
import Foundation
import LanguageModels
import Tables
import Tensors

/// The bridge between the columns: turns what training reports into what is recorded.
final class RunRecorder {
  private let run: PreparedRun
  private let recording: RunRecording
  private let workspace: Workspace
  private var evaluations: [(step: Int, epoch: Double, evaluation: Evaluation)] = []
  private var testScores: [JSONMember] = []
  /// The record was closed, as a version or by the failure to make one.
  private(set) var isEnded = false
  /// Training has come to its end, and its weights are to be saved.
  private(set) var isTrained = false

  /// Begins the record: configuration, data, backbone and environment are on disk when this returns.
  init(_ run: PreparedRun, workspace: Workspace, dirty: DirtyPolicy) throws {
    self.run = run
    self.workspace = workspace
    recording = try RunRecording.begin(run.name, in: workspace, dirty: dirty)
    do {
      try writeInputs()
    } catch {
      // Nothing has been computed yet, so nothing is worth keeping.
      try RunError.after(error, "what was begun could not be removed either") { try recording.discard() }
      throw error
    }
  }

  private func writeInputs() throws {
    // The record must read the same wherever it is checked out: paths count from the workspace.
    let resolved = run.configuration.resolvedYAML { [workspace] _, path in workspace.portablePath(path) }
    try recording.write("config.yaml", Data(resolved.utf8))
    try recording.write("config.source.yaml", run.source)
    let files = try run.data.sources.map { source in
      try source.record(
        portablePath: workspace.portablePath(source.path), storedAs: try recording.keepDataFile(at: source.file))
    }
    let dataset = DatasetRecord(
      files: files, trainIndices: run.data.trainingRows.map(\.row),
      validationIndices: run.data.validation.rows.map(\.row), truncation: run.data.truncation)
    try recording.write("dataset.json", dataset.json)
    let backbone = try BackboneRecord(
      id: workspace.portablePath(run.backbone.configuredDirectory), revision: nil, directory: run.backbone.directory,
      hashes: workspace.fileHashes)
    try recording.write("backbone.json", backbone.json)
    let engine = run.model.engine
    let environment = try EnvironmentRecord.current(
      EnvironmentRecord.Program(
        version: Kiseki.version, build: try Kiseki.build(workspace.fileHashes),
        instructionSet: engine.instructionSet.rawValue,
        threads: engine.parallel.threadCount, blasKernel: engine.blasKernelName),
      workspace: workspace)
    try recording.write("environment.json", environment.json)
  }

  func log(_ line: String) throws { try recording.log(line) }

  func record(_ report: StepReport) throws {
    try recording.append(
      [
        "step": .integer(report.step), "epoch": .number(report.epoch), "tokens": .integer(report.tokens),
        "train/loss": .number(report.loss), "train/grad_norm": .number(report.gradientNorm),
        "learning_rate": .number(report.learningRate),
      ], to: .metrics)
    try recording.append(
      [
        "step": .integer(report.step), "tokens": .integer(report.tokens), "seconds": .number(report.seconds),
        "peak_bytes": .integer(Machine.peakBytes),
      ], to: .timings)
  }

  func record(_ evaluation: Evaluation, step: Int, epoch: Double, tokens: Int) throws {
    evaluations.append((step, epoch, evaluation))
    try recording.append(
      .object(
        [
          JSONMember("step", .integer(step)), JSONMember("epoch", .number(epoch)),
          JSONMember("tokens", .integer(tokens)),
        ] + evaluation.scores(of: "validation")), to: .metrics)
    try write(evaluation, step: step, epoch: epoch, set: "validation", to: "evaluations/\(step)")
    try recording.synchronize()
  }

  /// The test set's scores, once, after training.
  func recordTest(_ evaluation: Evaluation, step: Int, epoch: Double) throws {
    testScores = evaluation.scores(of: "test")
    try write(evaluation, step: step, epoch: epoch, set: "test", to: "evaluations/test")
  }

  private func write(_ evaluation: Evaluation, step: Int, epoch: Double, set: String, to directory: String) throws {
    try recording.write(directory + "/predictions.jsonl", evaluation.predictions)
    try recording.write(directory + "/scores.json", evaluation.document(step: step, epoch: epoch, set: set))
  }

  /// Saves the weights and makes the run a version.
  func complete(_ outcome: TrainingOutcome, note: String?) throws -> VersionRecord {
    isTrained = true
    if run.model.adapterSettings != nil {
      try AdapterFiles.write(
        run.model, to: recording.directory + "/adapter",
        baseModel: workspace.portablePath(run.backbone.configuredDirectory),
        dropout: run.configuration.training.loraDropout)
    } else {
      try ModelFiles.write(run.model, to: recording.directory + "/model", source: run.backbone.directory)
    }
    isEnded = true
    return try recording.finish(.completed, result(outcome, reason: nil), note: note)
  }

  /// Records a run that could not go on; what it wrote until then is kept.
  func fail(_ error: any Error, note: String?) throws -> VersionRecord {
    isEnded = true
    return try recording.finish(.failed, result(nil, reason: "\(error)"), note: note)
  }

  func interrupt(reason: String) throws {
    isEnded = true
    try recording.interrupt(reason: reason)
  }

  private func result(_ outcome: TrainingOutcome?, reason: String?) -> RunOutcome {
    var others: [JSONMember] = [
      JSONMember("trained_parameters", .integer(run.model.parameters.trainedCount))
    ]
    if let first = evaluations.first, first.step == 0, evaluations.count > 1 {
      others.append(JSONMember("before_training", .object(first.evaluation.scores(of: "validation"))))
    }
    if !testScores.isEmpty { others.append(JSONMember("test", .object(testScores))) }
    return RunOutcome(
      last: evaluations.last.map { last in
        RunOutcome.Scores(step: last.step, epoch: last.epoch, values: last.evaluation.scores(of: "validation"))
      },
      settings: run.configuration.values { [workspace] _, path in workspace.portablePath(path) }
        .map { JSONMember($0.key, $0.value) },
      trainingSeconds: outcome?.trainingSeconds,
      tokensPerSecond: outcome.flatMap { $0.trainingSeconds > 0 ? Double($0.tokens) / $0.trainingSeconds : nil },
      peakBytes: Machine.peakBytes, reason: reason, others: others)
  }
}
