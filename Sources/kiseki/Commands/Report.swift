import CommandLine
import Experiments
import Reports

extension Kiseki {
  private static let words = RepeatedArgument(
    "NAME[@V]|SWEEP|FILTER", help: "the experiments: names, sweeps, or a filter; all of them unless given")
  private static let output = ValueOption(
    "output", short: "o", placeholder: "FILE.html", help: "where to write; report.html unless given, - for stdout")
  private static let language = ValueOption(
    "lang", placeholder: "LANG", choices: Language.allCases.map(\.rawValue), help: "en or ja; en unless given")
  private static let title = ValueOption("title", placeholder: "T", help: "what stands on top")
  private static let metric = ValueOption(
    "metric", placeholder: "M", choices: ComparisonMetric.shortNames,
    help: "the score to compare by; the experiments' own metric unless given")
  private static let baseline = ValueOption(
    "baseline", placeholder: "NAME[@V]", help: "compare the others with this one; the best unless given")

  static let reportCommand = Command(
    "report", summary: "write one HTML file that shows and compares experiments, offline, everywhere",
    arguments: [words], options: [output, language, title, metric, baseline, DataChoice.option],
    examples: ["kiseki report rank-sweep -o report.html", "kiseki report base small --lang ja -o 比較.html"]
  ) { arguments in
    let console = Console(arguments.globals)
    let launch = ReportLaunch(
      words: arguments[words], baseline: arguments[baseline],
      metric: arguments[metric].flatMap(ComparisonMetric.init(name:)), data: arguments[DataChoice.option],
      title: arguments[title],
      language: arguments[language].flatMap(Language.init) ?? .english, output: arguments[output] ?? "report.html")
    try launch.start(console)
    return .success
  }
}
