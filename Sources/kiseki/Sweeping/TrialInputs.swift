import Configuration
import Experiments
import Foundation
import Hashing
import Launching

/// Turns one trial of a committed plan into what a run is prepared from, on the machine that planned it or in a clone.
struct TrialInputs {
  private let sweep: SweepRecord
  private let workspace: Workspace
  private let dataset: DatasetRecord
  /// Every model that trials of the plan begin with.
  private let backbones: [BackboneRecord]

  init(_ sweep: SweepRecord, in workspace: Workspace) throws {
    self.sweep = sweep
    self.workspace = workspace
    dataset = try sweep.dataset()
    let first = try sweep.backbone()
    var others: [BackboneRecord] = []
    if try sweep.holds(SweepInputs.backboneList) {
      let list = try sweep.json(SweepInputs.backboneList)["backbones"]?.arrayValue ?? []
      others = try list.map { try BackboneRecord(json: $0) }
    }
    backbones = [first] + others
  }

  func inputs(of trial: SweepPlan.Trial) throws -> RunInputs {
    let loaded = try ExperimentConfiguration.parse(
      sweep.data("config.yaml"), name: "the plan of \(sweep.name)", overrides: trial.words,
      baseDirectory: workspace.root)
    let source = ExperimentConfiguration.recordedSource(
      try sweep.data("config.source.yaml"), overrides: trial.words)
    var inputs = RunInputs(configuration: loaded.configuration, source: source, warnings: loaded.warnings)
    try findOutput(for: &inputs)
    let configured = loaded.configuration.dataset
    let files = [
      ("train", configured.trainDataframe),
      ("validation", configured.validationStrategy == .custom ? configured.validationDataframe : ""),
      ("test", configured.testDataframe),
    ]
    for (role, name) in files where !name.isEmpty {
      let path = loaded.configuration.absolutePath(of: name)
      let place = try locate(role: role, path: path)
      if place != path { inputs.dataFiles[role] = place }
    }
    let directory = loaded.configuration.absolutePath(of: loaded.configuration.llmBackbone)
    // A branch may have moved since: all trials of a plan begin with what it was then.
    let planned = backbones.first { backbone in
      backbone.revision == nil
        ? workspace.portablePath(directory) == backbone.id
        : loaded.configuration.llmBackbone == backbone.id
          && loaded.configuration.environment.huggingfaceBranch == backbone.branch
    }
    if let backbone = planned {
      inputs.backboneRevision = backbone.revision
      inputs.backboneDirectory = try BackboneSearch(backbone, label: sweep.name.text, in: workspace)
        .directory(given: nil, configured: directory)
    }
    inputs.initialAdapter = try initialAdapter(loaded.configuration.architecture.pretrainedWeights)
    return inputs
  }

  /// Where the sweep was planned, its trials go where it said, or nowhere; a clone has them in `experiments/`.
  private func findOutput(for inputs: inout RunInputs) throws {
    let recorded = inputs.configuration.outputDirectory
    guard !recorded.isEmpty, let known = workspace.rememberedOutput(recorded, of: sweep.name) else {
      _ = try inputs.findOutput(of: sweep.name, in: workspace)
      return
    }
    inputs.output = try workspace.output(at: known)
  }

  /// The adapter that the plan keeps under this name.
  private func initialAdapter(_ setting: String) throws -> InitialAdapter? {
    if setting.isEmpty { return nil }
    let kept = try sweep.json(SweepInputs.adapterList)["adapters"]?.arrayValue ?? []
    guard let folder = kept.first(where: { $0["setting"]?.stringValue == setting })?["folder"]?.stringValue else {
      throw RunError.failure(
        "cannot start from \(setting): the plan of '\(sweep.name)' keeps no adapter of that name. Plan the sweep again."
      )
    }
    return try InitialAdapter(keptBy: sweep, folder: folder, setting: setting)
  }

  /// The file as it was when the sweep was planned: where it lay if it is unchanged, else the copy kept with the plan.
  private func locate(role: String, path: String) throws -> String {
    let portable = workspace.portablePath(path)
    guard let record = dataset.files.first(where: { $0.role == role && $0.path == portable }) else { return path }
    for candidate in [path, workspace.rememberedPath(.datasets, record.sha256)].compactMap({ $0 })
    where isFile(candidate, of: record) {
      if try SHA256.hash(fileAt: candidate) == record.sha256 { return candidate }
    }
    guard let stored = record.storedAs else {
      throw RunError.failure(
        "cannot read \(portable): it is not the file the sweep '\(sweep.name)' was planned with, which had "
          + "\(record.bytes) bytes and was too large to be kept. Put that file back.")
    }
    let name = URL(fileURLWithPath: stored).lastPathComponent
    let copy = try workspace.cachedInput(name) { try sweep.data(stored) }
    guard try SHA256.hash(fileAt: copy) == record.sha256 else {
      throw RunError.failure("cannot read \(copy): its content is not what its name says. Remove it and try again.")
    }
    return copy
  }

  private func isFile(_ path: String, of record: DatasetRecord.File) -> Bool {
    fileSize(path) == record.bytes
  }
}
