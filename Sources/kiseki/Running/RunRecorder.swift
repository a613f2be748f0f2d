import Configuration
import Experiments
import FineTuning
import Foundation
import Tables
import Tensors

/// The bridge between the columns: turns what training reports into what is recorded.
final class RunRecorder {
  private let run: PreparedRun
  private let recording: RunRecording
  private let workspace: Workspace
  private let occasion: RunOccasion
  private var evaluations: [(step: Int, epoch: Double, evaluation: Evaluation)] = []
  private var testScores: [JSONMember] = []
  /// The record was closed, as a version or by the failure to make one.
  private(set) var isEnded = false
  /// Training has come to its end, and its weights are not saved yet.
  private(set) var hasUnsavedWeights = false

  /// Begins the record: configuration, data, backbone and environment are on disk when this returns.
  init(_ run: PreparedRun, workspace: Workspace, occasion: RunOccasion, dirty: DirtyPolicy) throws {
    self.run = run
    self.workspace = workspace
    self.occasion = occasion
    recording = try RunRecording.begin(run.name, in: workspace, dirty: dirty)
    do {
      if let document = occasion.document { try recording.write(RunOccasion.file, document) }
      try writeInputs()
    } catch {
      // Nothing has been computed yet, so nothing is worth keeping.
      try RunError.after(error, "what was begun could not be removed either") { try recording.discard() }
      throw error
    }
  }

  /// Goes on with the record of an interrupted run, from its beginning: what was computed goes, the inputs stay.
  init(resuming run: PreparedRun, workspace: Workspace) throws {
    self.run = run
    self.workspace = workspace
    occasion = try RunOccasion(ofRunIn: workspace.directory(of: run.name))
    recording = try RunRecording.reopen(run.name, in: workspace)
    do {
      try recording.startOver()
      try recording.log("resumed from step 0")
      // The machine or the program may be another one by now.
      try writeInputs()
    } catch {
      try RunError.after(error, "that could not be written down") { try recording.interrupt(reason: "\(error)") }
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
    if let weights = backbone.weightsSHA256 {
      try workspace.remember(run.backbone.directory, as: .backbones, weights)
    }
    for (file, source) in zip(files, run.data.sources) where file.storedAs == nil {
      try workspace.remember(source.file, as: .datasets, file.sha256)
    }
    let engine = run.model.engine
    let environment = try EnvironmentRecord.current(
      EnvironmentRecord.Program(
        version: Kiseki.version, build: try Kiseki.build(workspace.fileHashes),
        instructionSet: engine.instructionSet.rawValue,
        threads: engine.parallel.threadCount, blasKernel: engine.blasKernelName,
        mixedPrecision: engine.mixedPrecision.name),
      workspace: workspace)
    try recording.write("environment.json", environment.json)
  }

  /// Tags the version that this run is to become: now, so that a kill cannot part the two.
  func tag(_ tags: [String]) throws {
    guard !tags.isEmpty else { return }
    do {
      let version = try workspace.versionCount(of: run.name) + 1
      try workspace.updateNotes(of: run.name) { notes in tags.forEach { notes.add(tag: $0, version: version) } }
    } catch {
      try RunError.after(error, "what was begun could not be removed either") { try recording.discard() }
      throw error
    }
  }

  func log(_ line: String) throws { try recording.log(line) }

  func record(_ report: StepReport) throws {
    try recording.append(report.metrics, to: .metrics)
    try recording.append(
      [
        "step": .integer(report.step), "tokens": .integer(report.tokens), "seconds": .number(report.seconds),
        "peak_bytes": .integer(Machine.peakBytes),
      ], to: .timings)
  }

  func record(_ evaluation: Evaluation, step: Int, epoch: Double, tokens: Int) throws {
    // The line in the metrics says that the evaluation is there, so it comes last.
    for file in evaluation.files(step: step, epoch: epoch, set: "validation") {
      try recording.write(file.path, file.content)
    }
    evaluations.append((step, epoch, evaluation))
    try recording.append(evaluation.metrics(step: step, epoch: epoch, tokens: tokens), to: .metrics)
    try recording.synchronize()
  }

  /// The test set's scores, once, after training.
  func recordTest(_ evaluation: Evaluation, step: Int, epoch: Double) throws {
    testScores = evaluation.scores(of: "test")
    for file in evaluation.files(step: step, epoch: epoch, set: "test") { try recording.write(file.path, file.content) }
  }

  /// Saves the weights and makes the run a version.
  func complete(_ outcome: TrainingOutcome) throws -> VersionRecord {
    hasUnsavedWeights = true
    try run.writeWeights(into: recording.directory, workspace: workspace)
    hasUnsavedWeights = false
    try recording.log(try announcement(of: .completed))
    isEnded = true
    return try recording.finish(.completed, result(outcome, reason: nil), note: occasion.message)
  }

  /// Records a run that could not go on; what it wrote until then is kept.
  func fail(_ error: any Error) throws -> VersionRecord {
    try recording.log(try announcement(of: .failed))
    isEnded = true
    return try recording.finish(.failed, result(nil, reason: "\(error)"), note: occasion.message)
  }

  /// The log is a part of the version, so it cannot name the commit.
  private func announcement(of status: RunStatus) throws -> String {
    RunExecution.announcement(run.name, version: try recording.nextVersion(), status)
  }

  /// - Parameter message: what the user is told, for the log.
  func interrupt(reason: String, message: String) throws {
    isEnded = true
    let logged = Result { try recording.log(message) }
    try recording.interrupt(reason: reason)
    try logged.get()
  }

  private func result(_ outcome: TrainingOutcome?, reason: String?) -> RunOutcome {
    var others: [JSONMember] = [
      JSONMember("trained_parameters", .integer(run.model.parameters.trainedCount)),
      JSONMember("expected_peak_bytes", .integer(run.memory.estimate.total)),
    ]
    if let first = evaluations.first, first.step == 0, evaluations.count > 1 {
      others.append(JSONMember("before_training", .object(first.evaluation.scores(of: "validation"))))
    }
    if let repeats = occasion.repeats { others.append(JSONMember("repeats", repeats)) }
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
