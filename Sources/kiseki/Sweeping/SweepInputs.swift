import Configuration
import Experiments
import FineTuning
import Foundation
import Hashing
import LanguageModels
import Launching
import Tables

/// The data and the models that the trials of a sweep use: each read and checked once.
struct SweepInputs {
  private let workspace: Workspace
  /// One configuration for each way in which trials read data.
  private var readings: [String: ExperimentConfiguration] = [:]
  private var order: [String] = []
  private(set) var warnings: [String] = []
  /// What the first reading gave: sizes for estimates.
  private(set) var first: (configuration: ExperimentConfiguration, backbone: Backbone, data: PreparedData)?
  /// What every other model of the plan is, beside the first: only there when trials begin with several.
  static let backboneList = "backbones.json"
  /// One place for each model that trials begin with, in the order of their first trial.
  private var backbones: [BackbonePlace] = []
  private var records: [DatasetRecord.File] = []
  /// `data/<sha256>.<ext>` and where it lies now.
  private(set) var keptFiles: [(stored: String, path: String)] = []
  /// Which adapters a plan keeps, and where; only there when it keeps any.
  static let adapterList = "initial.json"
  /// By the name the plan has for each.
  private var adapters: [String: InitialAdapter] = [:]
  /// A configuration for every adapter that trials begin with.
  private var beginnings: [String: ExperimentConfiguration] = [:]
  /// Absolute paths of what lies outside of the workspace, by the names that records have for them.
  private var places: [String: String] = [:]

  init(_ workspace: Workspace) { self.workspace = workspace }

  /// The setting as a plan may hold it: a path counts from the workspace.
  func portable(_ setting: SettingOverride, of base: ExperimentConfiguration) throws -> SettingOverride {
    guard let parameter = ParameterTable.parameter(setting.key), case .string(let text) = setting.value, !text.isEmpty
    else { return setting }
    switch parameter.kind {
    case .path: return try portable(setting, path: base.absolutePath(of: text))
    case .backbone:
      let configuration = try base.setting(setting.key, to: setting.value)
      guard case .directory(let path) = configuration.backboneLocation else { return setting }
      return try portable(setting, path: path)
    case .adapter: return try pinned(base.setting(setting.key, to: setting.value)).1 ?? setting
    case .template:
      guard case .file(let path) = try base.setting(setting.key, to: setting.value).judgeTemplateLocation else {
        return setting
      }
      return try portable(setting, path: path)
    default: return setting
    }
  }

  /// A configuration whose adapter is named as a plan names it: by its version, or its path from the workspace.
  func pinned(_ configuration: ExperimentConfiguration) throws -> (ExperimentConfiguration, SettingOverride?) {
    let key = "architecture.pretrained_weights"
    let name: String
    switch configuration.initialAdapterLocation {
    case nil: return (configuration, nil)
    case .directory(let path): name = workspace.portablePath(path)
    case .experiment:
      let backbone = try Backbone(configuration)
      guard let adapter = try InitialAdapter(configuration, backbone: backbone.directory, in: workspace) else {
        return (configuration, nil)
      }
      name = adapter.setting
    }
    return (
      try configuration.setting(key, to: .string(name)),
      try SettingOverride(parsing: "\(key)=\(Parameter.text(.string(name)))")
    )
  }

  private func portable(_ setting: SettingOverride, path: String) throws -> SettingOverride {
    try SettingOverride(parsing: "\(setting.key)=\(Parameter.text(.string(workspace.portablePath(path))))")
  }

  /// Notes what a trial reads.
  mutating func note(_ configuration: ExperimentConfiguration) {
    let key = configuration.values.filter { key, _ in
      key == "llm_backbone" || key == "environment.huggingface_branch" || key.hasPrefix("dataset.")
        || key.hasPrefix("tokenizer.")
    }.map { $0.value.line() }.joined(separator: "\n")
    beginnings[configuration.architecture.pretrainedWeights] = configuration
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
      if !backbones.contains(where: { $0.directory == backbone.directory && $0.origin == backbone.place.origin }) {
        backbones.append(backbone.place)
      }
      // One of the hub is known by its id.
      if backbone.place.origin == nil { try keepPlace(of: backbone.directory) }
      for source in data.sources { try take(source) }
      for warning in data.warnings where !warnings.contains(warning) { warnings.append(warning) }
      if first == nil { first = (configuration, backbone, data) }
    }
    for configuration in beginnings.values.sorted(by: {
      $0.architecture.pretrainedWeights < $1.architecture.pretrainedWeights
    }) {
      let backbone = try Backbone(configuration)
      guard let adapter = try InitialAdapter(configuration, backbone: backbone.directory, in: workspace) else {
        continue
      }
      adapters[try pinned(configuration).0.architecture.pretrainedWeights] = adapter
      for warning in adapter.warnings where !warnings.contains(warning) { warnings.append(warning) }
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
      if !keptFiles.contains(where: { $0.stored == stored }) {
        keptFiles.append((stored, URL(fileURLWithPath: source.file).resolvingSymlinksInPath().path))
      }
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
    try backbones.first?.record(in: workspace) ?? BackboneRecord(id: "", revision: nil, files: [])
  }

  /// What a plan keeps of the models beside the first.
  func backboneFiles() throws -> [String: SweepFile] {
    guard backbones.count > 1 else { return [:] }
    let list = try backbones.dropFirst().map { try $0.record(in: workspace).json }
    return [
      Self.backboneList: .data(
        JSONValue.object([
          JSONMember("format", 1), JSONMember("backbones", .array(list)),
        ]).document())
    ]
  }

  /// What a plan keeps of the adapters its trials begin with, by path.
  func adapterFiles() throws -> [String: SweepFile] {
    guard !adapters.isEmpty else { return [:] }
    var files: [String: SweepFile] = [:]
    var list: [JSONValue] = []
    for (setting, adapter) in adapters.sorted(by: { $0.key < $1.key }) {
      let folder = InitialAdapter.folder + "/\(list.count + 1)"
      list.append(["setting": .string(setting), "folder": .string(folder)])
      for file in try adapter.files() { files[folder + "/" + file.name] = .data(file.content) }
    }
    let document: JSONValue = ["format": 1, "adapters": .array(list)]
    files[Self.adapterList] = .data(document.document())
    return files
  }

  /// Notes where this machine has what the plan names by its content alone.
  func remember() throws {
    for record in records { try places[record.path].map { try workspace.remember($0, as: .datasets, record.sha256) } }
    for place in backbones {
      guard let weights = try place.record(in: workspace).weightsSHA256 else { continue }
      try workspace.remember(place.directory, as: .backbones, weights)
    }
  }
}
