import Configuration
import Experiments
import Foundation
import Tables

/// One experiment of a list: its newest version, or its run that has become none yet.
struct ExperimentRow {
  /// With the settings and scores of the run that is none yet, as far as it came.
  let summary: ExperimentSummary
  /// Why something of it could not be read.
  let problem: String?

  init(_ summary: ExperimentSummary, in workspace: Workspace) {
    var summary = summary
    var problem = summary.problem
    if summary.isUnfinished {
      do {
        let files = ExperimentFiles.directory(workspace.directory(of: summary.name))
        problem = problem ?? workspace.vanished(summary.name)
        summary.settings = try RecordedConfiguration(files, of: summary.name.text, in: workspace)?.members ?? []
        summary.scores = try MainScores(metrics: workspace.linesOnDisk(of: .metrics, summary.name)).values
      } catch {
        problem = "\(error)"
      }
    }
    self.summary = summary
    self.problem = problem
  }
}

extension ExperimentSummary {
  /// The version shown, `nil` for a run that is none yet.
  var shownVersion: Int? { isUnfinished || version == 0 ? nil : version }

  /// The experiment as `ls --json` has it.
  func json(problem: String?) -> JSONValue {
    var members = [
      JSONMember("name", .string(name.text)), JSONMember("status", .string(status.rawValue)),
      JSONMember("version", shownVersion.map { .integer($0) } ?? .null),
      JSONMember("versions", .integer(version)),
      JSONMember("commit", isUnfinished ? .null : commit.map { .string($0.hex) } ?? .null),
      JSONMember("time", time.map { .string($0.documentText) } ?? .null),
      JSONMember("tags", .array(tags.map { .string($0) })), JSONMember("notes", .array(noteTexts.map { .string($0) })),
      JSONMember("scores", .object(scores)), JSONMember("settings", .object(settings)),
    ]
    if !isUnfinished, let result {
      let repeated: Set = ["format", "status", "settings", "files"]
      members.append(
        JSONMember("result", .object((result.json.objectMembers ?? []).filter { !repeated.contains($0.key) })))
    }
    if let problem { members.append(JSONMember("problem", .string(problem))) }
    return .object(members)
  }
}
