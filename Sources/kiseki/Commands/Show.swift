import CommandLine
import Experiments
import Spelling

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named; or a sweep")

  static let showCommand = Command(
    "show", summary: "show one experiment: scores, settings, data, machine, samples, files; or a sweep",
    arguments: [experiment], options: [EvaluationReport.option],
    examples: ["kiseki show demo", "kiseki show demo@1 --json", "kiseki show demo@1 --evaluation test"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let reference = try ExperimentReference(argument: arguments[experiment])
    let evaluation = arguments[EvaluationReport.option]
    if reference.version == nil, let sweep = try workspace.sweep(reference.name) {
      guard evaluation == nil else {
        throw UsageError("--evaluation shows one of an experiment, and '\(reference.name)' is a sweep; name a trial")
      }
      try SweepReport(sweep, in: workspace).show(console)
      return .success
    }
    let report = try ExperimentReport(reference, in: workspace)
    if let evaluation {
      let one = try EvaluationReport(evaluation, of: report, in: workspace)
      if arguments.globals.wantsJSON {
        console.print(one.json)
      } else {
        one.lines(console).forEach { console.print($0) }
        console.hint("next: \(one.nextCommand)")
      }
      return .success
    }
    guard !arguments.globals.wantsJSON else {
      console.print(report.json)
      return .success
    }
    report.lines(console).forEach { console.print($0) }
    for problem in report.problems { console.warn(problem) }
    if let id = report.laterEvaluations.last?.id {
      console.hint("next: " + shellCommand("show", report.label) + " --evaluation \(id)")
    } else if let next = report.nextCommand {
      console.hint("next: \(next)")
    }
    return .success
  }
}

extension ExperimentReport {
  /// What is worth doing after having read it.
  fileprivate var nextCommand: String? {
    if summary.status == .interrupted, version == nil { return shellCommand("resume", summary.name.text) }
    guard version != nil else { return summary.version > 0 ? shellCommand("log", summary.name.text) : nil }
    return status == .completed ? shellCommand("generate", label) + " \"...\"" : shellCommand("log", summary.name.text)
  }
}
