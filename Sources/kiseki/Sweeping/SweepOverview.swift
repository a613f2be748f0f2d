import CommandLine
import Configuration
import Experiments
import Launching
import Tables

/// What is shown of a sweep before it starts.
struct SweepOverview {
  private static let shownTrials = 20

  let plan: SweepPlan
  let name: ExperimentName
  let resources: SweepResources

  init(_ plan: SweepPlan, name: ExperimentName, resources: SweepResources) {
    self.plan = plan
    self.name = name
    self.resources = resources
  }

  /// - Parameter asResult: on stdout, and as JSON where that is asked for.
  func show(_ console: Console, asResult: Bool) {
    guard asResult else { return lines(console).forEach { console.note($0) } }
    if console.globals.wantsJSON { return console.print(json) }
    lines(console).forEach { console.print($0) }
  }

  private func lines(_ console: Console) -> [String] {
    var lines = ["sweep: \(name), \(Format.count(plan.trials.count, "trial"))"]
    if !plan.baseWords.isEmpty { lines.append("for all: " + plan.baseWords.joined(separator: " ")) }
    var table = TextTable(
      columns: [.init("", .right)] + plan.keys.map { .init(ParameterTable.parameter($0)?.shortKey ?? $0, .right) })
    for (index, trial) in plan.trials.prefix(Self.shownTrials).enumerated() {
      table.add(
        ["\(index + 1)"] + plan.keys.map { key in trial.overrides.first { $0.key == key }?.written ?? "" })
    }
    lines += table.lines(width: console.width, palette: console.palette).map { "  " + $0 }
    if plan.trials.count > Self.shownTrials {
      lines.append("  and \(Format.count(plan.trials.count - Self.shownTrials)) more")
    }
    lines += facts
    return lines
  }

  private var facts: [String] {
    let workers = resources.workerCount
    let each = resources.threadsPerWorker
    let memory = resources.weightBytes + workers * resources.bytesPerWorker
    return [
      "cores: \(resources.coreCount); \(workers) \(workers == 1 ? "trial" : "trials") at once, "
        + "\(each) \(each == 1 ? "thread" : "threads") each",
      "time: " + (resources.seconds.map { "about \(Format.duration($0)), " } ?? "") + resources.timeBasis,
      "memory: about \(Format.bytes(memory)): \(Format.bytes(resources.weightBytes)) of weights and "
        + "\(workers) x \(Format.bytes(resources.bytesPerWorker)), \(resources.memoryBasis)",
    ]
  }

  private var json: JSONValue {
    [
      "sweep": .string(name.text), "plan": plan.json, "workers": .integer(resources.workerCount),
      "threads_per_worker": .integer(resources.threadsPerWorker), "cores": .integer(resources.coreCount),
      "expected_seconds": resources.seconds.map { .number($0) } ?? .null,
      "expected_seconds_basis": .string(resources.timeBasis),
      "expected_bytes": .integer(resources.weightBytes + resources.workerCount * resources.bytesPerWorker),
      "expected_bytes_basis": .string(resources.memoryBasis),
    ]
  }
}
