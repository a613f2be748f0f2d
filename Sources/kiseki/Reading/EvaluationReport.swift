import CommandLine
import Experiments
import Foundation
import Spelling
import Tables

/// One evaluation of a version with its rows: one of its run, or one made later.
struct EvaluationReport {
  /// `name@2`, or the name alone for a run without a version.
  let label: String
  /// The folder of the run's own, the id of a later one.
  let id: String
  private let name: ExperimentName
  private let version: Int?
  /// `nil` for the run's own.
  private let later: LaterEvaluation?
  /// `scores.json`
  private let document: JSONValue?
  /// `predictions.jsonl`
  private let lines: [JSONValue]
  private let estimates: EvaluationEstimates
  /// What rows are ordered by.
  private let measure: ComparisonMetric.Measure

  static let option = ValueOption(
    "evaluation", placeholder: "ID",
    help: "one evaluation with its rows: a step, 'test', or the id of a later one, as 'show' lists them")

  /// Characters of an id that are enough where they say which is meant.
  private static let shortestID = 4

  /// - Throws: `CommandFailure` for an id that there is not; `ExperimentsError` for rows that cannot be read.
  init(_ id: String, of report: ExperimentReport, in workspace: Workspace) throws {
    label = report.label
    name = report.summary.name
    version = report.version?.number
    let files =
      report.version.map { ExperimentFiles.version($0) } ?? .directory(workspace.directory(of: report.summary.name))
    let predictions: Data?
    if let own = report.evaluations.first(where: { $0.label == id }) {
      (self.id, later, document) = (own.label, nil, own.scores)
      predictions = try files.data("evaluations/\(own.label)/predictions.jsonl")
    } else {
      let found = try Self.find(id, in: report)
      (self.id, later, document) = (found.id, found, found.scores)
      predictions = try workspace.predictions(of: found)
    }
    let place = "the rows of the evaluation \(self.id) of \(label)"
    guard let predictions else {
      throw CommandFailure("cannot show \(place): predictions.jsonl is not there. Is the run still evaluating?")
    }
    lines = try MetricLog.lines(predictions, name: place)
    estimates = try EvaluationEstimates(self.id, of: name, predictions: predictions, scores: document, place: place)
    let wanted =
      later.flatMap { ComparisonMetric.Measure(rawValue: $0.metric) }
      ?? ComparisonMetric(ofSettings: report.configuration?.members ?? []).measure
    let measures = estimates.scores.map(\.measure)
    measure = measures.contains(wanted) ? wanted : measures.first ?? .loss
  }

  private static func find(_ id: String, in report: ExperimentReport) throws -> LaterEvaluation {
    let all = report.laterEvaluations
    if let exact = all.first(where: { $0.id == id }) { return exact }
    let similar = id.count >= shortestID ? all.filter { $0.id.hasPrefix(id) } : []
    if similar.count == 1 { return similar[0] }
    let known = report.evaluations.map(\.label) + all.map(\.id)
    let list = known.isEmpty ? "none at all" : known.joined(separator: ", ")
    throw CommandFailure(
      similar.count > 1
        ? "cannot show the evaluation '\(id)' of \(report.label): \(similar.map(\.id).joined(separator: " or ")) may be "
          + "meant. Write one of them."
        : "cannot show the evaluation '\(id)' of \(report.label): there is no such one. It has \(list).")
  }

  var nextCommand: String { shellCommand("show", label) }
}

extension EvaluationReport {
  private static let firstCount = 3
  private static let worstCount = 5
  /// Columns of a row's text; the whole is in `--json`.
  private static let textWidth = 300

  /// As it is read on a terminal.
  func lines(_ console: Console) -> [String] {
    let palette = console.palette
    var text = [palette(.bold, "\(label), evaluation \(id)")] + ExperimentReport.labelled(facts, console)
    func section(_ title: String, _ content: [String]) {
      if !content.isEmpty { text += ["", palette(.bold, title)] + content }
    }
    section("Scores", scoreLines(console))
    let rows = estimates.rows.rows
    let first = rows.prefix(rows.count <= Self.firstCount + Self.worstCount ? rows.count : Self.firstCount)
    section(
      first.count == rows.count ? "Answers (rows counted from 1)" : "First answers (rows counted from 1)",
      first.flatMap { lines($0, console) })
    if first.count < rows.count {
      section("Worst answers by \(measure.title) of the row", worst.flatMap { lines($0, console) })
    }
    let unscored = measure == .judge ? rows.filter { $0.judgeScore == nil } : []
    section("Answers the judge gave no score for", unscored.prefix(Self.firstCount).flatMap { lines($0, console) })
    return text
  }

