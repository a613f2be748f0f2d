import CommandLine
import Configuration
import Experiments
import Foundation
import Launching
import Spelling

/// Does what is missing of a sweep; doing it again does nothing.
struct SweepResumption {
  /// Seconds to wait for workers whose sweep was killed a moment ago.
  private static let patience = 10.0

  let options: SweepOptions
  /// Where the planned model is now, absolute; `nil` to look for it.
  var backbone: String?

  func resume(_ sweep: SweepRecord, in workspace: Workspace, console: Console) throws -> ExitCode {
    let plan = try SweepPlan(json: sweep.json("plan.json"))
    let names = try plan.trials.map { try ExperimentName("\(sweep.name)/\($0.name)") }
    let lock = try SweepLock(sweep.name, in: workspace)
    try noteBackbone(of: sweep, in: workspace)
    return try lock.whileHeld {
      let records = try names.map { try settled($0, in: workspace) }
      let due = records.filter(isDue)
      guard !due.isEmpty else { return nothingToDo(plan, records, sweep, console) }
      try sayOtherPlace(sweep, in: workspace, console)
      console.note("sweep: \(sweep.name), \(due.count) of \(Format.count(plan.trials.count, "trial")) to run")
      let run = SweepRun(
        sweep, plan: plan, records: records, resources: try SweepResources(trialCount: due.count, options: options),
        options: options, workspace: workspace, console: console, isDue: isDue)
      return try run.execute()
    }
  }

  /// Workers look where the model was last found, so that is where it is noted.
  ///
  /// - Throws: `CommandFailure` when the directory holds another model.
  private func noteBackbone(of sweep: SweepRecord, in workspace: Workspace) throws {
    guard let backbone else { return }
    let record = try sweep.backbone()
    do {
      let directory = try BackboneSearch(record, label: sweep.name.text, in: workspace)
        .directory(given: backbone, configured: backbone)
      if let weights = record.weightsSHA256 { try workspace.remember(directory, as: .backbones, weights) }
    } catch let error as MissingInput {
      throw CommandFailure("cannot resume \(sweep.name): \(error.reason).")
    }
  }

  /// Where the directories go when the planned place is not known here.
  private func sayOtherPlace(_ sweep: SweepRecord, in workspace: Workspace, _ console: Console) throws {
    let configuration = try ExperimentConfiguration.parse(
      sweep.data("config.yaml"), name: "the plan of \(sweep.name)", baseDirectory: workspace.root
    ).configuration
    let recorded = configuration.outputDirectory
    guard !recorded.isEmpty, workspace.rememberedOutput(recorded, of: sweep.name) == nil else { return }
    console.warn(
      "the trials' directories are made in experiments/: the recorded output_directory is '\(recorded)', and it is not "
        + "known where that is here")
  }

  private func isDue(_ record: TrialRecord) -> Bool {
    switch record.state {
    case .missing, .interrupted: true
    case .failed: options.retriesFailed
    case .completed, .running, .unreadable: false
    }
  }

  /// Waits for a trial that runs to end: a worker without its parent does so within moments.
  private func settled(_ name: ExperimentName, in workspace: Workspace) throws -> TrialRecord {
    let start = ContinuousClock.now
    var record = workspace.trial(name)
    while record.state == .running {
      guard ContinuousClock.now - start < .seconds(Self.patience) else {
        throw RunError.failure(
          "cannot resume the sweep: another process is running its trial '\(name)'. Wait for it and try again.")
      }
      usleep(20_000)
      record = workspace.trial(name)
    }
    return record
  }

  /// The code says what this call did: trials that failed before are told, and are no failure of now.
  private func nothingToDo(
    _ plan: SweepPlan, _ records: [TrialRecord], _ sweep: SweepRecord, _ console: Console
  ) -> ExitCode {
    let entries = zip(plan.trials, records).map {
      SweepBoard.Entry(trial: $0, name: $1.name, state: .ended($1, seconds: nil))
    }
    let board = SweepBoard(name: sweep.name, entries: entries, workerCount: 1)
    if console.globals.wantsJSON {
      console.print(SweepOutcome(board, plan: plan, commit: sweep.commit.id).json)
    }
    let failed = board.failedCount
    console.note(
      (plan.trials.count == 1
        ? "nothing to do: the only trial of '\(sweep.name)' has ended"
        : "nothing to do: all \(plan.trials.count) trials of '\(sweep.name)' have ended")
        + (failed > 0 ? ", \(failed) of them failed" : ""))
    let name = sweep.name.text
    console.hint(
      "next: " + (failed > 0 ? "\(shellCommand("resume", name)) --retry-failed   or   " : "")
        + shellCommand("compare", name))
    return .success
  }
}
