import CommandLine
import Experiments
import Foundation
import Spelling
import Tables

/// What `rm` was asked to move into the trash.
struct Removal {
  /// More names than this are only counted in the question.
  private static let named = 10

  private let workspace: Workspace
  private let experiments: [ExperimentSummary]
  private let sweeps: [ExperimentName]

  /// - Throws: `UsageError` for a single version; `CommandFailure` for an experiment that runs.
  init(_ words: [String], in workspace: Workspace) throws {
    guard !words.isEmpty else { throw UsageError("rm needs a NAME or a FILTER") }
    self.workspace = workspace
    let selection = try ExperimentSelection(words, in: workspace)
    experiments = selection.experiments
    // A filter behind the name of a sweep leaves some of its trials.
    let all = try workspace.experiments().map(\.name)
    let chosen = Set(experiments.map(\.name))
    sweeps = selection.sweeps.filter { sweep in
      all.allSatisfy { $0.sweep != sweep.text || chosen.contains($0) }
    }
    if let single = selection.items.first(where: { $0.version != nil }) {
      let name = single.experiment.name
      throw UsageError(
        "a version never goes alone: versions are what makes an experiment's record; 'rm \(name)' removes all of them")
    }
    if let running = experiments.first(where: { $0.status == .running }) {
      throw CommandFailure("cannot remove '\(running.name)': it is running. Wait for its end, or stop it with Ctrl-C.")
    }
  }

  var isEmpty: Bool { experiments.isEmpty && sweeps.isEmpty }

  /// Asks on a terminal.
  ///
  /// - Throws: `UsageError` where nobody can be asked.
  func isConfirmed(_ console: Console) throws -> Bool {
    let names = experiments.map { withoutControls($0.name.text) }
    let shown = names.prefix(Self.named).joined(separator: ", ")
    let more = names.count > Self.named ? " and \(names.count - Self.named) more" : ""
    guard isatty(0) == 1 else {
      throw UsageError(
        "rm would remove \(Format.count(names.count, "experiment")) (\(shown)\(more)); add -y to do it without being asked"
      )
    }
    console.ask("Move \(Format.count(names.count, "experiment")) into the trash: \(shown)\(more)? [y/N] ")
    return ["y", "yes"].contains(readLine()?.trimmingCharacters(in: .whitespaces).lowercased())
  }

  func carryOut(_ console: Console) throws {
    let id = TrashedExperiment.newID()
    for experiment in experiments {
      try workspace.remove(experiment.name, id: id)
      if !console.globals.wantsJSON {
        console.print("removed \(experiment.name)", done: "What was named is in the trash")
      }
    }
    for sweep in sweeps { try workspace.removePlan(ofSweep: sweep, id: id) }
    if console.globals.wantsJSON {
      console.print(
        JSONValue.object([
          JSONMember("removed", .array(experiments.map { .string($0.name.text) })), JSONMember("id", .string(id)),
        ]).line())
    }
    console.hint(
      "undo: " + shellCommand("restore", experiments.count == 1 && sweeps.isEmpty ? experiments[0].name.text : id))
  }
}
