import CommandLine
import Experiments
import Foundation
import Tables

/// What `kiseki run` was asked to do.
struct RunLaunch {
  let path: String
  let overrides: [String]
  let name: String?
  let note: String?
  let tags: [String]
  let dirty: DirtyPolicy
  let isDryRun: Bool

  func start(_ console: Console) throws -> ExitCode {
    let workspace = try Workspace.find(from: console.directory)
    // As the user wrote it, where that is the same file: messages name it so.
    let file = path.hasPrefix("/") || console.globals.directory == nil ? path : console.directory + "/" + path
    let run = try PreparedRun(
      RunInputs.file(file, overrides: overrides), givenName: name, workspace: workspace)
    console.note("experiment: \(run.name)")
    for line in run.description { console.note(line) }
    for warning in run.warnings { console.warn(warning) }
    if isDryRun {
      console.hint("Nothing was run. Leave out --dry-run to start.")
      return .success
    }
    try run.requireFreeSpace(in: workspace.experimentsDirectory)
    let execution = try RunExecution(run, workspace: workspace, dirty: dirty, note: note, tags: tags, console: console)
    switch try execution.execute() {
    case .interrupted(let reason):
      if console.globals.wantsJSON {
        let json: JSONValue = ["name": .string(run.name.text), "status": "interrupted"]
        console.print(json.line())
      }
      console.note(
        "interrupted by \(reason); what was recorded so far is in experiments/\(run.name), and 'kiseki ls' shows it")
      return .interrupted
    case .recorded(let version):
      report(version, console)
      console.hint("Next: kiseki show \(version.name)   or   kiseki generate \(version.name) \"...\"")
      return .success
    case .failed(let version, let error):
      report(version, console)
      console.hint("Next: kiseki show \(version.name)")
      throw error
    }
  }

  private func report(_ version: VersionRecord, _ console: Console) {
    if let leftover = version.leftover { console.warn(leftover) }
    if console.globals.wantsJSON {
      let json: JSONValue = [
        "name": .string(version.name.text), "version": .integer(version.version),
        "commit": .string(version.commit.description), "status": .string(version.status.rawValue),
      ]
      console.print(json.line())
    } else {
      let ending = version.status == .failed ? " (failed)" : ""
      console.print(
        "recorded \(version.name)@\(version.version)\(ending) as commit \(version.commit.description.prefix(10))")
    }
  }
}
