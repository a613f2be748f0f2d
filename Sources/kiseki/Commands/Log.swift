import CommandLine
import Experiments
import Spelling

extension Kiseki {
  private static let name = RequiredArgument("NAME", help: "the experiment")

  static let logCommand = Command(
    "log", summary: "list the versions of one experiment, newest first", arguments: [name],
    examples: ["kiseki log demo"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let log = try VersionLog(ExperimentReference(argument: arguments[name]).whole, in: workspace)
    guard !arguments.globals.wantsJSON else {
      console.print(log.json)
      return .success
    }
    log.lines(console).forEach { console.print($0) }
    for entry in log.entries { entry.problem.map { console.warn($0) } }
    console.hint("next: " + shellCommand("show", log.newestLabel))
    return .success
  }
}
