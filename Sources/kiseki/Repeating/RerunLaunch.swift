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
      var inputs = try RecordedInputs(files, folder: folder, in: workspace).find(backbone: backbone)
      let elsewhere = try inputs.findOutput(of: version.name, in: workspace)
      let run = try PreparedRun(inputs, givenName: name ?? version.name.text, workspace: workspace) { [inputs] in
        try RunRecording.requireStartable($0, in: workspace, output: inputs.output)
      }
      console.note("rerun of \(version.reference)")
      run.announce(console)
      run.announcePlace(console)
      // Not among what is logged, and so recorded: it may name a place on this machine.
      if let elsewhere { console.warn("the run's directory is made in experiments/: \(elsewhere)") }
      try run.requireFreeSpace(in: workspace)
      let execution = try RunExecution(
        run, workspace: workspace, dirty: .record, note: note, repeating: version, console: console)
      return try execution.execute().report(run.name, console)
    }
  }
}
