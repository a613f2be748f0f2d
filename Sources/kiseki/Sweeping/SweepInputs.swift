import Configuration
import Experiments
import FineTuning
import Foundation
import Hashing
import LanguageModels
import Launching

/// The data and the models that the trials of a sweep use: each read and checked once.
struct SweepInputs {
  private let workspace: Workspace
  /// One configuration for each way in which trials read data.
  private var readings: [String: ExperimentConfiguration] = [:]
  private var order: [String] = []
  private(set) var warnings: [String] = []
  /// What the first reading gave: sizes for estimates.
  private(set) var first: (configuration: ExperimentConfiguration, backbone: Backbone, data: PreparedData)?
  private var records: [DatasetRecord.File] = []
  /// `data/<sha256>.<ext>` and where it lies now.
  private(set) var keptFiles: [(stored: String, path: String)] = []
  /// Absolute paths of what lies outside of the workspace, by the names that records have for them.
  private(set) var places: [String: String] = [:]

  init(_ workspace: Workspace) { self.workspace = workspace }

  /// Notes what a trial reads; returns the setting as a plan may hold it, a path counting from the workspace.
  mutating func take(_ setting: SettingOverride, of configuration: ExperimentConfiguration) throws -> SettingOverride {
    note(configuration)
    guard let parameter = ParameterTable.parameter(setting.key), case .string(let text) = setting.value, !text.isEmpty
    else { return setting }
    switch parameter.kind {
    case .path: return try portable(setting, path: configuration.absolutePath(of: text))
    case .backbone:
      guard case .directory(let path) = configuration.backboneLocation else { return setting }
      return try portable(setting, path: path)
    default: return setting
    }
  }

  private func portable(_ setting: SettingOverride, path: String) throws -> SettingOverride {
    try SettingOverride(parsing: "\(setting.key)=\(Parameter.text(.string(workspace.portablePath(path))))")
  }

  private mutating func note(_ configuration: ExperimentConfiguration) {
    let key = configuration.values.filter { key, _ in
      key == "llm_backbone" || key.hasPrefix("dataset.") || key.hasPrefix("tokenizer.")
    }.map { $0.value.line() }.joined(separator: "\n")
    if readings.updateValue(configuration, forKey: key) == nil { order.append(key) }
  }

  /// Reads all data and opens all models that trials use.
  ///
  /// - Throws: what would keep a trial from starting.
  mutating func check(_ base: ExperimentConfiguration) throws {
    // Only trials count: a base whose data is replaced by every trial is never read.
    if order.isEmpty { note(base) }
    for configuration in order.compactMap({ readings[$0] }) {
      let backbone = try Backbone(configuration)
      let data = try PreparedData(configuration, tokenizer: backbone.tokenizer)
      let positions = try Architecture(modelDirectory: backbone.directory).maximumPositions
      try data.requireRows(within: positions)
      try keepPlace(of: backbone.directory)
      for source in data.sources { try take(source) }
      for warning in data.warnings where !warnings.contains(warning) { warnings.append(warning) }
      if first == nil { first = (configuration, backbone, data) }
    }
  }

  private mutating func take(_ source: DataSource) throws {
    let portable = workspace.portablePath(source.path)
    guard !records.contains(where: { $0.role == source.role && $0.path == portable && places[portable] == nil }),
      !records.contains(where: { $0.role == source.role && $0.path == portable && places[portable] == source.path })
    else { return }
    try keepPlace(of: source.path)
    var record = try source.record(portablePath: portable, storedAs: nil)
    if record.bytes <= RunRecording.largestKeptDataFile {
      let stored = RunRecording.keptName(of: source.file, sha256: record.sha256)
      record.storedAs = stored
      if !keptFiles.contains(where: { $0.stored == stored }) { keptFiles.append((stored, source.file)) }
    }
    records.append(record)
  }

  /// - Throws: `RunError` when a plan could not tell two places apart.
  private mutating func keepPlace(of path: String) throws {
    let portable = workspace.portablePath(path)
    guard workspace.root + "/" + portable != path else { return }
    if let other = places.updateValue(path, forKey: portable), other != path {
      throw RunError.usage(
        "cannot plan with both \(other) and \(path): outside of the workspace a plan knows them by their last part "
          + "alone. Copy one of them into the workspace.")
    }
  }

  func dataset() throws -> DatasetRecord {
    DatasetRecord(
      files: records, trainIndices: first?.data.trainingRows.map(\.row) ?? [],
      validationIndices: first?.data.validation.rows.map(\.row) ?? [], truncation: first?.data.truncation ?? [])
  }

  func backbone() throws -> BackboneRecord {
    guard let backbone = first?.backbone else { return BackboneRecord(id: "", revision: nil, files: []) }
    return try BackboneRecord(
      id: workspace.portablePath(backbone.configuredDirectory), revision: nil, directory: backbone.directory)
  }
}
