import CommandLine
import Experiments
import Spelling

extension Kiseki {
  private static let first = RequiredArgument("A[@V]", help: "one experiment, its newest version unless one is named")
  private static let second = RequiredArgument("B[@V]", help: "the other, or another version of the same")
  private static let all = Flag("all", help: "every row that differs, not only the first five")
  private static let metric = ValueOption(
    "metric", placeholder: "M", choices: ComparisonMetric.shortNames,
    help: "the score to test the difference of; A's own metric unless given")

  static let diffCommand = Command(
    "diff", summary: "show what differs between two versions: settings, data, scores, adapters, predictions",
    arguments: [first, second], options: [all, metric, DataChoice.option],
    examples: ["kiseki diff base small", "kiseki diff demo@1 demo@2"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let versions = try [first, second].map { try workspace.version(ExperimentReference(argument: arguments[$0])) }
    var options = Comparison.Options()
    options.metric = arguments[metric].flatMap(ComparisonMetric.init(name:))
    var runs = versions.map(ComparedRun.init)
    if let name = arguments[DataChoice.option] {
      options.part = .data
      options.metric = options.metric?.on(.data)
      let found = try DataChoice(name, console, in: workspace).runs(versions, by: options.metric, in: workspace)
      found.remarks.forEach { console.warn($0) }
      runs = found.runs
    }
    let diff = try VersionDiff(
      versions[0], versions[1], runs: runs, limit: arguments[all] ? nil : 5, options: options)
    guard !arguments.globals.wantsJSON else {
      console.print(diff.json)
      return .success
    }
    diff.lines(console).forEach { console.print($0) }
    for problem in diff.problems { console.warn(problem) }
    console.hint("next: " + shellCommand("show", diff.labels[1]))
    return .success
  }
}
