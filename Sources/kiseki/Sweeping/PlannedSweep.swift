import CommandLine
import Configuration
import Experiments
import Foundation
import LanguageModels
import Launching

/// A sweep with everything checked, before anything of it is recorded.
struct PlannedSweep {
  let name: ExperimentName
  let plan: SweepPlan
  /// With the settings that all trials share.
  let base: ExperimentConfiguration
  let source: Data
  private(set) var warnings: [String]
  /// Opened and read once for all trials that share backbone and data.
  let inputs: SweepInputs
  /// The folder the directories of trials are made in; `nil` for `experiments/`.
  let output: String?

  /// - Parameter path: the base configuration's file.
  /// - Throws: whatever keeps any trial from starting; nothing has been written then.
  init(_ planner: SweepPlanner, path: String, givenName: String?, workspace: Workspace) throws {
    var generator = SystemRandomNumberGenerator()
    var words = planner.baseWords
    let loaded = try ExperimentConfiguration.load(path: path, overrides: words)
    var source = try loaded.source(mappingPaths: workspace.portablePath)
    let folder = loaded.configuration.configDirectory
    var (configuration, output) = try loaded.configuration.output(in: workspace)
    if configuration.environment.seed == -1 {
      // Drawn once, so that the plan says it and all trials share it.
      configuration = configuration.drawingSeed(using: &generator)
      let word = "environment.seed=\(configuration.environment.seed)"
      words.append(word)
      source = ExperimentConfiguration.recordedSource(source, overrides: [word])
    }
    let name = try configuration.placingRefusals {
      try Self.name(givenName, loaded.configuration.experimentName, workspace, output)
    }
    self.output = output
    configuration = try configuration.setting("experiment_name", to: .string(name.text))
    var inputs = SweepInputs(workspace)
    plan = try planner.plan(
      name: name.text, base: configuration, baseWords: words, using: &generator
    ) { [words, source] overrides in
      // From the bytes read above: the file may change meanwhile.
      let whole = try ExperimentConfiguration.parse(
        source, name: path, overrides: words + overrides, baseDirectory: folder
      ).configuration
      inputs.note(whole)
      return whole
    }.mapping { [inputs, configuration] in try inputs.portable($0, of: configuration) }
    for trial in plan.trials where (try? ExperimentName("\(name)/\(trial.name)")) == nil || name.text.utf8.count > 70 {
      throw RunError.usage(
        "cannot plan '\(name)': with the names of its trials it is longer than a name may be. Choose a shorter one "
          + "with -n.")
    }
    try configuration.placingRefusals { try inputs.check(configuration) }
    self.name = name
    self.inputs = inputs
    base = try inputs.pinned(configuration).0
    self.source = source
    let privacy = RecordPrivacy(workspace)
    warnings = loaded.warnings + privacy.warnings(aboutFile: loaded.file, named: path, record: source) + inputs.warnings
  }

  /// `-n`, else after the configuration's name, else two drawn words.
  private static func name(
    _ given: String?, _ configured: String, _ workspace: Workspace, _ output: String?
  ) throws -> ExperimentName {
    func requireFree(_ name: ExperimentName) throws {
      try workspace.requireFree(name)
      try workspace.requireFreeDirectory(of: name, in: output)
    }
    if let given {
      let name = try ExperimentName(given)
      try requireFree(name)
      return name
    }
    func isTaken(_ name: ExperimentName) -> Bool {
      // Whether it is taken may fail to be known; then it is not used.
      do { try requireFree(name) } catch { return true }
      return false
    }
    guard !configured.isEmpty else {
      return try DrawnName.draw(randomIndex: { Int.random(in: 0..<$0) }, isTaken: isTaken)
    }
    let base = configured.split(separator: "/").joined(separator: "-") + "-sweep"
    var name = try ExperimentName(base)
    var count = 1
    while isTaken(name) {
      count += 1
      guard count < 10_000 else { throw RunError.usage("cannot name the sweep after '\(base)'; give a name with -n.") }
      name = try ExperimentName("\(base)-\(count)")
    }
    return name
  }

  /// Makes the plan a commit; from then on any clone can do what is missing.
  func record(in workspace: Workspace) throws -> SweepRecord {
    var files: [String: SweepFile] = [
      "plan.json": .data(plan.json.document()), "config.source.yaml": .data(source),
      "config.yaml": .data(Data(base.resolvedYAML { _, path in workspace.portablePath(path) }.utf8)),
      "dataset.json": .data(try inputs.dataset().json.document()),
      "backbone.json": .data(try inputs.backbone().json.document()),
    ]
    files.merge(try inputs.adapterFiles()) { $1 }
    files.merge(try inputs.backboneFiles()) { $1 }
    for (stored, path) in inputs.keptFiles { files[stored] = .file(path) }
    try inputs.remember()
    if let output { try workspace.remember(output: output, for: name) }
    return try workspace.recordSweep(
      name, files: files, message: "\(name): plan of \(Format.count(plan.trials.count, "trial"))\n")
  }
}
