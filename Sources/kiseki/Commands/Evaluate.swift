import CommandLine
import Experiments

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named")
  private static let settings = RepeatedArgument(
    "KEY=VALUE", help: "other settings of 'prediction', or the columns of the data: num_beams=4 prompt_column=question")
  private static let data = ValueOption(
    "data", placeholder: "FILE",
    help: "the rows to score on: a file, or the id of an earlier evaluation for those kept with it; the run's own "
      + "validation rows unless given")
  private static let part = ValueOption(
    "part", placeholder: "PART", choices: ["validation", "test"], help: "which of the run's own rows to score on again")
  private static let metric = ValueOption(
    "metric", placeholder: "M", kind: .choice(EvaluationMeasure.names),
    help: "the score to show first: \(EvaluationMeasure.names.joined(separator: ", ")); the run's own unless given")
  private static let base = Flag("base", help: "score the untouched model instead of the tuned one")
  private static let again = Flag("again", help: "compute although the same evaluation is recorded already")

  static let evaluateCommand = Command(
    "evaluate", summary: "score an old run on other data or by other settings, recorded with its version",
    arguments: [experiment, settings],
    options: [data, part, metric, base, again, BackboneSearch.option],
    examples: [
      "kiseki evaluate demo --data held-out.csv", "kiseki evaluate demo@1 --metric chrF num_beams=4",
      "kiseki evaluate demo --data faq.jsonl prompt_column=question answer_column=reply --base",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    guard arguments[data] == nil || arguments[part] == nil else {
      throw UsageError("--data names rows of a file, and --part rows of the run; give one of them")
    }
    let choice: EvaluatedPart.Choice =
      arguments[data].map { .file(name: $0, path: console.path($0)) }
      ?? (arguments[part] == "test" ? .test : .validation)
    let wishes = EvaluationRequest.Wishes(
      reference: try ExperimentReference(argument: arguments[experiment]), choice: choice,
      measure: try arguments[metric].map(EvaluationMeasure.measure(named:)), settings: arguments[settings],
      isBase: arguments[base], backbone: arguments[BackboneSearch.option].map(console.path))
    return try EvaluationLaunch(wishes: wishes, isAgain: arguments[again]).start(console)
  }
}
