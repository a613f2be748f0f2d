import CommandLine
import Experiments

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named")
  private static let name = ValueOption(
    "name", short: "n", placeholder: "NAME", help: "record it under another name")
  private static let note = ValueOption(
    "message", short: "m", placeholder: "NOTE", help: "a note that stays with the new version")

  static let rerunCommand = Command(
    "rerun", summary: "train again from what a version recorded, as the next version", arguments: [experiment],
    options: [name, note, BackboneSearch.option],
    examples: ["kiseki rerun demo", "kiseki rerun demo@1 -n again -m 'the same once more'"]
  ) { arguments in
    let console = Console(arguments.globals)
    let rerun = RerunLaunch(
      reference: try ExperimentReference(argument: arguments[experiment]),
      workspace: try Workspace.find(from: console.directory), name: arguments[name], note: arguments[note],
      backbone: arguments[BackboneSearch.option].map(console.path), console: console)
    return try rerun.start()
  }
}
