import Experiments
import Foundation
import Reports
import Scores
import Tables

/// The folder of the templates, seen from this file.
func templates() throws -> TemplateSet {
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  return try TemplateSet(directory: root.appending(path: "templates/report").path)
}

/// A page of `content` as text.
func html(_ content: ReportContent, _ language: Language = .english) throws -> String {
  let templates = try templates()
  let document = try ReportView(content, language: language, templates: templates).page().document(templates)
  return String(decoding: document, as: UTF8.self)
}

/// A commit id that no other run of a sample has.
func commit(_ index: Int) -> String {
  let digits = String(0xabc_def0 + index * 7_919, radix: 16)
  return String(repeating: digits, count: 6).prefix(40).lowercased()
}

/// A sweep of `rows` ranks by `columns` rates, the best first; steps of training are made up without chance.
func sweep(rows: Int = 2, columns: Int = 3, steps: Int = 40) -> ReportContent {
  var runs: [ReportedRun] = []
  for index in 0..<rows * columns {
    let settings: [JSONMember] = [
      JSONMember("training.lora_r", .integer(1 << (index / columns + 1))),
      JSONMember("training.learning_rate", .number(0.0001 * Double(index % columns + 1))),
      JSONMember("training.epochs", 2),
    ]
    let name = "grid/lora_r=\(1 << (index / columns + 1)),learning_rate=\(index % columns + 1)e-4"
    var run = ReportedRun(origin: Origin(name: name, version: 1, commit: commit(index)), status: .completed)
    run.time = Date(timeIntervalSince1970: 1_790_000_000)
    run.settings = settings
    let score = 30 - 1.5 * Double(index)
    run.scores = [
      JSONMember("validation/bleu", .number(score)), JSONMember("validation/loss", .number(2 + 0.1 * Double(index))),
    ]
    run.curves["train/loss"] = (1...steps).map { step in
      CurvePoint(step: step, value: 5 / Double(step).squareRoot() + 0.3 * sin(Double(step * (index + 2))))
    }
    run.curves["validation/bleu"] = [
      CurvePoint(step: 0, value: 1), CurvePoint(step: steps, value: score),
    ]
    run.predictions = (0..<10).map {
      ReportedPrediction(row: $0, prompt: "translate \($0)", reference: "参照\($0)", prediction: "出力\($0)")
    }
    run.untouched = Dictionary(uniqueKeysWithValues: (0..<10).map { ($0, "前\($0)") })
    runs.append(run)
  }
  let candidates = runs.enumerated().map { index, run in
    let score = 30 - 1.5 * Double(index)
    return ReportedCandidate(
      label: run.origin.name, runs: [index],
      score: ReportedScore(value: score, rows: 100, interval: interval(score - 2, score + 2)),
      standing: index == 0
        ? .baseline
        : .tested(
          difference: -1.5 * Double(index), interval: interval(-3, -0.5), pValue: 0.02, isMoreThanLuck: true))
  }
  return ReportContent(
    title: "grid", metric: ComparisonMetric(.bleu), runs: runs, candidates: candidates,
    conclusion: .decided(
      ReportedLead(
        winner: 0, rival: 1, margin: 1.5, interval: interval(0.5, 3), pValue: 0.02, testCount: runs.count - 1,
        isMoreThanLuck: true, rows: 100)),
    warnings: [.optimisticWinner(candidates: runs.count, isTested: true), .singleSeeds],
    varyingSettings: ["training.lora_r", "training.learning_rate"],
    explanations: ["training.lora_r": Label("The rank.", "ランクです。")])
}

func interval(_ lower: Double, _ upper: Double) -> ConfidenceInterval {
  ConfidenceInterval(lower: lower, upper: upper, confidence: 0.95)
}

extension ReportContent {
  /// Adds a run of its own with some settings changed, behind the others.
  mutating func add(named name: String, like index: Int, changing changes: [String: JSONValue]) {
    var run = ReportedRun(origin: Origin(name: name, version: 1, commit: commit(runs.count)), status: .completed)
    run.settings =
      runs[index].settings.map { JSONMember($0.key, changes[$0.key] ?? $0.value) }
      + changes.keys.sorted().filter { key in !runs[index].settings.contains { $0.key == key } }
      .map { JSONMember($0, changes[$0] ?? .null) }
    run.scores = runs[index].scores
    runs.append(run)
    candidates.append(
      ReportedCandidate(
        label: name, runs: [runs.count - 1],
        score: ReportedScore(value: 20, rows: 100, interval: interval(18, 22)),
        standing: .tested(difference: -10, interval: interval(-12, -8), pValue: 0.01, isMoreThanLuck: true)))
    varyingSettings += changes.keys.sorted().filter { !varyingSettings.contains($0) }
  }
}
