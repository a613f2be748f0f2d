import CommandLine
import Experiments

extension Kiseki {
  private static let what = OptionalArgument(
    "NAME", help: "an experiment, a sweep, or the id of a removal; without it the trash is listed")

  static let restoreCommand = Command(
    "restore", summary: "list the trash, or bring back from it what 'rm' removed", arguments: [what],
    examples: ["kiseki restore", "kiseki restore demo"]
  ) { arguments in
    let console = Console(arguments.globals)
    let trash = try TrashList(in: Workspace.find(from: console.directory))
    if let what = arguments[what] { try trash.restore(what, console) } else { trash.show(console) }
    return .success
  }
}
