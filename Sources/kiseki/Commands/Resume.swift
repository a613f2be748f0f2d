import CommandLine
import Experiments

extension Kiseki {
  private static let name = RequiredArgument("NAME", help: "the sweep, or the experiment that was interrupted")

  static let resumeCommand = Command(
    "resume", summary: "do what is missing of a sweep, or go on with an interrupted run", arguments: [name],
    options: [SweepOptions.jobs, SweepOptions.failFast, SweepOptions.retryFailed],
    examples: ["kiseki resume demo-sweep -j 2", "kiseki resume demo"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let name = try ExperimentReference(argument: arguments[name]).whole
    guard let sweep = try workspace.sweep(name) else {
      return try RunResumption(name: name).resume(in: workspace, console: console)
    }
    return try SweepResumption(options: SweepOptions(arguments)).resume(sweep, in: workspace, console: console)
  }
}

/// Goes on with the interrupted run of one experiment.
struct RunResumption {
  let name: ExperimentName

  func resume(in workspace: Workspace, console: Console) throws -> ExitCode {
    throw RunError.failure(
      "cannot resume '\(name)': it is no sweep, and single runs cannot be resumed yet. Move experiments/\(name) away "
        + "and run it again.")
  }
}
