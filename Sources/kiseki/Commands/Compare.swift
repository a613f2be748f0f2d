import CommandLine
import Experiments

extension Kiseki {
  private static let words = RepeatedArgument(
    "NAME[@V]|SWEEP|FILTER", help: "the experiments: names, sweeps, or a filter such as 'lora_r >= 8 and bleu > 20'")
  private static let metric = ValueOption(
    "metric", placeholder: "M", choices: ComparisonMetric.shortNames,
    help: "the score to compare by; the experiments' own metric unless given")
  private static let baseline = ValueOption(
    "baseline", placeholder: "NAME[@V]",
    help: "compare the others with this one; the first name unless given, for sweeps and filters the best")
  private static let gate = RepeatedOption(
    "gate", placeholder: "CONDITION",
    help:
      "end with code 2 unless 'bleu >= baseline', 'loss < 2.5' or the like holds for all but the baseline, or for the best where no baseline is named"
  )
  private static let resamples = ValueOption(
    "resamples", placeholder: "N", help: "how often rows are drawn anew; 1000, or more for many experiments")
  private static let eachRun = Flag("each-run", help: "do not take runs that differ in their seed for one setting")
  private static let format = ValueOption(
    "format", placeholder: "FORM", choices: ComparisonLaunch.Form.allCases.map(\.rawValue),
    help: "table, markdown, csv or json")

  static let compareCommand = Command(
    "compare", summary: "compare scores: intervals, tests against a baseline, and what differs", arguments: [words],
    options: [metric, baseline, DataChoice.option, gate, resamples, eachRun, format],
    examples: [
      "kiseki compare base small", "kiseki compare rank-sweep --baseline base",
      "kiseki compare new old --baseline old --gate 'bleu >= baseline'",
      "kiseki compare base small --data held-out.csv",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    guard !arguments[words].isEmpty else { throw UsageError("name the experiments to compare") }
    var options = Comparison.Options()
    options.metric = arguments[metric].flatMap(ComparisonMetric.init(name:))
    options.resampleCount = try arguments.integer(resamples, in: 100...1_000_000)
    options.groupsSeeds = !arguments[eachRun]
    let form = arguments.globals.wantsJSON ? .json : arguments[format].flatMap(ComparisonLaunch.Form.init) ?? .table
    let launch = ComparisonLaunch(
      words: arguments[words], baseline: arguments[baseline], data: arguments[DataChoice.option],
      gates: try arguments[gate].map(GateMistake.gate(from:)), form: form, options: options)
    return try launch.start(console)
  }
}
