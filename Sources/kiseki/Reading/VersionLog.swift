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
    private let notes: ExperimentNotes

    init(_ version: ExperimentVersion, _ notes: ExperimentNotes) {
      self.version = version
      self.notes = notes
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

    var tags: [String] { notes.tags(of: version.number) }
    var verdict: ExperimentNotes.Verdict? { notes.verdict(of: version.number) }

    /// What was said of the version, when it was made and later.
    var remarks: [String] {
      let reason = version.note == nil ? result?.outcome.reason : nil
      let later = notes.notes.filter { $0.version == version.number }.map(\.text)
      return [version.note ?? reason].compactMap { $0 } + later
    }

    var json: JSONValue {
      var members = [
        JSONMember("version", .integer(version.number)), JSONMember("status", .string(status.rawValue)),
        JSONMember("commit", .string(version.commit.id.hex)),
        JSONMember("time", .string(version.commit.time.documentText)),
        JSONMember("scores", .object(MainScores(result).values)),
        JSONMember("note", version.note.map { .string($0) } ?? .null),
        JSONMember("tags", .array(tags.map { .string($0) })),
        JSONMember("notes", .array(notes.notes(of: version.number).map(\.json))),
        JSONMember("verdict", verdict?.json ?? .null),
      ]
      if let reason = result?.outcome.reason { members.append(JSONMember("reason", .string(reason))) }
      if let problem { members.append(JSONMember("problem", .string(problem))) }
      return .object(members)
    }
  }

  let entries: [Entry]

  init(_ name: ExperimentName, in workspace: Workspace) throws {
    let versions = try workspace.allVersions(of: name)
    let notes = try workspace.notes(of: name)
    entries = versions.map { Entry($0, notes) }
  }

  var json: JSONValue { .array(entries.map(\.json)) }

  /// As in `demo@2`; an experiment has at least one version.
  var newestLabel: String { "\(entries[0].version.name)@\(entries[0].version.number)" }

  func lines(_ console: Console) -> [String] {
    // Columns that nobody filled would only take room.
    let hasTags = entries.contains { !$0.tags.isEmpty }
    let hasVerdicts = entries.contains { $0.verdict != nil }
    var table = TextTable(
      columns: [.init("version", .right), .init("commit"), .init("time"), .init("status")] + MainScores.columns
        + (hasVerdicts ? [.init("verified")] : []) + (hasTags ? [.init("tags")] : []) + [.init("note")])
    for entry in entries {
      let marks =
        (hasVerdicts ? [entry.verdict?.text ?? ""] : []) + (hasTags ? [entry.tags.joined(separator: ",")] : [])
      table.add(
        [
          String(entry.version.number), entry.version.commit.id.short, entry.version.commit.time.localText,
          entry.status.rawValue,
        ] + MainScores(entry.result).cells + marks + [entry.remarks.joined(separator: " / ")],
        style: entry.status.style)
    }
    return table.lines(width: console.width, palette: console.palette)
  }
}
