import CommandLine
import Experiments
import Foundation
import Launching
import Spelling

/// Runs trials of a committed plan, several at once, and shows how it goes; the caller holds the sweep's lock.
final class SweepRun {
  private let sweep: SweepRecord
  private let plan: SweepPlan
  private let resources: SweepResources
  private let options: SweepOptions
  private let workspace: Workspace
  private let console: Console
  private var board: SweepBoard
  private var display: SweepDisplay
  /// Indices into the board, in the order of the jobs.
  private var jobs: [Int] = []
  /// Indices of what was to be done now, whether or not it could begin.
  private let due: [Int]
  private var hasFailedFast = false
  private let start = ContinuousClock.now

  /// - Parameters:
  ///   - records: how far the trials had come before.
  ///   - isDue: whether a trial in such a state is to be run.
  init(
    _ sweep: SweepRecord, plan: SweepPlan, records: [TrialRecord], resources: SweepResources, options: SweepOptions,
    workspace: Workspace, console: Console, isDue: (TrialRecord) -> Bool = { _ in true }
  ) {
    self.sweep = sweep
    self.plan = plan
    self.resources = resources
    self.options = options
    self.workspace = workspace
    self.console = console
    display = SweepDisplay(console)
    let entries = zip(plan.trials, records).map { trial, record in
      SweepBoard.Entry(
        trial: trial, name: record.name, state: isDue(record) ? .waiting : .ended(record, seconds: nil))
    }
    board = SweepBoard(name: sweep.name, entries: entries, workerCount: resources.workerCount)
    due = records.indices.filter { isDue(records[$0]) }
    for index in due {
      do {
        try makeReady(records[index])
        jobs.append(index)
      } catch {
        board.entries[index].state = .lost(reason: "\(error)")
      }
    }
  }

  /// An interrupted trial goes on from its checkpoint; without one it begins anew.
  private func makeReady(_ record: TrialRecord) throws {
    guard record.state == .interrupted, !workspace.hasCheckpoint(ofRunNamed: record.name) else { return }
    try workspace.discardInterruptedRun(record.name)
  }

  func execute() throws -> ExitCode {
    StopSignal.install()
    if jobs.count > 1 {
      try TrialInputs(sweep, in: workspace).shareWeights(of: trialsWithOtherWeights, in: workspace)
        .forEach(console.warn)
    }
    defer { display.finish() }
    try LocalLauncher(workerCount: resources.workerCount).run(jobCount: jobs.count, command: command) { event in
      try receive(event)
    }
    display.finish()
    display = SweepDisplay(console)
    let outcome = SweepOutcome(board, plan: plan, commit: sweep.commit.id)
    outcome.show(console)
    return ending(outcome)
  }

  /// One trial for each way in which those to be run hold weights: to look at all of them would take long.
  private var trialsWithOtherWeights: [SweepPlan.Trial] {
    let keys: Set = ["llm_backbone", "training.lora", "architecture.pretrained"]
    var seen: Set<[String]> = []
    return jobs.map { board.entries[$0].trial }.filter { trial in
      seen.insert(trial.words.filter { word in keys.contains { word.hasPrefix($0 + "=") } }).inserted
    }
  }

  private func command(_ job: Int) throws -> WorkerCommand {
    var environment = ProcessInfo.processInfo.environment
    environment["KISEKI_THREADS"] = String(resources.threadsPerWorker)
    // This very program, even when its file has been replaced since.
    return WorkerCommand(
      program: "/proc/self/exe",
      arguments: [
        "kiseki", "trial", board.entries[jobs[job]].name.text, "-q", "-C", workspace.root, "--dirty",
        options.dirty.rawValue,
      ], environment: environment)
  }

  private var now: Double { (ContinuousClock.now - start) / .seconds(1) }

