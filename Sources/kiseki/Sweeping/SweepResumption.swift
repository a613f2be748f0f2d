import CommandLine
import Experiments
import Foundation
import Launching

/// Does what is missing of a sweep; doing it again does nothing.
struct SweepResumption {
  /// Seconds to wait for workers whose sweep was killed a moment ago.
  private static let patience = 10.0

  let options: SweepOptions

  func resume(_ sweep: SweepRecord, in workspace: Workspace, console: Console) throws -> ExitCode {
    let plan = try SweepPlan(json: sweep.json("plan.json"))
    let names = try plan.trials.map { try ExperimentName("\(sweep.name)/\($0.name)") }
    let lock = try SweepLock(sweep.name, in: workspace)
    return try lock.whileHeld {
      let records = try names.map { try settled($0, in: workspace) }
      let due = records.filter(isDue)
      guard !due.isEmpty else { return nothingToDo(plan, records, sweep, console) }
      console.note("sweep: \(sweep.name), \(due.count) of \(plan.trials.count) trials to run")
      let run = SweepRun(
        sweep, plan: plan, records: records, resources: try SweepResources(trialCount: due.count, options: options),
        options: options, workspace: workspace, console: console, isDue: isDue)
      return try run.execute()
    }
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
      "nothing to do: all \(plan.trials.count) trials of '\(sweep.name)' have ended"
        + (failed > 0 ? ", \(failed) of them failed" : ""))
    console.hint(
      failed > 0
        ? "next: kiseki resume \(sweep.name) --retry-failed   or   kiseki compare \(sweep.name)"
        : "next: kiseki compare \(sweep.name)")
    return .success
  }
}
