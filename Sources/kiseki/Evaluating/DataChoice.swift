import CommandLine
import Experiments
import Foundation
import Hashing
import Spelling

/// The later evaluations that `--data` chooses among: those on a file, by its content, or one by its id.
struct DataChoice {
  static let option = ValueOption(
    "data", placeholder: "FILE", help: "by the scores of 'kiseki evaluate' on this file instead of the runs' own rows")

  /// As it was typed.
  let name: String
  private let sha256: SHA256Digest?
  private let path: String

  init(_ name: String, _ console: Console, in workspace: Workspace) throws {
    self.name = name
    let full = console.path(name)
    path = workspace.portablePath(full)
    sha256 =
      FileManager.default.fileExists(atPath: full) && !isDirectory(full) ? try SHA256.hash(fileAt: full) : nil
  }

  /// A file with the same content is the same data; where the file has gone, its name has to do.
  func matches(_ evaluation: LaterEvaluation) -> Bool {
    let data = evaluation.request.data
    if let sha256 { return data.sha256 == sha256 }
    return data.path == path || data.path == name || (name.count >= 6 && evaluation.id.hasPrefix(name))
  }

  /// Runs with the newest evaluation of each on these data, of those that have the score asked for where any has.
  ///
  /// - Returns: with sentences about what a reader of the comparison has to know.
  /// - Throws: `CommandFailure` when none of them has one.
  func runs(
    _ versions: [ExperimentVersion], by metric: ComparisonMetric?, in workspace: Workspace
  ) throws -> (runs: [ComparedRun], remarks: [String]) {
    var chosen: [LaterEvaluation] = []
    var remarks: [String] = []
    let runs = try versions.map { version in
      var run = ComparedRun(version)
      let found = try workspace.laterEvaluations(of: version.name, version: version.number)
      remarks += found.problems
      let evaluations = found.evaluations.filter { !$0.request.isBase && matches($0) }
      let scored = evaluations.filter { evaluation in
        metric.map { evaluation.score($0.measure.rawValue) != nil } ?? true
      }
      guard let newest = scored.last ?? evaluations.last else {
        run.lack(
          "evaluation on \(name); '\(shellCommand("evaluate", "\(version.reference)")) --data \(shellWord(name))' makes one"
        )
        return run
      }
      try run.take(newest, predictions: workspace.predictions(of: newest))
      chosen.append(newest)
      return run
    }
    guard let first = chosen.first else {
      let example = versions.first.map { " --data \(shellWord(name)) for \($0.reference)" } ?? ""
      throw CommandFailure(
        "cannot compare on \(name): none of these experiments was evaluated on it\(sha256 == nil ? "" : " as it is now"). "
          + "Use 'kiseki evaluate' with\(example) first.")
    }
    if chosen.contains(where: { Set($0.request.settings) != Set(first.request.settings) }) {
      remarks.append(
        "the newest evaluations on \(name) were made by different settings, which 'kiseki show' lists; scores differ for "
          + "that reason too")
    }
    return (runs, remarks)
  }
}
