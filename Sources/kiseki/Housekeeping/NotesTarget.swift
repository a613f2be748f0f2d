import CommandLine
import Experiments
import Foundation
import Spelling
import Tables

/// What a tag or a note is about: an experiment, one version of it, or all trials of a sweep.
struct NotesTarget {
  /// Longer than anyone writes by hand.
  private static let longestNote = 1 << 20

  private let workspace: Workspace
  private let names: [ExperimentName]
  private let version: Int?
  /// As the user wrote it.
  private let label: String

  /// - Throws: `ExperimentsError` when there is no such experiment or version.
  init(_ word: String, in workspace: Workspace) throws {
    let reference = try ExperimentReference(argument: word)
    self.workspace = workspace
    version = reference.version
    label = reference.description
    guard reference.version == nil else {
      names = [try workspace.version(reference).name]
      return
    }
    let known = try workspace.experiments().map(\.name)
    let trials = known.filter { $0.sweep == reference.name.text }
    names = known.contains(reference.name) || trials.isEmpty ? [reference.name] : trials
    // What is missing, and what it may be called instead, this says best.
    if !known.contains(names[0]) { _ = try workspace.version(reference) }
  }

  // MARK: Changing

  func add(_ tags: [String], _ console: Console) throws {
    for name in names {
      try workspace.updateNotes(of: name) { notes in tags.forEach { notes.add(tag: $0, version: version) } }
    }
    try report(console, ["tags": .array(tags.map { .string($0) })], "tagged \(label): \(tags.joined(separator: ", "))")
    console.hint(
      "next: \(shellCommand("ls", "tag = \"\(tags[0])\"")); undo: \(tagCommand(tags)) --remove")
  }

  /// - Throws: `CommandFailure` when none of the experiments has one of the tags.
  func remove(_ tags: [String], _ console: Console) throws {
    var found: Set<String> = []
    for name in names {
      try workspace.updateNotes(of: name) { notes in
        for tag in tags where notes.remove(tag: tag, version: version) { found.insert(tag) }
      }
    }
    if let missing = tags.first(where: { !found.contains($0) }) {
      throw CommandFailure(
        "cannot take the tag '\(missing)' from \(label): it is not there. '\(shellCommand("tag", label))' shows those that are."
      )
    }
    try report(
      console, ["removed_tags": .array(tags.map { .string($0) })],
      "took from \(label): \(tags.joined(separator: ", "))")
    console.hint("undo: " + tagCommand(tags))
  }

  func note(_ text: String, _ console: Console) throws {
    guard text.utf8.count <= Self.longestNote else {
      throw CommandFailure(
        "cannot write down a note of \(text.utf8.count) bytes: the most is \(Self.longestNote). Put it into a file.")
    }
    for name in names {
      try workspace.updateNotes(of: name) { $0.notes.append(.init(version: version, text: text)) }
    }
    try report(console, ["note": .string(text)], "noted on \(label): \(withoutControls(truncated(text, to: 100)))")
    console.hint("next: " + shellCommand("show", label))
  }

  private func tagCommand(_ tags: [String]) -> String {
    ([shellCommand("tag", label)] + tags.map(shellWord)).joined(separator: " ")
  }

  private func report(_ console: Console, _ json: [String: JSONValue], _ text: String) throws {
    let done = "What was asked for is written down"
    guard console.globals.wantsJSON else { return console.print(text, done: done) }
    let members = json.map { JSONMember($0.key, $0.value) }
    console.print(
      JSONValue.object(
        [JSONMember("experiments", .array(names.map { .string($0.text) }))]
          + (version.map { [JSONMember("version", .integer($0))] } ?? []) + members
      ).line(), done: done)
  }

  // MARK: Showing

  func showTags(_ console: Console) throws {
    let all = try names.map { ($0, try workspace.notes(of: $0).tags.filter { isMeant($0.version) }) }
    if console.globals.wantsJSON {
      return console.print(
        JSONValue.object(
          all.map { name, tags in JSONMember(name.text, .array(tags.map { $0.json })) }))
    }
    for (name, tags) in all {
      for tag in tags { console.print(withoutControls("\(name.at(tag.version))  \(tag.name)")) }
    }
    if all.allSatisfy({ $0.1.isEmpty }) { console.hint("no tags yet; next: \(shellCommand("tag", label)) TAG") }
  }

  func showNotes(_ console: Console) throws {
    let all = try names.map { ($0, try workspace.notes(of: $0).notes.filter { isMeant($0.version) }) }
    if console.globals.wantsJSON {
      return console.print(
        JSONValue.object(
          all.map { name, notes in JSONMember(name.text, .array(notes.map { $0.json })) }))
    }
    for (name, notes) in all {
      for note in notes {
        console.print(withoutControls("\(name.at(note.version))  \(note.time.localText)  \(note.text)"))
      }
    }
    if all.allSatisfy({ $0.1.isEmpty }) { console.hint("no notes yet; next: \(shellCommand("note", label)) 'TEXT'") }
  }

  private func isMeant(_ version: Int?) -> Bool { self.version == nil || version == nil || version == self.version }
}

extension ExperimentName {
  /// `demo@2`, or the name alone for what concerns all versions.
  fileprivate func at(_ version: Int?) -> String { ExperimentReference(name: self, version: version).description }
}
