extension ReportView {
  /// More rows than this are no picture any more.
  private static let plottedCount = 30

  /// Dots with whiskers, one a candidate.
  public func scoresSection() throws(ReportError) -> Section? {
    let scored = content.candidates.enumerated().compactMap { index, candidate in
      candidate.score.map { (index: index, candidate: candidate, score: $0) }
    }
    guard scored.count > 1, let rows = scored.first?.score.rows else { return nil }
    let shown = scored.prefix(Self.plottedCount)
    func seeds(_ candidate: ReportedCandidate) -> [Double] {
      candidate.runs.count > 1 ? runs(candidate).compactMap { $0.score(content.metric.name) } : []
    }
    let baseline = scored.first { $0.candidate.standing == .baseline }?.score.value
    let plot = IntervalPlot(shown.map(\.score), seeds: shown.flatMap { seeds($0.candidate) }, mark: baseline)
    let items: [TemplateValue] = shown.map { _, candidate, score in
      let interval = score.interval.map { "\(self.score($0.lower)) – \(self.score($0.upper))" } ?? "—"
      return [
        "label_html": .markup(named(candidate)), "score": .text(self.score(score.value)), "interval": .text(interval),
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
      introduction: words.html(
        .scoresIntroduction,
        ["rows": HTML(escaping: Figures.count(rows)), "confidence": HTML(escaping: confidence)]), body: body)
  }
}
