import CommandLine
import Experiments
import Reports

extension Kiseki {
  private static let directory = RequiredArgument("DIR", help: "a new or empty directory, or a site made before")
  private static let words = RepeatedArgument(
    "NAME[@V]|SWEEP|FILTER", help: "the experiments: names, sweeps, or a filter; all of them unless given")
  private static let language = ValueOption(
    "lang", placeholder: "LANG", choices: Language.allCases.map(\.rawValue), help: "en or ja; en unless given")
  private static let title = ValueOption("title", placeholder: "T", help: "what stands on top")
  private static let metric = ValueOption(
    "metric", placeholder: "M", choices: ComparisonMetric.shortNames,
    help: "the score to compare by; the experiments' own metric unless given")
  private static let logs = Flag("with-logs", help: "publish log.txt of each experiment too")
  private static let patch = Flag("with-patch", help: "publish workspace.patch, the uncommitted changes, too")

  static let publishCommand = Command(
    "publish", summary: "write a static site: pages, data, adapters with checksums; again: only what changed",
    arguments: [directory, words], options: [language, title, metric, logs, patch],
    examples: ["kiseki publish site rank-sweep", "kiseki publish site 'bleu > 20' --lang ja --with-logs"]
  ) { arguments in
    var extras = PublishedExperiment.Extras()
    extras.logs = arguments[logs]
    extras.patch = arguments[patch]
    let launch = PublishLaunch(
      directory: arguments[directory], words: arguments[words],
      metric: arguments[metric].flatMap(ComparisonMetric.init(name:)), title: arguments[title],
      language: arguments[language].flatMap(Language.init) ?? .english, extras: extras)
    try launch.start(Console(arguments.globals))
    return .success
  }
}
