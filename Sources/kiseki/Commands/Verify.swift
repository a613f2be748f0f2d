import CommandLine
import Experiments
import Spelling

extension Kiseki {
  private static let experiment = RequiredArgument(
    "NAME[@V]", help: "the experiment, its newest version unless one is named")
  private static let filesOnly = Flag("files", help: "only check the stored files against their hashes; no training")
  private static let full = Flag("full", help: "go on behind the first difference and name every file that differs")
  private static let noRecord = Flag("no-record", help: "do not keep the verdict with the experiment")

  static let verifyCommand = Command(
    "verify", summary: "run a version again aside and say whether it comes out the same, byte for byte",
    arguments: [experiment], options: [filesOnly, full, BackboneSearch.option, noRecord],
    examples: ["kiseki verify demo", "kiseki verify demo@1 --full", "kiseki verify demo --files"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let version = try workspace.version(ExperimentReference(argument: arguments[experiment]))
    let verification = Verification(
      files: try RecordedFiles(version), workspace: workspace,
      backbone: arguments[BackboneSearch.option].map(console.path),
      isFull: arguments[full], console: console)
    let build = try Kiseki.build(workspace.fileHashes)
    if arguments[filesOnly] {
      return console.report(verification.judgeFiles(), build: build, isFull: true, isFiles: true)
    }
    guard let judgement = try verification.judge() else {
      console.note("interrupted by \(StopSignal.received ?? "a signal"); nothing was judged, and nothing is left of it")
      return .interrupted
    }
    if !arguments[noRecord] { try judgement.record(in: workspace, build: build) }
    return console.report(judgement, build: build, isFull: arguments[full], isFiles: false)
  }
}

extension Judgement {
  /// Keeps the verdict in the experiment's notes.
  fileprivate func record(in workspace: Workspace, build: String) throws {
    guard let number = version.version else { return }
    try workspace.updateNotes(of: version.name) { notes in
      notes.verdicts.append(
        ExperimentNotes.Verdict(version: number, verdict: verdict.text, detail: recordedDetail ?? detail, build: build))
    }
  }
}

extension Console {
  fileprivate func report(_ judgement: Judgement, build: String, isFull: Bool, isFiles: Bool) -> ExitCode {
    if globals.wantsJSON {
      print(judgement.json(build: build).line())
    } else {
      print(judgement.sentence)
    }
    let version = "\(judgement.version)"
    let show = shellCommand("show", version)
    // What was done just now is no next step.
    switch judgement.verdict {
    case .identical: hint("next: \(show)   or   \(shellCommand("rerun", version))")
    case .different: hint("next: " + (isFull ? "" : "\(shellCommand("verify", version)) --full   or   ") + show)
    case .notComparable: hint("next: " + (isFiles ? "" : "\(shellCommand("verify", version)) --files   or   ") + show)
    }
    return judgement.verdict.exitCode
  }
}
