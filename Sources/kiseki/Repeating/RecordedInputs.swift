import Configuration
import Experiments
import Foundation
import Hashing
import Tables

/// Why a recorded run cannot be made again: what it was made from is not to be had.
struct MissingInput: Error, CustomStringConvertible {
  enum Kind: String {
    case record = "damaged record"
    case otherData = "other data"
    case otherBackbone = "other backbone"
    case noBackbone = "no backbone"
  }

  /// The experiment, as in `demo@2`.
  let label: String
  let kind: Kind
  /// May name places on this machine, which must not be recorded.
  let reason: String

  var description: String { "cannot repeat \(label): \(reason)." }
}

/// What a recorded run was made from, as its record names it.
struct RecordedInputs {
  private enum Place {
    /// Its kept data are written into the folder before they are read.
    case version(RecordedFiles, folder: String)
    /// An interrupted run's.
    case directory(String)
  }

  let label: String
  let configuration: ExperimentConfiguration
  let backbone: BackboneRecord
  private let source: Data
  private let dataset: DatasetRecord
  private let place: Place
  private let workspace: Workspace

  /// - Parameter folder: an empty one, which must stay as long as the run made from this.
  /// - Throws: `MissingInput` for a record that is damaged or was changed.
  init(_ files: RecordedFiles, folder: String, in workspace: Workspace) throws {
    try self.init(.version(files, folder: folder), label: "\(files.version.reference)", workspace) { path in
      try files.data(path)
    }
  }

  /// - Parameter directory: of an interrupted run.
  /// - Throws: `MissingInput` when the run ended before it had written what it was made from.
  init(ofRunNamed name: ExperimentName, in workspace: Workspace) throws {
    let directory = workspace.directory(of: name)
    try self.init(.directory(directory), label: name.text, workspace) { path in
      guard let content = try ExperimentFiles.directory(directory).data(path) else {
        throw MissingInput(
          label: name.text, kind: .record,
          reason:
            "it was interrupted before its \(path) was written, so nothing of it is lost. Move experiments/\(name) "
            + "away and run its configuration again")
      }
      return content
    }
  }

  private init(
    _ place: Place, label: String, _ workspace: Workspace, read: (String) throws -> Data
  ) throws {
    self.place = place
    self.label = label
    self.workspace = workspace
    do {
      configuration = try ExperimentConfiguration.parse(
        read("config.yaml"), name: "config.yaml", baseDirectory: workspace.root
      ).configuration
      source = try read("config.source.yaml")
      func document(_ name: String) throws -> JSONValue {
        let content = try read(name)
        do {
          return try JSONValue(parsing: content)
        } catch {
          throw MissingInput(
            label: label, kind: .record,
            reason: "its \(name) is damaged (\(RunError.withoutEnd(error))); move the folder away and run its "
              + "configuration again")
        }
      }
      dataset = try DatasetRecord(json: document("dataset.json"))
      backbone = try BackboneRecord(json: document("backbone.json"))
    } catch let error as MissingInput {
      throw error
    } catch {
      throw MissingInput(label: label, kind: .record, reason: RunError.withoutEnd(error))
    }
  }

  /// Finds everything on this machine and checks it against the record.
  ///
  /// - Parameter given: the backbone's directory, absolute, where the user names it.
  /// - Throws: `MissingInput` saying what is not there, or is something else now.
  func find(backbone given: String?) throws -> RunInputs {
    var inputs = RunInputs(configuration: configuration, source: source)
    inputs.backboneDirectory = try BackboneSearch(backbone, label: label, in: workspace)
      .directory(given: given, configured: configuration.absolutePath(of: configuration.llmBackbone))
    inputs.backboneRevision = backbone.revision
    inputs.initialAdapter = try initialAdapter()
    inputs.judgeTemplate = try judgeTemplate()
    for file in dataset.files { inputs.dataFiles[file.role] = try path(of: file) }
    return inputs
  }

