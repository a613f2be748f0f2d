import CommandLine
import Experiments
import Tables

extension ExperimentReport {
  /// Columns of a sample's text; the whole is in `predictions.jsonl`.
  private static let sampleWidth = 300

  /// The report as it is read on a terminal.
  func lines(_ console: Console) -> [String] {
    let palette = console.palette
    let headline =
      palette(.bold, label) + "  " + (status.style.map { palette($0, status.rawValue) } ?? status.rawValue)
    var lines = [headline] + Self.labelled(facts, console)
    func section(_ title: String, _ content: [String]) {
      if !content.isEmpty { lines += ["", palette(.bold, title)] + content }
    }
    section("Settings other than the defaults", settingLines(console))
    section("Scores", scoreLines(RecordedEvaluation.mainScores, console))
    section("Other averages", scoreLines(RecordedEvaluation.otherScores, console))
    section("Later evaluations", laterLines(console))
    if let samples {
      section(
        "Samples after step \(samples.step) (rows counted from 1; predictions.jsonl counts from 0)",
        sampleLines(samples.rows, console))
    }
    section(
      "Files",
      Self.table(
        [.init("path"), .init("size", .right)], files.map { [$0.path, Format.bytes($0.bytes)] }, console))
    return lines
  }

  private func settingLines(_ console: Console) -> [String] {
    guard let configuration else { return [] }
    return Self.table(
      [.init("setting"), .init("value"), .init("default")],
      configuration.changed.map { [$0.key, $0.value.settingText, $0.defaultValue.settingText] }, console)
  }

  private func scoreLines(_ names: [String], _ console: Console) -> [String] {
    let names = names.filter { name in evaluations.contains { $0.score(name) != nil } }
    if names.isEmpty { return [] }
    let titles = ["step", "epoch", "rows"] + names.map { $0.replacing("_", with: " ") }
    let rows = evaluations.map { evaluation in
      [
        evaluation.label, evaluation.scores?["epoch"]?.doubleValue.map { Format.significant($0) } ?? "",
        evaluation.scores?["rows"]?.integerValue.map(Format.count) ?? "",
      ]
        + names.map { name in
          evaluation.score(name).map { MainScores.text($0, of: name, over: evaluation.coverage(of: name)) } ?? ""
        } + [mark(evaluation)]
    }
    return Self.table(titles.map { .init($0, .right) } + [.init("")], rows, console)
  }

  /// What an evaluation is beside the others: `best`, `last`, and whether its weights are saved.
  private func mark(_ evaluation: RecordedEvaluation) -> String {
    guard let outcome = result?.outcome, let step = Int(evaluation.label) else { return "" }
    var marks: [String] = []
    if step == outcome.best?.step { marks.append("best") }
    if step == outcome.last?.step { marks.append("last") }
    if step == outcome.saved?.step { marks.append("saved") }
    return marks.joined(separator: ", ")
  }

  private func laterLines(_ console: Console) -> [String] {
    let names = RecordedEvaluation.mainScores.filter { name in laterEvaluations.contains { $0.score(name) != nil } }
    let columns =
      [TextTable.Column("id"), .init("data"), .init("rows", .right), .init("model")]
      + names.map { .init($0.replacing("_", with: " "), .right) } + [.init("other settings"), .init("when")]
    let rows = laterEvaluations.map { evaluation in
      [
        evaluation.id, evaluation.dataText, evaluation.rowCount.map(Format.count) ?? "",
        evaluation.request.isBase ? "untouched" : "tuned",
      ]
        + names.map { name in
          evaluation.score(name).map { MainScores.text($0, of: name, over: evaluation.coverage(of: name)) } ?? ""
        } + [evaluation.settingsText, evaluation.time.localText]
    }
    return Self.table(columns, rows, console)
  }

  private func sampleLines(_ rows: [SamplePrediction], _ console: Console) -> [String] {
    rows.flatMap { sample in
      var facts = [("prompt", sample.prompt), ("reference", sample.reference)]
      if let before = sample.before { facts.append(("before", before)) }
      if let after = sample.after { facts.append(("after", after)) }
      let title = sample.row.map { "  row \(Format.count($0 + 1))" } ?? "  row"
      return [console.palette(.dim, title)]
        + Self.labelled(facts.map { ($0, truncated($1, to: Self.sampleWidth)) }, console)
    }
  }

  /// Lines with their labels in a column of their own.
  static func labelled(_ facts: [(label: String, text: String)], _ console: Console) -> [String] {
    facts.map { label, text in
      "  " + console.palette(.dim, padded(label, to: 10)) + "  " + withoutControls(text)
    }
  }

  static func table(_ columns: [TextTable.Column], _ rows: [[String]], _ console: Console) -> [String] {
    guard !rows.isEmpty else { return [] }
    var table = TextTable(columns: columns)
    rows.forEach { table.add($0) }
    return table.lines(width: console.width.map { $0 - 2 }, palette: console.palette).map { "  " + $0 }
  }
}

extension LaterEvaluation {
  /// The file, or which of the run's own rows.
  var dataText: String {
    request.data.role == "data" ? request.data.path : "its \(request.data.role) rows"
  }

  /// `num_beams=4, prompt_column=question`
  var settingsText: String {
    request.settings.filter { $0.key.contains(".") }.map { setting in
      let name = setting.key.split(separator: ".").last.map(String.init) ?? setting.key
      return "\(name)=\(setting.value.settingText)"
    }.joined(separator: ", ")
  }
}
