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
  private let checkpoints: RunCheckpoints
  /// On the validation rows, in their order.
  private var evaluations: [RunOutcome.Scores] = []
  private var testScores: [JSONMember] = []
  /// The record was closed, as a version or by the failure to make one.
  private(set) var isEnded = false
  /// Training has come to its end, and its weights are not saved yet.
  private(set) var hasUnsavedWeights = false

  /// What the user should know about where an interrupted run goes on.
  private(set) var remarks: [String] = []

  /// Begins the record: configuration, data, backbone and environment are on disk when this returns.
  init(_ run: PreparedRun, workspace: Workspace, occasion: RunOccasion, dirty: DirtyPolicy) throws {
    self.run = run
    self.workspace = workspace
    self.occasion = occasion
    let recording = try RunRecording.begin(run.name, in: workspace, dirty: dirty, output: run.output)
    self.recording = recording
    do {
      if let document = occasion.document { try recording.write(RunOccasion.file, document) }
      let build = try Kiseki.build(workspace.fileHashes)
      checkpoints = RunCheckpoints(
        run, recording,
        inputs: try recording.writeTogether { try recording.writeInputs(of: run, build: build, in: workspace) },
        build: build)
    } catch {
      // Nothing has been computed yet, so nothing is worth keeping.
      try RunError.after(error, "what was begun could not be removed either") { try recording.discard() }
      throw error
    }
  }

  /// Goes on with an interrupted run where its newest usable checkpoint stands, or at its beginning: what was computed
  /// since goes.
  init(resuming run: PreparedRun, workspace: Workspace) throws {
    self.run = run
    self.workspace = workspace
    occasion = try RunOccasion(ofRunIn: workspace.directory(of: run.name))
    let recording = try RunRecording.reopen(run.name, in: workspace)
    self.recording = recording
    do {
      let build = try Kiseki.build(workspace.fileHashes)
      // The machine or the program may be another one by now.
      checkpoints = RunCheckpoints(
        run, recording,
        inputs: try recording.writeTogether { try recording.writeInputs(of: run, build: build, in: workspace) },
        build: build)
      if let document = try checkpoints.restore(&remarks) {
        try recording.goBack(cutting: document.logs, keepingEvaluations: Set(document.evaluationFolders))
        evaluations = document.evaluations
      } else {
        try recording.startOver()
      }
      for remark in remarks { try recording.log("warning: " + remark) }
      try recording.log(resumption)
    } catch {
      try RunError.after(error, "that could not be written down") { try recording.interrupt(reason: "\(error)") }
      throw error
    }
  }

  /// `resumed from step 40`
  var resumption: String { "resumed from step \(run.trainer.position.step)" }

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
    try recording.writeTogether {
      for file in evaluation.files(step: step, epoch: epoch, set: "validation") {
        try recording.write(file.path, file.content)
      }
    }
    evaluations.append(RunOutcome.Scores(step: step, epoch: epoch, values: evaluation.scores(of: "validation")))
    try recording.append(evaluation.metrics(step: step, epoch: epoch, tokens: tokens), to: .metrics)
    try recording.synchronize()
  }

  /// Writes where the run stands, for `resume`.
  ///
  /// - Returns: a warning when that could not be done; the run can go on.
  func writeCheckpoint() throws -> String? { try checkpoints.write(evaluations) }

  /// The step `resume` would go on from.
  var checkpointStep: Int? { checkpoints.step }

  /// The test set's scores, once, after training.
  func recordTest(_ evaluation: Evaluation, step: Int, epoch: Double) throws {
    testScores = evaluation.scores(of: "test")
    try recording.writeTogether {
      for file in evaluation.files(step: step, epoch: epoch, set: "test") {
        try recording.write(file.path, file.content)
      }
    }
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

  /// Keeps what another run can go on from; see `RunCheckpoints`.
  func keepLastGood() throws -> (step: Int, folder: String)? { try checkpoints.keepLastGood(workspace) }

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
      others.append(JSONMember("before_training", .object(first.values)))
    }
    if let outcome, outcome.endedEarly {
      others.append(
        JSONMember(
          "stopped_early",
          [
            "step": .integer(outcome.stepCount), "planned_steps": .integer(run.trainer.plan.stepCount),
            "best_step": run.trainer.position.best.map { .integer($0.step) } ?? .null,
          ]))
    }
    if checkpoints.count > 0 {
      others.append(
        JSONMember(
          "checkpoints", ["written": .integer(checkpoints.count), "seconds": .number(checkpoints.seconds)]))
    }
    if run.data.trainsOnValidation { others.append(JSONMember("trains_on_validation", true)) }
    if let initial = run.initialAdapter {
      others.append(JSONMember("pretrained_weights", initial.record.sourceJSON))
    }
    if let reason = run.configuration.unverifiable { others.append(JSONMember("not_verifiable", .string(reason))) }
    if let repeats = occasion.repeats { others.append(JSONMember("repeats", repeats)) }
    if !testScores.isEmpty { others.append(JSONMember("test", .object(testScores))) }
    return RunOutcome(
      best: run.trainer.position.best.flatMap { best in evaluations.last { $0.step == best.step } },
      last: evaluations.last, savedStep: outcome?.savedStep,
      settings: run.configuration.values { [workspace] _, path in workspace.portablePath(path) }
        .map { JSONMember($0.key, $0.value) },
      trainingSeconds: outcome?.trainingSeconds,
      tokensPerSecond: outcome.flatMap { $0.trainingSeconds > 0 ? Double($0.tokens) / $0.trainingSeconds : nil },
      peakBytes: Machine.peakBytes, reason: reason, others: others)
  }
}
