import Configuration
import Experiments
import FineTuning
import Foundation
import Hashing
import Tables

/// The rows an old run is scored on: of a file the user names, or those it was scored on itself.
struct EvaluatedPart {
  /// Where they are from.
  enum Choice {
    /// A path as it was typed, and where it leads.
    case file(name: String, path: String)
    case validation
    case test
  }

  let record: DatasetRecord.File
  /// Where the bytes of a file that the run did not know are, absolute.
  private(set) var file: String?
  /// The earlier evaluation whose kept data these are.
  private(set) var keptWith: String?
  /// What may be of use to know.
  private(set) var remark: String?
  /// For messages.
  let source: String
  let rows: [TextRow]
  let conversations: Conversations
  private(set) var warnings: [String]

  /// - Parameters:
  ///   - configuration: of the version, perhaps with other columns.
  ///   - folder: an empty one for data kept with the version, which is read from there.
  /// - Throws: whatever keeps the rows from being had: nothing has been computed by then.
  init(
    _ choice: Choice, of version: ExperimentVersion, _ configuration: ExperimentConfiguration, folder: String,
    in workspace: Workspace
  ) throws {
    switch choice {
    case .file(let name, let path):
      try self.init(file: path, name: name, of: version, configuration, folder: folder, workspace)
    case .validation, .test:
      try self.init(of: version, isTest: choice.isTest, configuration, folder: folder, workspace)
    }
  }

  private init(
    file given: String, name typed: String, of version: ExperimentVersion, _ configuration: ExperimentConfiguration,
    folder: String, _ workspace: Workspace
  ) throws {
    var (name, path) = (typed, given)
    var isDirectory: ObjCBool = false
    try requirePermission(toRead: path)
    var kept: KeptData?
    if !FileManager.default.fileExists(atPath: path) {
      kept = try KeptData(
        typed, path: workspace.portablePath(given), of: version.name, folder: folder, in: workspace)
    }
    if let kept { (name, path) = (kept.evaluation.request.data.path, kept.file) }
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
      throw RunError.usage(
        "cannot evaluate on \(name): \(isDirectory.boolValue ? "it is a folder" : "there is no such file"). Give --data a "
          + "CSV, TSV, JSON or JSON Lines file, or the id of an earlier evaluation for the data kept with it.")
    }
    let source: DataSource
    do {
      source = try DataSource(role: "data", name: name, configuration, file: path)
    } catch let error as FineTuningError where "\(error)".contains("_column") {
      throw RunError.usage(
        RunError.sentence(error) + " Name the columns of this file, as in prompt_column=question answer_column=reply.")
    }
    self.source = name
    rows = source.text.rows
    conversations = source.text.conversations
    warnings = source.warnings
    if let evaluation = kept?.evaluation {
      let kept =
        "\(name) as the evaluation \(evaluation.id) of "
        + "\(evaluation.request.name)@\(evaluation.request.version) kept it"
      if KeptData.isID(typed, of: evaluation) {
        remark = "the rows are those of \(kept)"
      } else {
        warnings.append("there is no file \(typed) now; the rows are those of \(kept)")
      }
      keptWith = evaluation.id
    }
    file = path
    record = try source.record(
      portablePath: kept?.evaluation.request.data.path ?? workspace.portablePath(path), storedAs: nil)
    let training = try version.dataset().files.first { $0.role == "train" }
    if training?.contentSHA256 == record.contentSHA256 {
      warnings.append(
        "\(name) holds the rows \(version.name)@\(version.number) was trained on, so these scores say nothing about "
          + "unseen text")
    }
  }

  private init(
    of version: ExperimentVersion, isTest: Bool, _ configuration: ExperimentConfiguration, folder: String,
    _ workspace: Workspace
  ) throws {
    let dataset = configuration.dataset
    let label = "\(version.name)@\(version.number)"
    let role = isTest ? "test" : "validation"
    guard !isTest || !dataset.testDataframe.isEmpty else {
      throw RunError.usage(
        "cannot evaluate \(label) on its test data: it has none. Name a file with --data, or take its validation rows "
          + "with --part validation.")
    }
    let isSplit = !isTest && dataset.validationStrategy == .automatic
    let inputs = try RecordedInputs(RecordedFiles(version), folder: folder, in: workspace)
    let (file, recorded) = try inputs.dataFile(isSplit ? "train" : role)
    let part: DataRows.Part
    if isSplit {
      part = try DataRows(configuration, files: ["train": file]).validation
    } else {
      part = try DataRows.Part(
        role: role, name: isTest ? dataset.testDataframe : dataset.validationDataframe, configuration, file: file)
    }
    source = part.source.name
    rows = part.rows
    conversations = part.source.text.conversations
    warnings = part.source.warnings
    record = recorded.asRole(role)
    let indices = try version.dataset().validationIndices
    guard isTest || rows.map(\.row) == indices else {
      throw CommandFailure(
        "cannot evaluate \(label) on its validation rows: the split gives other rows than it recorded. Leave the columns "
          + "as they were, or name a file with --data.")
    }
  }
}

extension EvaluatedPart.Choice {
  fileprivate var isTest: Bool { if case .test = self { true } else { false } }
}

extension DatasetRecord.File {
  fileprivate func asRole(_ role: String) -> DatasetRecord.File {
    var file = self
    file.role = role
    file.storedAs = nil
    return file
  }
}
