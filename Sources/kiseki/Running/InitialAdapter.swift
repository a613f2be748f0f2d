import Configuration
import Experiments
import Foundation
import Hashing
import LanguageModels
import Tables

/// The adapter whose values a run begins with: where its files are, and what the record keeps of them.
///
/// The files are kept with the experiment, so that it can be made again when the directory has changed or the other
/// experiment is gone; git stores equal files once.
struct InitialAdapter {
  /// In an experiment.
  static let folder = "initial"
  private static let names = ["adapter_config.json", "adapter_model.safetensors"]

  private enum Place {
    case directory(String)
    case version(RecordedFiles, folder: String)
    case plan(SweepRecord, folder: String)
  }

  let record: InitialAdapterRecord
  /// As a configuration names it: a version is always told.
  let setting: String
  /// Sentences for the user.
  private(set) var warnings: [String] = []
  private let place: Place

  private init(_ place: Place, _ record: InitialAdapterRecord, setting: String) {
    self.place = place
    self.record = record
    self.setting = setting
  }

  /// What a user's configuration asks for, `nil` when it asks for none.
  ///
  /// - Parameter backbone: the directory of the run's model.
  /// - Throws: `RunError` when there is no such adapter.
  init?(_ configuration: ExperimentConfiguration, backbone: String, in workspace: Workspace) throws {
    let text = configuration.architecture.pretrainedWeights
    switch configuration.initialAdapterLocation {
    case nil: return nil
    case .directory(let path):
      guard Self.names.allSatisfy({ FileManager.default.fileExists(atPath: path + "/" + $0) }) else {
        throw RunError.usage(
          "cannot start from \(path): it is no directory with \(Self.names.joined(separator: " and ")). Correct "
            + "architecture.pretrained_weights; a relative path counts from the configuration's folder.")
      }
      let files = try Self.names.map { name in
        try Self.file(name, Data(contentsOf: URL(fileURLWithPath: path + "/" + name), options: .mappedIfSafe))
      }
      self.init(
        .directory(path), InitialAdapterRecord(source: .directory(workspace.portablePath(path)), files: files),
        setting: text)
    case .experiment(let name):
      let version = try Self.version(name, in: workspace)
      guard try version.hasFile("adapter/" + Self.names[1]) else {
        let reason = try version.hasFile("model/config.json") ? "it was trained as a whole" : "nothing was saved"
        throw RunError.usage(
          "cannot start from \(version.reference): it has no adapter, because \(reason). Choose another version for "
            + "architecture.pretrained_weights.")
      }
      let recorded = try RecordedFiles(version)
      let files = try Self.names.map { try Self.file($0, recorded.data("adapter/" + $0)) }
      self.init(
        .version(recorded, folder: "adapter"),
        InitialAdapterRecord(
          source: .experiment(version.reference, commit: version.commit.id.description), files: files),
        setting: "\(version.reference)")
      let endings = [".safetensors", ".bin"]
      if try BackboneMismatch.first(version.backbone(), in: backbone, workspace.fileHashes, endings: endings) != nil {
        warnings.append(
          "\(version.reference), whose adapter the training begins with, was tuned on another backbone than this one")
      }
    }
  }

  private static func version(_ text: String, in workspace: Workspace) throws -> ExperimentVersion {
    do {
      return try workspace.version(ExperimentReference(parsing: text))
    } catch let error as ExperimentsError {
      throw RunError.usage(
        "cannot start from \(text), which architecture.pretrained_weights names: there is no such directory beside the "
          + "configuration, and as an experiment: \(error)")
    }
  }

  /// The one an experiment kept.
  ///
  /// - Throws: `ExperimentsError` when the record is damaged.
  init(keptBy files: RecordedFiles, _ configuration: ExperimentConfiguration) throws {
    let json = try JSONValue(parsing: files.data(Self.folder + "/source.json"))
    self.init(
      .version(files, folder: Self.folder), try InitialAdapterRecord(json: json),
      setting: configuration.architecture.pretrainedWeights)
  }

  /// The one an interrupted run kept in its directory.
  ///
  /// - Throws: `ExperimentsError` when the record is damaged.
  init(keptIn directory: String, _ configuration: ExperimentConfiguration) throws {
    let path = directory + "/" + Self.folder
    self.init(
      .directory(path), try InitialAdapterRecord(json: JSONValue(contentsOf: path + "/source.json")),
      setting: configuration.architecture.pretrainedWeights)
  }

  /// The one a plan keeps for its trials.
  init(keptBy sweep: SweepRecord, folder: String, setting: String) throws {
    self.init(
      .plan(sweep, folder: folder), try InitialAdapterRecord(json: sweep.json(folder + "/source.json")),
      setting: setting)
  }

  private static func file(_ name: String, _ content: Data) -> BackboneRecord.File {
    BackboneRecord.File(path: name, bytes: content.count, sha256: SHA256.hash(content))
  }

  /// A file's content, as it was when the run was prepared.
  private func content(_ name: String) throws -> Data {
    let content =
      switch place {
      case .directory(let path): try Data(contentsOf: URL(fileURLWithPath: path + "/" + name), options: .mappedIfSafe)
      case .version(let files, let folder): try files.data(folder + "/" + name)
      case .plan(let sweep, let folder): try sweep.data(folder + "/" + name)
      }
    guard let recorded = record.files.first(where: { $0.path == name }), SHA256.hash(content) == recorded.sha256 else {
      throw RunError.failure("cannot start from \(setting): its \(name) has changed. Start the run again.")
    }
    return content
  }

  /// All files to be kept, by their names in `initial/`.
  func files() throws -> [(name: String, content: Data)] {
    try Self.names.map { ($0, try content($0)) } + [("source.json", record.json.document())]
  }

  /// Gives the model's adapter these values.
  ///
  /// - Throws: `ModelError` when the adapters do not fit.
  func load(into model: CausalLanguageModel) throws {
    try TemporaryFolder.with { folder in
      // A copy of what was checked: what is loaded is what is kept.
      for name in Self.names { try content(name).write(to: URL(fileURLWithPath: folder + "/" + name)) }
      do {
        try AdapterFiles.loadInitialValues(into: model, from: folder, label: setting)
      } catch let error as ModelError {
        // The copy's place says nothing to anyone.
        throw ModelError(error.description.replacingOccurrences(of: folder, with: setting), kind: error.kind)
      }
    }
  }
}
