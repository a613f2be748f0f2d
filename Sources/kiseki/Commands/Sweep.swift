import CommandLine
import Experiments

extension Kiseki {
  private static let configuration = RequiredArgument("CONFIG", help: "the settings all trials begin with, a YAML file")
  private static let grid = RepeatedArgument(
    "KEY=V1,V2", help: "values to try: lora_r=4,8,16 or learning_rate=1e-5..1e-3:log5; one value is set for all trials")
  private static let name = ValueOption("name", short: "n", placeholder: "NAME", help: "the sweep's name")
  private static let seeds = ValueOption(
    "seeds", placeholder: "K", help: "run every setting with K seeds, to tell luck from merit")
  private static let trials = ValueOption(
    "trials", placeholder: "FILE", help: "a CSV file with a column for each key and a row for each trial")
  private static let dryRun = Flag("dry-run", help: "check everything and show the plan, then stop")
  private static let yes = Flag("yes", short: "y", help: "do not ask before a large sweep")
  private static let dirty = ValueOption(
    "dirty", placeholder: "POLICY", choices: DirtyPolicy.allCases.map(\.rawValue),
    help: "uncommitted changes of tracked files: record them (default), refuse to run, or allow them")

  static let sweepCommand = Command(
    "sweep", summary: "try several values of settings, each combination as one experiment",
    arguments: [configuration, grid],
    options: [name, SweepOptions.jobs, seeds, trials, dryRun, SweepOptions.failFast, yes, dirty],
    examples: [
      "kiseki sweep experiments/demo.yaml lora_r=4,8 learning_rate=1e-4,1e-3,3e-3 -j 2",
      "kiseki sweep experiments/demo.yaml learning_rate=1e-4..1e-2:log5 --seeds 3 -n rates --dry-run",
      "kiseki sweep experiments/demo.yaml --trials trials.csv",
    ]
  ) { arguments in
    var options = try SweepOptions(arguments)
    options.dirty = arguments[dirty].flatMap(DirtyPolicy.init) ?? .record
    let request = SweepRequest(
      path: arguments[configuration], words: arguments[grid], name: arguments[name], trialsFile: arguments[trials],
      seedCount: try arguments.integer(seeds, in: 1...1000) ?? 1, isDryRun: arguments[dryRun],
      isConfirmed: arguments[yes], options: options)
    return try request.start(Console(arguments.globals))
  }
}

extension SweepOptions {
  static let jobs = ValueOption(
    "jobs", short: "j", placeholder: "N", help: "trials at once; one for each core unless given, as memory allows")
  static let failFast = Flag("fail-fast", help: "stop when a trial fails instead of going on with the others")
  static let retryFailed = Flag("retry-failed", help: "run trials again that failed")

  init(_ arguments: ParsedArguments) throws {
    self.init(
      workers: try arguments.integer(Self.jobs, in: 1...1024), failsFast: arguments[Self.failFast],
      retriesFailed: arguments[Self.retryFailed])
  }
}
