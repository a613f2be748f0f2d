internal import Foundation
internal import Tables

/// Where the directory of an experiment is when it is not in `experiments/`.
///
/// Three things must agree before it is believed: a note beside git's objects, the mark in the directory that the note
/// names, and where it is asked for, the link in `experiments/`. So a link that came with a clone leads nowhere, and a
/// directory that another workspace made is never taken for ours.
struct ExperimentPlace: Hashable, Sendable {
  /// The root of the workspace, absolute: linked work trees share their notes.
  var workspace: String
  /// The folder the directory is in, absolute, links resolved.
  let output: String
  /// What the mark says.
  let id: String

  init(workspace: String, output: String, id: String = String(UInt64.random(in: .min ... .max), radix: 36)) {
    self.workspace = workspace
    self.output = output
    self.id = id
  }

  func directory(of name: ExperimentName) -> String { output + "/" + name.text }

  /// The first folder that was made for the experiment: for a trial that of its sweep.
  func topDirectory(of name: ExperimentName) -> String { output + "/" + (name.sweep ?? name.text) }

  var mark: Data { Data((id + "\n").utf8) }

  /// Whether the directory at this path is the one that was made here.
  func isMarked(_ directory: String) -> Bool {
    // A mark that cannot be read is none.
    do { return try readFile(directory + "/" + placeMark, limit: 100) == mark } catch { return false }
  }

  var json: JSONValue {
    ["workspace": .string(workspace), "output": .string(output), "id": .string(id)]
  }

  init?(json: JSONValue) {
    guard let workspace = json["workspace"]?.stringValue, let output = json["output"]?.stringValue,
      output.hasPrefix("/"), let id = json["id"]?.stringValue, !id.isEmpty
    else { return nil }
    self.init(workspace: workspace, output: output, id: id)
  }
}

/// The places of one experiment, one for each work tree that has it elsewhere; beside git's objects, never committed.
struct PlaceNote {
  let name: ExperimentName
  var places: [ExperimentPlace]

  var json: JSONValue {
    document([
      ("format", .integer(documentFormat)), ("experiment", .string(name.text)),
      ("places", .array(places.map(\.json))),
    ])
  }

  init(name: ExperimentName, places: [ExperimentPlace]) {
    self.name = name
    self.places = places
  }

  /// `nil` for one that was torn: it says nothing.
  init?(contentsOf path: String) {
    guard fileStatus(path) != nil else { return nil }
    do {
      let json = try JSONValue(parsing: readFile(path, limit: 1 << 20))
      guard let name = json["experiment"]?.stringValue.flatMap(ExperimentName.init(trusted:)) else { return nil }
      self.init(name: name, places: (json["places"]?.arrayValue ?? []).compactMap(ExperimentPlace.init(json:)))
    } catch {
      return nil
    }
  }
}
