import CommandLine
import Experiments

extension Kiseki {
  private static let name = RequiredArgument("NAME", help: "the interrupted experiment")

  static let resumeCommand = Command(
    "resume", summary: "finish an interrupted run", arguments: [name], examples: ["kiseki resume demo"]
  ) { arguments in
    let console = Console(arguments.globals)
    return try RunResumption(
      name: ExperimentReference(argument: arguments[name]).whole,
      workspace: Workspace.find(from: console.directory), console: console
    ).resume()
  }
}