  /// A data file of the run, checked against the record, and what the record says of it.
  ///
  /// - Throws: `MissingInput` when it is not to be had any more.
  func dataFile(_ role: String) throws -> (path: String, record: DatasetRecord.File) {
    guard let file = dataset.files.first(where: { $0.role == role }) else {
      throw MissingInput(label: label, kind: .record, reason: "its dataset.json names no \(role) data")
    }
    return (try path(of: file), file)
  }

  /// The adapter the run began with, from its record; `nil` when it began anew.
  private func initialAdapter() throws -> InitialAdapter? {
    if configuration.architecture.pretrainedWeights.isEmpty { return nil }
    do {
      switch place {
      case .version(let files, _): return try InitialAdapter(keptBy: files, configuration)
      case .directory(let directory): return try InitialAdapter(keptIn: directory, configuration)
      }
    } catch {
      throw MissingInput(label: label, kind: .record, reason: RunError.withoutEnd(error))
    }
  }

  /// The text its answers were judged by; `nil` when nobody judged them.
  func judgeTemplate() throws -> String? {
    guard configuration.prediction.metric == .judge else { return nil }
    do {
      let content: Data?
      switch place {
      case .version(let files, _): content = try files.data(JudgeSetup.keptTemplate)
      case .directory(let directory):
        content = try ExperimentFiles.directory(directory).data(JudgeSetup.keptTemplate)
      }
      guard let text = content.flatMap({ String(data: $0, encoding: .utf8) }) else {
        throw MissingInput(label: label, kind: .record, reason: "it has no \(JudgeSetup.keptTemplate) in UTF-8")
      }
      return text
    } catch let error as ExperimentsError {
      throw MissingInput(label: label, kind: .record, reason: RunError.withoutEnd(error))
    }
  }

  /// Where the bytes of a data file are.
  private func path(of file: DatasetRecord.File) throws -> String {
    guard let kept = file.storedAs else { return try pathOutside(file) }
    guard kept.hasPrefix("data/"), !kept.dropFirst(5).contains("/"), !kept.contains("..") else {
      throw MissingInput(
        label: label, kind: .record, reason: "its dataset.json names no file of the record for the \(file.role) data")
    }
    let path: String
    switch place {
    case .directory(let directory): path = directory + "/" + kept
    case .version(let files, let folder):
      path = folder + "/" + kept.dropFirst(5)
      do {
        try files.data(kept).write(to: URL(fileURLWithPath: path))
      } catch let error as ExperimentsError {
        throw MissingInput(label: label, kind: .record, reason: RunError.withoutEnd(error))
      }
    }
    guard FileManager.default.fileExists(atPath: path) else {
      throw MissingInput(
        label: label, kind: .record,
        reason:
          "\(kept), the \(file.role) data it began with, is missing; put it back, or move the folder away and run "
          + "its configuration again")
    }
    guard try SHA256.hash(fileAt: path) == file.sha256 else {
      throw MissingInput(
        label: label, kind: .record,
        reason: "\(kept) is not the \(file.role) data the run began with; its SHA-256 was \(file.sha256.hex)")
    }
    return path
  }

  /// A file too large to be kept must still be where it was, or where this machine saw it last.
  private func pathOutside(_ file: DatasetRecord.File) throws -> String {
    let recorded = workspace.root + "/" + file.path
    var found: SHA256Digest?
    for path in [recorded, workspace.rememberedPath(.datasets, file.sha256)].compactMap({ $0 })
    where FileManager.default.fileExists(atPath: path) {
      let digest = try SHA256.hash(fileAt: path)
      if digest == file.sha256 { return path }
      found = found ?? digest
    }
    throw MissingInput(
      label: label, kind: .otherData,
      reason: "its \(file.role) data \(file.path) were too large to be kept (\(file.bytes) bytes), and "
        + (found.map { "the file there has the SHA-256 \($0.hex) now" } ?? "there is no such file any more")
        + "; put the file with the SHA-256 \(file.sha256.hex) there")
  }
}

extension RunError {
  /// An error's sentence without its end, to go on behind it.
  static func withoutEnd(_ error: any Error) -> String {
    let text = "\(error)"
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
