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
  let dirty: DirtyPolicy
  let isDryRun: Bool

  func start(_ console: Console) throws -> ExitCode {
    let workspace = try Workspace.find(from: console.directory)
    let file = path.hasPrefix("/") ? path : console.directory + "/" + path
    let run = try PreparedRun(path: file, overrides: overrides, givenName: name, workspace: workspace)
    console.note("experiment: \(run.name)")
    for line in run.description { console.note(line) }
    for warning in run.warnings { console.warn(warning) }
    if isDryRun {
      console.hint("Nothing was run. Leave out --dry-run to start.")
      return .success
    }
    let execution = try RunExecution(run, workspace: workspace, dirty: dirty, note: note, console: console)
    switch try execution.execute() {
    case .interrupted(let reason):
      console.note(
        "interrupted by \(reason); what was recorded so far is in experiments/\(run.name), and 'kiseki ls' shows it")
      return .interrupted
    case .recorded(let version):
      report(version, console)
      return .success
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
      console.print("recorded \(version.name)@\(version.version) as commit \(version.commit.description.prefix(10))")
    }
    console.hint("Next: kiseki show \(version.name)   or   kiseki generate \(version.name) \"...\"")
  }
}
