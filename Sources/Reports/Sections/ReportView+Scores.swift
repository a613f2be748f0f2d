internal import Experiments
internal import Tables

extension ReportView {
  /// More rows than this are no picture any more.
  private static let plottedCount = 30

  /// Dots with whiskers, one a candidate.
  public func scoresSection() throws(ReportError) -> Section? {
    let scored = content.candidates.enumerated().compactMap { index, candidate in
      candidate.score.map { (index: index, candidate: candidate, score: $0) }
    }
    guard scored.count > 1, let rows = scored.first?.score.rows else { return try ownScoresSection() }
    let shown = scored.prefix(Self.plottedCount)
    func seeds(_ candidate: ReportedCandidate) -> [Double] {
      candidate.runs.count > 1 ? runs(candidate).compactMap { $0.score(content.metric.name) } : []
    }
    let baseline = scored.first { $0.candidate.standing == .baseline }?.score.value
    let plot = IntervalPlot(shown.map(\.score), seeds: shown.flatMap { seeds($0.candidate) }, mark: baseline)
    let items: [TemplateValue] = shown.map { _, candidate, score in
      let interval = score.interval.map { "\(self.score($0.lower)) – \(self.score($0.upper))" } ?? "—"
      return [
        "label_html": .markup(named(candidate) + part(score.coverage)), "score": .text(self.score(score.value)),
        "interval": .text(interval),
        "plot_html": .markup(
          plot.row(
            score, seeds: seeds(candidate), style: LineChart.style(ofRun: candidate.runs[0]),
            description: "\(label(candidate)): \(self.score(score.value)), \(interval)")),
      ]
    }
    let more = scored.count - shown.count
    let body = try templates.render(
      "scores",
      [
        "rows": .list(items), "scale_html": .markup(plot.scale), "run": .text(words[.run]),
        "metric": .text(metricName), "interval_heading": .text(words.text(.interval, ["confidence": confidence])),
        "more": more > 0 ? .text(words.text(.scoresMore, ["count": Figures.count(more)])) : .flag(false),
      ])
    return Section(
      id: "scores", heading: words.text(.scoresHeading, ["metric": metricName, "confidence": confidence]),
      shortHeading: metricName,
      introduction: words.html(
        .scoresIntroduction,
        ["rows": HTML(escaping: Figures.count(rows)), "confidence": HTML(escaping: confidence)]), body: body)
  }

  /// The scores of a single run: before tuning, after it, and on the test rows.
  private func ownScoresSection() throws(ReportError) -> Section? {
    guard !isComparison, let run = content.runs.first, !run.scores.isEmpty else { return nil }
    func value(_ members: [JSONMember], _ name: String) -> Double? {
      members.first { $0.key == name }?.value.doubleValue
    }
    let measures = ComparisonMetric.Measure.allCases.filter { measure in
      value(run.scores, ComparisonMetric(measure).name) != nil
    }
    let hasBefore = measures.contains { value(run.beforeTraining, ComparisonMetric($0).name) != nil }
    let hasTest = measures.contains { value(run.scores, ComparisonMetric($0, on: .test).name) != nil }
    var columns = [TableView.Column(words[.score])]
    if hasBefore { columns.append(.init(words[.factBefore], isNumber: true)) }
    columns.append(.init(words[.afterTuning], isNumber: true))
    if let other = run.otherEvaluation {
      let title = words.text(other.isBest ? .bestStep : .lastStep, ["step": Figures.count(other.step)])
      columns.append(.init(title, isNumber: true))
    }
    if hasTest { columns.append(.init(words[.onTestRows], isNumber: true)) }
    var table = TableView(columns, style: "own-scores")
    for measure in measures {
      let metric = ComparisonMetric(measure)
      func cell(_ members: [JSONMember], _ name: String) -> TableView.Cell {
        value(members, name).map {
          .init(HTML(escaping: words.score($0, of: metric)) + part(ScoreCoverage(of: name, in: members)))
        } ?? .none
      }
      var cells = [TableView.Cell(words.name(metric))]
      if hasBefore { cells.append(cell(run.beforeTraining, metric.name)) }
      cells.append(cell(run.scores, metric.name))
      if let other = run.otherEvaluation { cells.append(cell(other.scores, metric.name)) }
      if hasTest { cells.append(cell(run.scores, metric.on(.test).name)) }
      table.add(cells)
    }
    return Section(
      id: "scores", heading: words[.ownScoresHeading], introduction: named(content.candidates[0]),
      body: try table.html(templates))
  }
}
