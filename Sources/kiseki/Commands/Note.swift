import CommandLine
import Experiments

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "an experiment with all its versions, one version, or a sweep with all its trials")
  private static let text = RepeatedArgument("TEXT", help: "what to write down; none shows what was written")

  static let noteCommand = Command(
    "note", summary: "write down something about an experiment", arguments: [experiment, text],
    examples: ["kiseki note demo@2 'diverged after the rate was raised'", "kiseki note demo"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let target = try NotesTarget(arguments[experiment], in: workspace)
    let text = arguments[text].joined(separator: " ")
    text.isEmpty ? try target.showNotes(console) : try target.note(text, console)
    return .success
  }
}
