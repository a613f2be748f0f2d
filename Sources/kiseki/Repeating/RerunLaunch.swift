import CommandLine
import Experiments
import Foundation

/// Trains again what a version recorded, from its record alone, as the next version of that name or of another.
struct RerunLaunch {
  let reference: ExperimentReference
  let workspace: Workspace
  /// `nil` for the name it had.
  var name: String?
  var note: String?
  /// Absolute; `nil` to look for it.
  var backbone: String?
  let console: Console

  func start() throws -> ExitCode {
    let version = try workspace.version(reference)
    let files = try RecordedFiles(version)
    return try workspace.withAsideFolder { folder in
      let inputs = try RecordedInputs(files, folder: folder, in: workspace).find(backbone: backbone)
      let run = try PreparedRun(inputs, givenName: name ?? version.name.text, workspace: workspace)
      console.note("rerun of \(version.reference)")
      run.announce(console)
      try run.requireFreeSpace(in: workspace.experimentsDirectory)
      let execution = try RunExecution(
        run, workspace: workspace, dirty: .record, note: note, repeating: version, console: console)
      return try execution.execute().report(run.name, console)
    }
  }
}
