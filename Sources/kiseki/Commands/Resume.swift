import CommandLine
import Experiments

extension Kiseki {
  private static let name = RequiredArgument("NAME", help: "the sweep, or the experiment that was interrupted")

  static let resumeCommand = Command(
    "resume", summary: "do what is missing of a sweep, or go on with an interrupted run", arguments: [name],
    options: [SweepOptions.jobs, SweepOptions.failFast, SweepOptions.retryFailed, BackboneSearch.option],
    examples: ["kiseki resume demo-sweep -j 2", "kiseki resume demo"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let name = try ExperimentReference(argument: arguments[name]).whole
    let backbone = arguments[BackboneSearch.option].map(console.path)
    guard let sweep = try workspace.sweep(name) else {
      return try RunResumption(name: name, workspace: workspace, console: console, backbone: backbone).resume()
    }
    return try SweepResumption(options: SweepOptions(arguments), backbone: backbone)
      .resume(sweep, in: workspace, console: console)
  }
}
