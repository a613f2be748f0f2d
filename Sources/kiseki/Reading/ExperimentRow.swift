import Configuration
import Experiments
import Foundation
import Tables

/// One line of the list of experiments: its newest version, or its run that has become none yet.
struct ExperimentRow {
  let summary: ExperimentSummary
  let settings: [JSONMember]
  let scores: MainScores
  /// Why something of it could not be read.
  private(set) var problem: String?

  init(_ summary: ExperimentSummary, in workspace: Workspace) {
    self.summary = summary
    problem = summary.problem
    guard summary.isUnfinished else {
      settings = summary.result?.outcome.settings ?? []
      scores = MainScores(summary.result)
      return
    }
    var settings: [JSONMember] = []
    var scores = MainScores(nil)
    do {
      let files = ExperimentFiles.directory(workspace.directory(of: summary.name))
      settings = try RecordedConfiguration(files, of: summary.name.text, in: workspace)?.members ?? []
      scores = try MainScores(metrics: workspace.linesOnDisk(of: .metrics, summary.name))
    } catch {
      problem = "\(error)"
    }
    self.settings = settings
    self.scores = scores
  }

  /// The version shown, `nil` for a run that is none yet.
  var version: Int? { summary.isUnfinished || summary.version == 0 ? nil : summary.version }

  func setting(_ key: String) -> JSONValue? { settings.first { $0.key == key }?.value }

  var json: JSONValue {
    var members = [
      JSONMember("name", .string(summary.name.text)), JSONMember("status", .string(summary.status.rawValue)),
      JSONMember("version", version.map { .integer($0) } ?? .null),
      JSONMember("versions", .integer(summary.version)),
      JSONMember("commit", summary.isUnfinished ? .null : summary.commit.map { .string($0.hex) } ?? .null),
      JSONMember("time", summary.time.map { .string($0.documentText) } ?? .null),
      JSONMember("scores", .object(scores.values)), JSONMember("settings", .object(settings)),
    ]
    if !summary.isUnfinished, let result = summary.result {
      let repeated: Set = ["format", "status", "settings", "files"]
      members.append(
        JSONMember("result", .object((result.json.objectMembers ?? []).filter { !repeated.contains($0.key) }))
      )
    }
    if let problem { members.append(JSONMember("problem", .string(problem))) }
    return .object(members)
  }
}

extension ExperimentSummary {
  /// Whether the newest run has become no version, so that the record of the newest version is not its own.
  var isUnfinished: Bool { status == .running || status == .interrupted }
}
