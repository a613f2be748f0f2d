import CommandLine
import Experiments

extension Kiseki {
  private static let trialName = RequiredArgument("SWEEP/TRIAL", help: "the trial of a committed plan")
  private static let trialDirty = ValueOption(
    "dirty", placeholder: "POLICY", choices: DirtyPolicy.allCases.map(\.rawValue), help: "as for run")

  /// What a sweep starts for each trial. It is no command for people, so the program's table does not have it.
  static let trialProgram = Program(
    name: "kiseki", version: version, summary: "one trial of a sweep", examples: [],
    commands: [
      Command(
        "trial", summary: "run one trial of a sweep that is running", arguments: [trialName], options: [trialDirty],
        examples: []
      ) { arguments in
        let worker = TrialWorker(
          name: try ExperimentName(arguments[trialName]),
          dirty: arguments[trialDirty].flatMap(DirtyPolicy.init) ?? .record)
        return try worker.run(Console(arguments.globals))
      }
    ])
}
