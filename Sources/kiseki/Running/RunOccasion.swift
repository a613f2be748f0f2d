import Experiments
import Foundation
import Tables

/// Why a run is made: what the user says about it, and which version it repeats.
///
/// A run that was interrupted still knows it when it is resumed.
struct RunOccasion {
  var note: String?
  /// As it is recorded: name, version and commit.
  private(set) var repeats: JSONValue?

  init(note: String? = nil, repeating version: ExperimentVersion? = nil) {
    self.note = note
    repeats = version.map {
      [
        "name": .string($0.name.text), "version": .integer($0.number), "commit": .string($0.commit.id.description),
      ]
    }
  }

  /// The body of the commit message.
  var message: String? {
    guard let name = repeats?["name"]?.stringValue, let version = repeats?["version"]?.integerValue else { return note }
    return "rerun of \(name)@\(version)" + (note.map { ": " + $0 } ?? "")
  }

  /// Beside the resume state, which no version holds.
  static let file = "checkpoint/run.json"

  /// `nil` when there is nothing to remember.
  var document: JSONValue? {
    let members = [
      note.map { JSONMember("note", .string($0)) }, repeats.map { JSONMember("repeats", $0) },
    ].compactMap { $0 }
    return members.isEmpty ? nil : .object([JSONMember("format", 1)] + members)
  }

  /// What an interrupted run's directory remembers.
  init(ofRunIn directory: String) throws {
    let json = try ExperimentFiles.directory(directory).json(Self.file)
    note = json?["note"]?.stringValue
    repeats = json?["repeats"]
  }
}
