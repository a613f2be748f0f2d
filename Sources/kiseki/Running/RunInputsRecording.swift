import Configuration
import Experiments
import Foundation

extension RunRecording {
  /// Puts on disk what a run is made from: configuration, data, backbone and environment.
  ///
  /// - Returns: what of it a checkpoint must fit.
  func writeInputs(of run: PreparedRun, build: String, in workspace: Workspace) throws -> CheckpointInputs {
    // Before the configuration that needs it.
    for file in try run.initialAdapter?.files() ?? [] {
      try write(InitialAdapter.folder + "/" + file.name, file.content)
    }
    if let template = run.judge?.file { try write(template.name, template.content) }
    // The record must read the same wherever it is checked out: paths count from the workspace.
    let resolved = run.configuration.resolvedYAML { _, path in workspace.portablePath(path) }
    try write("config.yaml", Data(resolved.utf8))
    try write("config.source.yaml", run.source)
    let files = try run.data.sources.map { source in
      try source.record(
        portablePath: workspace.portablePath(source.path), storedAs: try keepDataFile(at: source.file))
    }
    var dataset = DatasetRecord(
      files: files, trainIndices: run.data.trainingRows.map(\.row),
      validationIndices: run.data.validation.rows.map(\.row), truncation: run.data.truncation)
    dataset.trainsOnValidation = run.data.trainsOnValidation
    try write("dataset.json", dataset.json)
    let backbone = try run.backbone.place.record(in: workspace)
    try write("backbone.json", backbone.json)
    if let weights = backbone.weightsSHA256 {
      try workspace.remember(run.backbone.directory, as: .backbones, weights)
    }
    for (file, source) in zip(files, run.data.sources) where file.storedAs == nil {
      try workspace.remember(source.file, as: .datasets, file.sha256)
    }
    let engine = run.model.engine
    let environment = try EnvironmentRecord.current(
      EnvironmentRecord.Program(
        version: Kiseki.version, build: build,
        instructionSet: engine.instructionSet.rawValue,
        threads: engine.parallel.threadCount, blasKernel: engine.blasKernelName,
        mixedPrecision: engine.mixedPrecision.name),
      workspace: workspace)
    try write("environment.json", environment.json)
    return CheckpointInputs(run.configuration, dataset: dataset, backbone: backbone)
  }
}
