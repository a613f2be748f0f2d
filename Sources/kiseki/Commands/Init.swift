import CommandLine
import Experiments
import Spelling
import Tables

extension Kiseki {
  private static let directory = OptionalArgument(
    "DIR", help: "the folder to work in; the current one unless given")

  static let initCommand = Command(
    "init", summary: "make a workspace: git, experiments/, templates/, a sample model and data",
    arguments: [directory],
    examples: ["kiseki init my-work", "cd my-work && kiseki run experiments/demo.yaml"]
  ) { arguments in
    let console = Console(arguments.globals)
    var setup = try WorkspaceSetup(Resources.find())
    let workspace = try Workspace.create(at: arguments[directory].map(console.path) ?? console.directory)
    try setup.apply(to: workspace)
    console.report(setup, in: workspace, enter: arguments[directory])
    return .success
  }
}

extension Console {
  fileprivate func report(_ setup: WorkspaceSetup, in workspace: Workspace, enter folder: String?) {
    if globals.wantsJSON {
      print(
        JSONValue.object([
          JSONMember("workspace", .string(workspace.root)),
          JSONMember("written", .array(setup.written.map { .string($0) })),
          JSONMember("kept", .array(setup.kept.map { .string($0) })),
        ]).line())
      return
    }
    print("workspace \(workspace.root)")
    for path in setup.written { note("  wrote \(path)") }
    for path in setup.kept { note("  kept  \(path), which was there already") }
    let enter = folder.flatMap { $0 == "." ? nil : "cd \(shellWord($0)) && " } ?? ""
    hint("next: \(enter)\(shellCommand("run", WorkspaceSetup.configuration))")
  }
}
