import CommandLine
import Experiments

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
    let inputs = try RunInputs.file(console.namedPath(path), overrides: overrides, in: workspace)
    var run = try inputs.configuration.placingRefusals {
      try PreparedRun(inputs, givenName: name, workspace: workspace) {
        try RunRecording.requireStartable($0, in: workspace, dirty: dirty, output: inputs.output)
      }
    }
    run.warnings += try RecordPrivacy(workspace).warnings(aboutChangesUnder: dirty)
    run.announce(console)
    run.announcePlace(console)
    if isDryRun {
      if console.globals.wantsJSON { console.print(run.planDocument) }
      console.hint("Nothing was run. Leave out --dry-run to start.")
      return .success
    }
    try run.requireFreeSpace(in: workspace)
    let execution = try RunExecution(run, workspace: workspace, dirty: dirty, note: note, tags: tags, console: console)
    return try execution.execute().report(run.name, console)
  }
}
