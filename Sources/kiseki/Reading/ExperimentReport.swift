import Experiments
import Foundation
import Tables

/// All that is known of one version, or of a run that has become none yet.
struct ExperimentReport {
  /// `name@2`, or the name alone for a run without a version.
  let label: String
  let summary: ExperimentSummary
  /// `nil` for a run that is no version.
  let version: ExperimentVersion?
  let files: [ExperimentFiles.File]
  private(set) var result: ResultRecord?
  private(set) var dataset: DatasetRecord?
  private(set) var backbone: BackboneRecord?
  private(set) var environment: EnvironmentRecord?
  private(set) var configuration: RecordedConfiguration?
  private(set) var evaluations: [RecordedEvaluation] = []
  private(set) var samples: (step: String, rows: [SamplePrediction])?
  /// The last line of the metrics, for a run whose result is not written.
  private(set) var lastMetrics: JSONValue?
  /// The step from which `resume` would go on, for a run that is no version and has a checkpoint.
  private(set) var checkpointStep: Int?
  /// What was said about the experiment since it was recorded.
  private(set) var notes = ExperimentNotes()
  /// Made after the version was recorded, oldest first.
  private(set) var laterEvaluations: [LaterEvaluation] = []
  /// Parts that could not be read; the rest is shown all the same.
  private(set) var problems: [String] = []

  /// Reads a version, or for a bare name the unfinished run where there is one.
  ///
  /// - Throws: `ExperimentsError` when there is no such experiment.
  init(_ reference: ExperimentReference, in workspace: Workspace) throws {
    let known = try workspace.experiments().first { $0.name == reference.name }
    if let known, known.isUnfinished, reference.version == nil {
      version = nil
      summary = known
      label = reference.name.text
    } else {
      let found = try workspace.version(reference)
      version = found
      label = "\(found.name)@\(found.number)"
      // `version(_:)` found it, so the list has it too unless it was removed this moment.
      guard let known else { throw CommandFailure("cannot read '\(label)': it was removed meanwhile.") }
      summary = known
    }
    let source =
      version.map { ExperimentFiles.version($0) } ?? .directory(workspace.directory(of: summary.name))
    files = try source.all()
    result = try document("result.json", source) { try ResultRecord(json: $0) }
    dataset = try document("dataset.json", source) { try DatasetRecord(json: $0) }
    backbone = try document("backbone.json", source) { try BackboneRecord(json: $0) }
    environment = try document("environment.json", source) { try EnvironmentRecord(json: $0) }
    configuration = part { [label] in try RecordedConfiguration(source, of: label, in: workspace) } ?? nil
    evaluations = part { try RecordedEvaluation.all(in: source) } ?? []
    let saved = result?.outcome.saved?.step
    samples =
      part { [evaluations] in try SamplePrediction.samples(evaluations, savedStep: saved, in: source) } ?? nil
    notes = part { [summary] in try workspace.notes(of: summary.name) } ?? notes
    if let number = version?.number,
      let later = part({ [summary] in try workspace.laterEvaluations(of: summary.name, version: number) })
    {
      laterEvaluations = later.evaluations
      problems += later.problems.map { "\(label): \($0)" }
    }
    if version == nil {
      checkpointStep = workspace.checkpointStep(ofRunNamed: summary.name)
      problems += workspace.vanished(summary.name).map { ["\(label): \($0)"] } ?? []
    }
    lastMetrics = part { try source.lines("metrics.jsonl").last } ?? nil
  }

  private mutating func document<Record>(
    _ path: String, _ source: ExperimentFiles, _ read: (JSONValue) throws -> Record
  ) throws -> Record? {
    part { try source.json(path).map(read) } ?? nil
  }

  /// A part of the report; a fault in it is noted and hides nothing else.
  private mutating func part<Value>(_ read: () throws -> Value) -> Value? {
    do {
      return try read()
    } catch {
      problems.append("\(label): \(error)")
      return nil
    }
  }

  var status: ExperimentSummary.Status {
    guard version != nil else { return summary.status }
    return result.map { $0.status == .completed ? .completed : .failed } ?? .unreadable
  }

  /// The version that notes and tags are about: the coming one of a run that is none yet.
  var notedVersion: Int { version?.number ?? summary.version + 1 }

  /// The judgements of this version, oldest first.
  var verdicts: [ExperimentNotes.Verdict] { notes.verdicts.filter { $0.version == notedVersion } }

  /// When the version was recorded, or the run began.
  var time: Date? { version.map { result?.finishedAt ?? $0.commit.time } ?? summary.time }

  var json: JSONValue {
    var members = [
      JSONMember("name", .string(summary.name.text)), JSONMember("status", .string(status.rawValue)),
      JSONMember("version", version.map { .integer($0.number) } ?? .null),
      JSONMember("versions", .integer(summary.version)),
      JSONMember("commit", version.map { .string($0.commit.id.hex) } ?? .null),
      JSONMember("time", time.map { .string($0.documentText) } ?? .null),
      JSONMember("note", version?.note.map { .string($0) } ?? .null),
      JSONMember("tags", .array(notes.tags(of: notedVersion).map { .string($0) })),
      JSONMember("notes", .array(notes.notes(of: notedVersion).map(\.json))),
      JSONMember("verdicts", .array(verdicts.map(\.json))), JSONMember("result", result?.json ?? .null),
      JSONMember("settings", configuration.map { .object($0.members) } ?? .null),
      JSONMember(
        "changed_settings",
        configuration.map { .object($0.changed.map { JSONMember($0.key, $0.value) }) } ?? .null),
      JSONMember("dataset", dataset?.json ?? .null), JSONMember("backbone", backbone?.json ?? .null),
      JSONMember("environment", environment?.json ?? .null),
      JSONMember("evaluations", .array(evaluations.map(\.json))),
      JSONMember("later_evaluations", .array(laterEvaluations.map(\.json))),
      JSONMember("samples", .array((samples?.rows ?? []).map(\.json))),
      JSONMember(
        "files",
        .array(files.map { ["path": .string($0.path), "bytes": .integer($0.bytes)] })),
    ]
    if version == nil {
      members.append(JSONMember("last_metrics", lastMetrics ?? .null))
      members.append(JSONMember("checkpoint_step", checkpointStep.map { .integer($0) } ?? .null))
    }
    if !problems.isEmpty { members.append(JSONMember("problems", .array(problems.map { .string($0) }))) }
    return .object(members)
  }
}
