import CommandLine
import Experiments

extension Kiseki {
  private static let configuration = RequiredArgument("CONFIG", help: "the run's settings, a YAML file")
  private static let overrides = RepeatedArgument(
    "KEY=VALUE", help: "settings that win over the file's: training.lora_r=8, or lora_r=8 where that is unambiguous")
  private static let name = ValueOption(
    "name", short: "n", placeholder: "NAME", help: "the experiment's name; wins over experiment_name")
  private static let note = ValueOption(
    "message", short: "m", placeholder: "NOTE", help: "a note that stays with this version")
  private static let tags = RepeatedOption(
    "tag", short: "t", placeholder: "TAG", help: "a word to find this version by; may be given several times")
  private static let dryRun = Flag("dry-run", help: "check everything and show the plan, then stop")
  private static let dirty = ValueOption(
    "dirty", placeholder: "POLICY", choices: DirtyPolicy.allCases.map(\.rawValue),
    help: "uncommitted changes of tracked files: record them (default), refuse to run, or allow them")

  static let runCommand = Command(
    "run", summary: "train, evaluate and record one experiment", arguments: [configuration, overrides],
    options: [name, note, tags, dryRun, dirty],
    examples: [
      "kiseki run experiments/demo.yaml", "kiseki run experiments/demo.yaml lora_r=8 -n small -m 'smaller rank'",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    let launch = RunLaunch(
      path: arguments[configuration], overrides: arguments[overrides], name: arguments[name], note: arguments[note],
      tags: try arguments[tags].map(ExperimentNotes.checkedTag),
      dirty: arguments[dirty].flatMap(DirtyPolicy.init) ?? .record, isDryRun: arguments[dryRun])
    return try launch.start(console)
  }
}
