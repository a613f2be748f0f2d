import CommandLine
import Experiments

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named")

  static let showCommand = Command(
    "show", summary: "show one experiment: scores, settings, data, machine, samples, files",
    arguments: [experiment],
    examples: ["kiseki show demo", "kiseki show demo@1 --json"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let report = try ExperimentReport(ExperimentReference(argument: arguments[experiment]), in: workspace)
    guard !arguments.globals.wantsJSON else {
      console.print(report.json)
      return .success
    }
    report.lines(console).forEach { console.print($0) }
    for problem in report.problems { console.warn(problem) }
    if let next = report.nextCommand { console.hint("next: \(next)") }
    return .success
  }
}

extension ExperimentReport {
  /// What is worth doing after having read it.
  fileprivate var nextCommand: String? {
    if summary.status == .interrupted, version == nil { return "kiseki resume \(summary.name)" }
    guard version != nil else { return summary.version > 0 ? "kiseki log \(summary.name)" : nil }
    return status == .completed ? "kiseki generate \(label) \"...\"" : "kiseki log \(summary.name)"
  }
}
