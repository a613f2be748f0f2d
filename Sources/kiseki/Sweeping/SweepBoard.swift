import CommandLine
import Experiments
import Foundation
import Launching

/// Where every trial of a sweep stands.
struct SweepBoard {
  enum State {
    case waiting
    case running(since: Double, ProgressState?)
    /// - Parameter seconds: of this session, `nil` for what was done before.
    case ended(TrialRecord, seconds: Double?)
    /// The process ended, and git knows nothing of the trial.
    case lost(reason: String)
  }

  struct Entry {
    let trial: SweepPlan.Trial
    let name: ExperimentName
    var state: State
  }

  let name: ExperimentName
  var entries: [Entry]
  let workerCount: Int

  func count(where condition: (State) -> Bool) -> Int { entries.reduce(0) { $0 + (condition($1.state) ? 1 : 0) } }

  var completedCount: Int { count { $0.isCompleted } }
  var failedCount: Int { count { $0.isFailed } }
  var runningCount: Int { count { if case .running = $0 { true } else { false } } }

  /// Until the last trial ends; `nil` as long as nothing can be told.
  func secondsLeft(now: Double) -> Double? {
    let finished = entries.compactMap { entry in
      if case .ended(_, let seconds?) = entry.state { seconds } else { nil }
    }
    let running = entries.compactMap { entry -> (elapsed: Double, fraction: Double)? in
      guard case .running(let since, let progress) = entry.state else { return nil }
      return (now - since, progress?.label == "training" ? progress?.fraction ?? 0 : 0)
    }
    var each = finished.isEmpty ? nil : finished.reduce(0, +) / Double(finished.count)
    if each == nil, let far = running.max(by: { $0.fraction < $1.fraction }), far.fraction > 0.05 {
      each = far.elapsed / far.fraction
    }
    guard let each else { return nil }
    let waiting = Double(count { if case .waiting = $0 { true } else { false } })
    let rest = running.reduce(waiting * each) { $0 + max(0, each - $1.elapsed) }
    return rest / Double(min(workerCount, max(1, Int(waiting) + running.count)))
  }

  /// `sweep lr: 3 of 12 done, 1 failed, left 1:20`.
  func heading(now: Double) -> String {
    var parts = ["\(completedCount + failedCount) of \(entries.count) done"]
    if failedCount > 0 { parts.append("\(failedCount) failed") }
    if let left = secondsLeft(now: now), completedCount + failedCount < entries.count {
      parts.append("left \(Format.clock(left))")
    }
    return "sweep \(name): " + parts.joined(separator: ", ")
  }
}

extension SweepBoard.State {
  var isCompleted: Bool { if case .ended(let record, _) = self { record.state == .completed } else { false } }

  /// Recorded as failed, or not recorded because it could not even start.
  var isFailed: Bool {
    switch self {
    case .ended(let record, _): record.state == .failed
    case .lost: true
    case .waiting, .running: false
    }
  }

  var word: String {
    switch self {
    case .waiting: "waiting"
    case .running(_, let progress): progress?.label ?? "starting"
    case .lost: "failed"
    case .ended(let record, _):
      switch record.state {
      case .missing: "missing"
      case .running: "running"
      case .interrupted: "interrupted"
      case .completed: "completed"
      case .failed: "failed"
      case .unreadable: "unreadable"
      }
    }
  }

  /// Why there is no good result.
  var reason: String? {
    switch self {
    case .lost(let reason): reason
    case .ended(let record, _):
      if case .unreadable(let problem) = record.state { problem } else { record.result?.outcome.reason }
    case .waiting, .running: nil
    }
  }

  var style: Palette.Style? {
    switch word {
    case "completed": .green
    case "failed", "unreadable": .red
    case "interrupted", "missing": .yellow
    case "waiting": .dim
    default: .cyan
    }
  }
}
