import CommandLine
import Experiments
import Foundation
import Launching

/// What `kiseki sweep` was asked to do.
struct SweepRequest {
  let path: String
  let words: [String]
  let name: String?
  let trialsFile: String?
  let seedCount: Int
  let isDryRun: Bool
  let isConfirmed: Bool
  let options: SweepOptions

  func start(_ console: Console) throws -> ExitCode {
    let workspace = try Workspace.find(from: console.directory)
    let table = try trialsFile.map { try TrialTable(path: console.namedPath($0)) }
    let planner = try SweepPlanner(words: words, table: table, seedCount: seedCount)
    try confirm(planner.trialCount, console)
    let planned = try PlannedSweep(planner, path: console.namedPath(path), givenName: name, workspace: workspace)
    let privacy = try RecordPrivacy(workspace).warnings(aboutChangesUnder: options.dirty)
    for warning in planned.warnings + privacy { console.warn(warning) }
    let resources = try SweepResources(planned, options: options, workspace: workspace)
    for warning in resources.warnings { console.warn(warning) }
    let overview = SweepOverview(planned.plan, name: planned.name, resources: resources)
    if isDryRun {
      overview.show(console, asResult: true)
      console.hint("Nothing was run. Leave out --dry-run to start.")
      return .success
    }
    overview.show(console, asResult: false)
    if let output = planned.output {
      console.note("directories: \(output)/\(planned.name), linked in experiments/\(planned.name)")
    }
    let lock = try SweepLock(planned.name, in: workspace)
    return try lock.whileHeld {
      let record = try planned.record(in: workspace)
      let records = try planned.plan.trials.map { workspace.trial(try ExperimentName("\(planned.name)/\($0.name)")) }
      let run = SweepRun(
        record, plan: planned.plan, records: records, resources: resources, options: options, workspace: workspace,
        console: console)
      return try run.execute()
    }
  }

  private func confirm(_ count: Int, _ console: Console) throws {
    guard count <= SweepPlan.largestCount else {
      throw UsageError(
        "this sweep has more than \(Format.count(SweepPlan.largestCount)) trials; leave out some of the values")
    }
    guard count > SweepPlan.unaskedCount, !isConfirmed, !isDryRun else { return }
    let number = Format.count(count)
    guard let answer = console.confirm("This sweep has \(number) trials. Start it?") else {
      throw UsageError("this sweep has \(number) trials; give -y if that is what you want")
    }
    guard answer else { throw UsageError("not started: the sweep has \(number) trials") }
  }
}

extension Console {
  /// What a person at the terminal answers; `nil` where nobody can be asked.
  func confirm(_ question: String) -> Bool? {
    guard isatty(0) == 1, TerminalStream.standardError.isTerminal else { return nil }
    ask("\(question) [y/N] ")
    let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased() ?? ""
    return answer == "y" || answer == "yes"
  }
}

/// How trials are to be run, which changes no result.
struct SweepOptions {
  /// Trials at once; chosen by the machine unless given.
  var workers: Int?
  var failsFast = false
  var retriesFailed = false
  var dirty = DirtyPolicy.record
}