  private var facts: [(label: String, text: String)] {
    var facts: [(String, String)] = []
    let rows = Format.count(estimates.rows.rows.count, "row")
    if let later {
      let isKept = later.request.data.storedAs != nil
      facts.append(("data", "\(later.dataText), \(rows)" + (isKept ? ", kept with it" : "")))
      facts.append(("model", later.request.isBase ? "untouched" : "tuned"))
      if !later.settingsText.isEmpty { facts.append(("settings", later.settingsText)) }
      facts.append(
        ("made", "\(later.time.localText), build \(later.program.build), \(later.program.instructionSet)"))
    } else {
      facts.append(("data", "its \(document?["set"]?.stringValue ?? "validation") rows, \(rows)"))
      if let step = document?["step"]?.integerValue { facts.append(("weights", "after step \(Format.count(step))")) }
    }
    return facts
  }

  private func scoreLines(_ console: Console) -> [String] {
    ExperimentReport.table(
      [.init("score"), .init("value", .right), .init("95 % interval"), .init("rows", .right)],
      estimates.scores.map { measure, estimate in
        let metric = ComparisonMetric(measure)
        return [
          measure.title, ComparisonText.score(estimate.value, metric),
          ComparisonText.interval(estimate.interval, metric),
          estimate.coverage.isPartial ? estimate.coverage.text : Format.count(estimate.rows),
        ]
      }, console)
  }

  /// Those that score least, ties in the order of the data.
  private var worst: [EvaluatedRows.Row] {
    let scored = estimates.rows.rows.compactMap { row in row.score(by: measure).map { (row: row, score: $0) } }
    let metric = ComparisonMetric(measure)
    return scored.enumerated().sorted { first, second in
      first.element.score == second.element.score
        ? first.offset < second.offset : metric.isBetter(second.element.score, than: first.element.score)
    }.prefix(Self.worstCount).map(\.element.row)
  }

  private func lines(_ row: EvaluatedRows.Row, _ console: Console) -> [String] {
    var facts = [("prompt", row.prompt), ("reference", row.reference)]
    if let prediction = row.prediction { facts.append(("answer", prediction)) }
    let score = row.score(by: measure).map { "\(measure.title) \(MainScores.text($0, of: measure.rawValue))" }
    let title = "  row \(Format.count(row.row + 1))" + (score.map { ", \($0)" } ?? "")
    return [console.palette(.dim, title)]
      + ExperimentReport.labelled(facts.map { ($0, truncated($1, to: Self.textWidth)) }, console)
  }

  /// Everything: the scores with their intervals, and every row as it is recorded, with what it scores alone.
  var json: JSONValue {
    var members = [
      JSONMember("name", .string(name.text)), JSONMember("version", version.map { .integer($0) } ?? .null),
      JSONMember("evaluation", .string(id)), JSONMember("later", .bool(later != nil)),
    ]
    let known = Set(members.map(\.key) + ["id", "format"])
    let rest = (later?.json ?? document ?? .null).objectMembers ?? []
    members += rest.filter { !known.contains($0.key) }
    members.append(
      JSONMember(
        "estimates", .object(estimates.scores.map { JSONMember($0.measure.rawValue, $0.estimate.json) })))
    // The file may have its rows in another order than the evaluation has them.
    let rows = Dictionary(estimates.rows.rows.map { ($0.row, $0) }, uniquingKeysWith: { first, _ in first })
    members.append(
      JSONMember(
        "predictions",
        .array(
          lines.map { line in
            let row = line["row"]?.integerValue.flatMap { rows[$0] }
            let scores = estimates.scores.compactMap { measure, _ in
              row?.score(by: measure).map { JSONMember(measure.rawValue, .number($0)) }
            }
            return .object((line.objectMembers ?? []) + [JSONMember("scores", .object(scores))])
          })))
    return .object(members)
  }
}
