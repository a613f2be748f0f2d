import CommandLine
import Experiments
import Spelling
import Tables

extension Kiseki {
  private static let old = RequiredArgument("OLD", help: "an experiment, a trial or a sweep")
  private static let new = RequiredArgument("NEW", help: "its new name, which nothing has yet")

  static let renameCommand = Command(
    "rename", summary: "give an experiment or a sweep another name, with its versions, notes and directory",
    arguments: [old, new], examples: ["kiseki rename demo demo-small", "kiseki rename grid ranks"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let from = try ExperimentReference(argument: arguments[old]).whole
    let to = try ExperimentReference(argument: arguments[new]).whole
    try workspace.isSweep(from) ? workspace.renameSweep(from, to: to) : workspace.rename(from, to: to)
    if console.globals.wantsJSON {
      console.print(
        JSONValue.object([JSONMember("old", .string(from.text)), JSONMember("new", .string(to.text))]).line())
    } else {
      console.print("renamed \(from) to \(to)", done: "The new name is \(to)")
    }
    console.hint("undo: " + shellCommand("rename", to.text, from.text))
    return .success
  }
}
