import CommandLine
import Experiments
import Foundation
import Tables

/// What `compare` was asked for.
struct ComparisonLaunch {
  enum Form: String, CaseIterable {
    case table, markdown, csv, json
  }

  let words: [String]
  let baseline: String?
  /// The file of later evaluations to compare by, as it was typed.
  let data: String?
  let gates: [ComparisonGate]
  let form: Form
  let options: Comparison.Options

  /// Shows the comparison and judges the gates.
  ///
  /// - Throws: `CommandFailure` when no two of them could be compared, after what there is was shown.
  func start(_ console: Console) throws -> ExitCode {
    let workspace = try Workspace.find(from: console.directory)
    let selection = try ComparisonSelection(words, baseline: baseline, in: workspace)
    let named = baseline ?? selection.firstName
    if let gate = gates.first(where: \.usesBaseline), named == nil {
      throw UsageError("the gate '\(gate.text)' speaks of a baseline; name it with --baseline")
    }
    var options = options
    let choice = try data.map { try DataChoice($0, console, in: workspace) }
    let (runs, remarks) = try selection.runs(on: choice, &options, in: workspace)
    // A single run has nothing to be the baseline of.
    let comparison = try Comparison(runs: runs, baseline: named.map { .run($0) } ?? .best, options: options)
    let judgements = gates.flatMap { (choice == nil ? $0 : $0.on(.data)).judge(comparison) }
    console.warn(leftOut: selection.leftOut)
    remarks.forEach { console.warn($0) }
    show(comparison, judgements, console)
    guard judgements.allSatisfy(\.holds) else { return .refusedByGate }
    if let failure = ComparisonText.failure(comparison) { throw CommandFailure(failure) }
    return .success
  }

  private func show(_ comparison: Comparison, _ judgements: [ComparisonGate.Judgement], _ console: Console) {
    let table = ComparisonTable(comparison)
    switch form {
    case .json:
      let gates = judgements.isEmpty ? [] : [JSONMember("gates", .array(judgements.map(\.json)))]
      console.print(JSONValue.object((comparison.json.objectMembers ?? []) + gates))
    case .csv: console.write(table.csv)
    case .markdown: table.markdown.forEach { console.print($0) }
    case .table:
      table.lines(console).forEach { console.print($0) }
      for warning in comparison.warnings { console.explain(warning) }
    }
    for judgement in judgements { console.report(judgement) }
    if form != .json, let next = ComparisonText.nextCommand(comparison, words: words) { console.hint("next: \(next)") }
  }
}

extension Console {
  /// A warning that takes a run out of the comparison is loud; what every comparison should be read with is not.
  fileprivate func explain(_ warning: ComparisonWarning) {
    switch warning {
    case .notCompared, .partialScore, .sharedRows, .mixedMetrics, .seedsOnDifferentRows, .fewRows: warn("\(warning)")
    case .optimisticWinner, .bestIsBaseline, .singleSeeds: note("note: \(warning)")
    }
  }

  fileprivate func report(_ judgement: ComparisonGate.Judgement) {
    let text = judgement.sentence
    if judgement.holds { note(text) } else { warn(text) }
  }
}

extension ComparisonGate.Judgement {
  fileprivate var sentence: String {
    let subject = "gate '\(gate.text)'" + (label.map { ", \($0)" } ?? "")
    func text(_ value: Double?) -> String { value.map { ComparisonText.score($0, gate.metric) } ?? "?" }
    if let reason { return "\(subject): fails, \(reason)" }
    if holds { return "\(subject): holds, \(text(value)) against \(text(bound))" }
    return "\(subject): fails by \(text(shortfall)): \(text(value)) against \(text(bound))"
  }

  fileprivate var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return .object([
      JSONMember("gate", .string(gate.text)), JSONMember("label", label.map { .string($0) } ?? .null),
      JSONMember("holds", .bool(holds)), JSONMember("value", number(value)), JSONMember("bound", number(bound)),
      JSONMember("shortfall", number(shortfall)),
      JSONMember("reason", reason.map { .string($0.description) } ?? .null),
    ])
  }
}