  private func receive(_ event: LaunchEvent) throws -> LaunchVerdict {
    switch event {
    case .started(let job):
      board.entries[jobs[job]].state = .running(since: now, nil)
    case .line(let job, let line):
      guard case .running(let since, _) = board.entries[jobs[job]].state, let state = ProgressState(message: line)
      else { break }
      board.entries[jobs[job]].state = .running(since: since, state)
    case .ended(let job, let end, let lastWords):
      try take(end, lastWords, of: jobs[job])
    case .tick: break
    }
    display.update(board, now: now)
    return StopSignal.received != nil || hasFailedFast ? .stop : .continue
  }

  /// What git says of the trial is its outcome, however its process ended.
  private func take(_ end: WorkerEnd, _ lastWords: [String], of index: Int) throws {
    var seconds: Double?
    if case .running(let since, _) = board.entries[index].state { seconds = now - since }
    let record = workspace.trial(board.entries[index].name)
    let isStopped = StopSignal.received != nil || hasFailedFast
    switch record.state {
    case .completed, .failed, .unreadable:
      board.entries[index].state = .ended(record, seconds: seconds)
    case .missing, .running, .interrupted:
      board.entries[index].state =
        isStopped && end != .exited(ExitCode.failure.rawValue) && end != .exited(ExitCode.usage.rawValue)
        ? .ended(record, seconds: nil) : .lost(reason: Self.reason(end, lastWords))
    }
    let entry = board.entries[index]
    if entry.state.isFailed, options.failsFast { hasFailedFast = true }
    display.say(sentence(entry, seconds), board, now: now)
  }

  private static func reason(_ end: WorkerEnd, _ lastWords: [String]) -> String {
    let words = lastWords.last { !$0.isEmpty }.map { $0.hasPrefix("kiseki: ") ? String($0.dropFirst(8)) : $0 }
    switch end {
    case .killed(let signal): return "its process was killed by signal \(signal)" + (words.map { ": \($0)" } ?? "")
    case .exited(let code): return words ?? "its process ended with code \(code)"
    }
  }

  private func sentence(_ entry: SweepBoard.Entry, _ seconds: Double?) -> String {
    var text = "\(entry.state.word) \(entry.trial.name)"
    if entry.state.isCompleted {
      let scores = SweepOutcome.scores(of: entry.state).filter { !$0.cell.isEmpty }
      text += ": " + scores.map { "\($0.title) \($0.cell)" }.joined(separator: ", ")
      if let seconds { text += ", " + Format.duration(seconds) }
    } else if let reason = entry.state.reason {
      text += ": " + reason
    }
    let done = board.completedCount + board.failedCount
    return text + " (\(done) of \(board.entries.count))"
  }

  private func ending(_ outcome: SweepOutcome) -> ExitCode {
    let resume = shellCommand("resume", sweep.name.text)
    if let signal = StopSignal.received {
      console.note(
        "interrupted by \(signal); \(board.completedCount) of \(Format.count(board.entries.count, "trial")) completed")
      console.hint("next: \(resume)")
      return .interrupted
    }
    let undone = board.entries.contains { !$0.state.isCompleted && $0.state.word != "failed" }
    let isLost = board.entries.contains { if case .lost = $0.state { true } else { false } }
    if undone || isLost {
      console.hint("next: \(resume)")
    } else if board.failedCount > 0, let failed = board.entries.first(where: { $0.state.isFailed }) {
      console.hint("next: \(shellCommand("show", failed.name.text))   or   \(resume) --retry-failed")
    } else {
      let name = sweep.name.text
      console.hint(
        "next: \(shellCommand("compare", name))   or   \(shellCommand("report", name, "-o", name + ".html"))")
    }
    let failedNow = due.count { !board.entries[$0].state.isCompleted }
    let failedBefore = board.entries.count { !$0.state.isCompleted } - failedNow
    if failedBefore > 0 {
      let words = failedBefore == 1 ? "1 trial failed before and was" : "\(failedBefore) trials failed before and were"
      console.note("\(words) not run again")
    }
    return failedNow == 0 ? .success : .failure
  }
}
