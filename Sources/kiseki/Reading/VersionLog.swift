import CommandLine
import Experiments
import Foundation
import Tables

/// The versions of one experiment, newest first.
struct VersionLog {
  struct Entry {
    let version: ExperimentVersion
    /// `nil` when the record cannot be read.
    let result: ResultRecord?
    let problem: String?

    init(_ version: ExperimentVersion) {
      self.version = version
      do {
        result = try version.result()
        problem = nil
      } catch {
        result = nil
        problem = "\(version.name)@\(version.number): \(error)"
      }
    }

    var status: ExperimentSummary.Status {
      result.map { $0.status == .completed ? .completed : .failed } ?? .unreadable
    }

    var json: JSONValue {
      var members = [
        JSONMember("version", .integer(version.number)), JSONMember("status", .string(status.rawValue)),
        JSONMember("commit", .string(version.commit.id.hex)),
        JSONMember("time", .string(version.commit.time.documentText)),
        JSONMember("scores", .object(MainScores(result).values)),
        JSONMember("note", version.note.map { .string($0) } ?? .null),
      ]
      if let reason = result?.outcome.reason { members.append(JSONMember("reason", .string(reason))) }
      if let problem { members.append(JSONMember("problem", .string(problem))) }
      return .object(members)
    }
  }

  let entries: [Entry]

  init(_ name: ExperimentName, in workspace: Workspace) throws {
    entries = try workspace.allVersions(of: name).map(Entry.init)
  }

  var json: JSONValue { .array(entries.map(\.json)) }

  /// As in `demo@2`; an experiment has at least one version.
  var newestLabel: String { "\(entries[0].version.name)@\(entries[0].version.number)" }

  func lines(_ console: Console) -> [String] {
    var table = TextTable(
      columns: [.init("version", .right), .init("commit"), .init("time"), .init("status")]
        + MainScores.columns
        + [.init("note")])
    for entry in entries {
      table.add(
        [
          String(entry.version.number), entry.version.commit.id.short, entry.version.commit.time.localText,
          entry.status.rawValue,
        ] + MainScores(entry.result).cells + [entry.version.note ?? entry.result?.outcome.reason ?? ""],
        style: entry.status.style)
    }
    return table.lines(width: console.width, palette: console.palette)
  }
}
