import CommandLine
import Experiments
import Foundation
import Spelling
import Tables

/// Goes on with an interrupted run, from what its directory recorded.
///
/// The result has the same bytes as a run nobody interrupted.
struct RunResumption {
  let name: ExperimentName
  let workspace: Workspace
  let console: Console
  /// Absolute; `nil` to look for it.
  var backbone: String?

  /// Nothing happens when the run is complete already.
  ///
  /// - Throws: `ExperimentsError` when the run lives or is unknown; `MissingInput` when what it was made from is gone.
  func resume() throws -> ExitCode {
    guard try workspace.unfinishedStatus(of: name) != nil else { return try sayThatNothingIsLeft() }
    try workspace.requirePresent(name, to: "resume")
    try clearAwayEmptyBeginning()
    var inputs = try RecordedInputs(ofRunNamed: name, in: workspace).find(backbone: backbone)
    inputs.instructionSet = workspace.instructionSet(ofRunNamed: name)
    let run = try PreparedRun(inputs, givenName: name.text, workspace: workspace)
    run.announce(console)
    try run.requireFreeSpace(in: workspace)
    let execution = try RunExecution(resuming: run, workspace: workspace, console: console)
    return try execution.execute().report(name, console)
  }

  /// A run that was killed before it knew what to compute has nothing to go on with, and must not be in the way.
  ///
  /// - Throws: `RunError` after such a beginning was removed.
  private func clearAwayEmptyBeginning() throws {
    let directory = workspace.directory(of: name)
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    let ofBeginning: Set = [
      "config.yaml", "config.source.yaml", "data", "dataset.json", "backbone.json", "workspace.patch", "checkpoint",
      "initial", placeMark,
    ]
    guard names.allSatisfy({ ofBeginning.contains($0) || $0.hasPrefix(temporaryPrefix) }) else { return }
    try workspace.discardInterruptedRun(name)
    throw RunError.failure(
      "cannot resume '\(name)': it was interrupted before what it is made from was recorded. Nothing was computed, and "
        + "its folder is removed; run its configuration again.")
  }

  private func sayThatNothingIsLeft() throws -> ExitCode {
    let version = try workspace.version(ExperimentReference(name: name))
    if console.globals.wantsJSON {
      let json: JSONValue = [
        "name": .string(name.text), "version": .integer(version.number),
        "commit": .string(version.commit.id.description), "status": .string(try version.result().status.rawValue),
      ]
      console.print(json.line())
    }
    let isFailed = try version.result().status == .failed
    console.note("nothing to resume: \(version.reference) \(isFailed ? "ended with a failure" : "is complete")")
    console.hint("next: \(shellCommand("show", name.text))   or   \(shellCommand("rerun", name.text))")
    return .success
  }
}
