import Configuration
import Experiments
import Foundation
import Tensors

/// What a run is made from: a user's configuration file, or what an experiment or a plan recorded.
struct RunInputs {
  /// Its paths say what the record calls things; where their bytes are, the locations below may say otherwise.
  var configuration: ExperimentConfiguration
  /// The bytes to record as `config.source.yaml`.
  var source: Data
  /// Shown and logged before the run.
  var warnings: [String] = []
  /// The files to read, absolute, by role (`train`, `validation`, `test`), where they are not at the configured path:
  /// data kept with an experiment.
  var dataFiles: [String: String] = [:]
  /// The backbone's directory, absolute, when it is not at the configured path.
  var backboneDirectory: String?
  /// The commit of the hub that a record says the backbone is; `nil` when the record names a directory.
  var backboneRevision: String?
  /// The adapter to begin with, when it is not to be looked for where the configuration says: one kept with an experiment.
  var initialAdapter: InitialAdapter?
  /// The text a judge is asked by, when it is not to be looked for where the configuration says: one kept with an
  /// experiment.
  var judgeTemplate: String?
  /// The folder to make the run's directory in, as `Workspace.output(at:)` gives it; `nil` for `experiments/`.
  var output: String?
  /// The instruction set to compute with, whatever the environment says.
  var instructionSet: InstructionSet?

  /// Reads a user's file.
  ///
  /// - Throws: `ConfigurationError` with file, line and key.
  static func file(_ path: String, overrides: [String], in workspace: Workspace) throws -> RunInputs {
    let loaded = try ExperimentConfiguration.load(path: path, overrides: overrides)
    let source = try loaded.source(mappingPaths: workspace.portablePath)
    let (configuration, output) = try loaded.configuration.output(in: workspace)
    return RunInputs(
      configuration: configuration, source: source,
      warnings: loaded.warnings
        + RecordPrivacy(workspace).warnings(aboutFile: loaded.file, named: path, record: source),
      output: output)
  }
}
