import CommandLine
import Experiments
import Foundation
import Hashing
import Tables

/// The data of an earlier evaluation, for who names that evaluation, or a file that has gone since.
struct KeptData {
  let evaluation: LaterEvaluation
  /// Where its bytes are now, absolute.
  let file: String

  /// Characters of an id that are enough to find it by.
  static let shortestID = 6

  /// Looks among the evaluations of the experiment, then among those of all others, the newest first.
  ///
  /// - Parameters:
  ///   - name: as it was typed: the beginning of an id, or a file's name.
  ///   - path: the same as a record would call it.
  ///   - folder: where kept bytes are put.
  /// - Returns: `nil` when no evaluation is called so.
  /// - Throws: `CommandFailure` when the data of that evaluation are not to be had any more.
  init?(
    _ name: String, path: String, of experiment: ExperimentName, folder: String, in workspace: Workspace
  ) throws {
    let others = try workspace.allNotes().keys.filter { $0 != experiment }.sorted { $0.text < $1.text }
    let found = try ([experiment] + others).lazy.compactMap { experiment in
      try workspace.laterEvaluations(of: experiment).evaluations.last { evaluation in
        let data = evaluation.request.data
        return data.role == "data"
          && (data.path == path || data.path == name || Self.isID(name, of: evaluation))
      }
    }.first
    guard let found else { return nil }
    evaluation = found
    file = try Self.file(of: found, folder: folder, in: workspace)
  }

  static func isID(_ name: String, of evaluation: LaterEvaluation) -> Bool {
    name.count >= shortestID && evaluation.id.hasPrefix(name)
  }

  private static func file(of evaluation: LaterEvaluation, folder: String, in workspace: Workspace) throws -> String {
    let data = evaluation.request.data
    if let content = try workspace.data(of: evaluation) {
      let path = folder + "/" + RunRecording.keptName(of: data.path, sha256: data.sha256).dropFirst("data/".count)
      try content.write(to: URL(fileURLWithPath: path))
      return path
    }
    for path in [workspace.root + "/" + data.path, workspace.rememberedPath(.datasets, data.sha256)].compactMap({ $0 })
    where FileManager.default.fileExists(atPath: path) && !isDirectory(path) {
      if try SHA256.hash(fileAt: path) == data.sha256 { return path }
    }
    throw CommandFailure(
      "cannot evaluate on the data of \(evaluation.id), \(data.path): they were not kept with it "
        + "(\(Format.bytes(data.bytes))), and are not where they were any more. Name the file with the SHA-256 "
        + "\(data.sha256.hex).")
  }
}
