import CommandLine
import Experiments

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "an experiment with all its versions, one version, or a sweep with all its trials")
  private static let tags = RepeatedArgument("TAG", help: "words to find it by; none shows those it has")
  private static let removal = Flag("remove", help: "take the tags away")

  static let tagCommand = Command(
    "tag", summary: "give an experiment words to find it by", arguments: [experiment, tags], options: [removal],
    examples: ["kiseki tag demo base", "kiseki tag demo@2 best paper", "kiseki tag demo base --remove"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let target = try NotesTarget(arguments[experiment], in: workspace)
    let words = try arguments[tags].map(ExperimentNotes.checkedTag)
    guard !words.isEmpty else {
      if arguments[removal] { throw UsageError("tag --remove needs a TAG") }
      try target.showTags(console)
      return .success
    }
    arguments[removal] ? try target.remove(words, console) : try target.add(words, console)
    return .success
  }
}
