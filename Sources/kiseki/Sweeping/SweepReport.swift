import CommandLine
import Experiments
import Foundation
import Launching
import Spelling
import Tables

/// A sweep as `show` has it: its plan, and how far every trial has come.
struct SweepReport {
  private let sweep: SweepRecord
  private let plan: SweepPlan
  private let board: SweepBoard
  private let outcome: SweepOutcome

  /// - Throws: an error of the record when the plan cannot be read; a damaged trial is only a line of the table.
  init(_ sweep: SweepRecord, in workspace: Workspace) throws {
    self.sweep = sweep
    let plan = try SweepPlan(json: sweep.json("plan.json"))
    let entries = try plan.trials.map { trial in
      let name = try ExperimentName("\(sweep.name)/\(trial.name)")
      return SweepBoard.Entry(trial: trial, name: name, state: .ended(workspace.trial(name), seconds: nil))
    }
    self.plan = plan
    board = SweepBoard(name: sweep.name, entries: entries, workerCount: 1)
    outcome = SweepOutcome(board, plan: plan, commit: sweep.commit.id)
  }

  func show(_ console: Console) {
    guard !console.globals.wantsJSON else { return console.print(json) }
    lines(console).forEach { console.print($0) }
    outcome.warnReasons(console)
    console.hint("next: " + nextCommand)
  }

  private func lines(_ console: Console) -> [String] {
    var facts = [
      ("plan", "commit \(sweep.commit.id.short), \(sweep.commit.time.localText)"), ("trials", standing),
      ("best by", outcome.metricTitle),
    ]
    if !plan.baseWords.isEmpty { facts.append(("for all", plan.baseWords.joined(separator: " "))) }
    let palette = console.palette
    return [palette(.bold, sweep.name.text) + "  sweep"]
      + facts.map { "  " + palette(.dim, padded($0, to: 10)) + "  " + withoutControls($1) } + [""]
      + outcome.lines(console)
  }

  /// `6: 4 completed, 1 failed, 1 missing`.
  private var standing: String {
    var words: [String] = []
    for entry in board.entries where !words.contains(entry.state.word) { words.append(entry.state.word) }
    let counts = words.map { word in "\(Format.count(board.count { $0.word == word })) \(word)" }
    return "\(Format.count(board.entries.count)): " + counts.joined(separator: ", ")
  }

  private var nextCommand: String {
    let name = sweep.name.text
    let isDone = board.entries.allSatisfy { $0.state.isCompleted || $0.state.isFailed }
    let compare = shellCommand("compare", name)
    return isDone
      ? compare
      : board.completedCount > 0
        ? "\(shellCommand("resume", name))   or   \(compare)"
        : shellCommand("resume", name)
  }

  private var json: JSONValue {
    .object(
      (outcome.json.objectMembers ?? []) + [
        JSONMember("time", .string(sweep.commit.time.documentText)),
        JSONMember("for_all", .array(plan.baseWords.map { .string($0) })),
      ])
  }
}
