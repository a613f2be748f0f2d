internal import Experiments

extension ReportView {
  /// Lightly smoothed: a weight that steadies single batches and keeps the shape.
  private static let smoothing = 0.9
  /// Shorter curves are shown as they are.
  private static let smoothedCount = 30
  /// Beside more curves than this, unsmoothed values would only be noise.
  private static let rawCount = 4

  /// The curves of all runs over their steps, with one legend for all charts.
  public func curvesSection() throws(ReportError) -> Section? {
    let charts = [metricChart, lossChart, trainingChart].compactMap { $0 }.filter { !$0.series.isEmpty }
    guard !charts.isEmpty else { return nil }
    let shown = Set(charts.flatMap { $0.series.map(\.run) })
    let legend: [TemplateValue] = content.runs.enumerated().filter { shown.contains($0.offset) }.map { index, run in
      [
        "run": .text("\(index)"), "style": .text(LineChart.style(ofRun: index)), "label": .text(label(run)),
        "origin_html": .markup(origin(run)),
      ]
    }
    var introduction = words.html(shown.count > 1 ? .curvesIntroduction : .curvesIntroductionOne)
    if shown.count > LineChart.colourCount {
      introduction =
        introduction + HTML(trusted: " ")
        + words.html(.curvesRest, ["count": HTML(escaping: "\(LineChart.colourCount)")])
    }
    let body = try templates.render(
      "curves",
      [
        "charts": .list(charts.map { ["chart_html": .markup($0.html(words))] }), "legend": .list(legend),
      ])
    return Section(id: "curves", heading: words[.curvesHeading], introduction: introduction, body: body)
  }

  private var metricChart: LineChart? {
    // The loss has a chart of its own.
    guard content.metric.measure != .loss else { return nil }
    return chart(
      content.metric.on(.validation).name, title: words.text(.validationCurve, ["metric": metricName]),
      digits: Words.fractionDigits(content.metric))
  }

  private var lossChart: LineChart? { chart("validation/loss", title: words[.loss], digits: 4) }

  private var trainingChart: LineChart? {
    let curves = content.runs.enumerated().compactMap { index, run in
      run.curves["train/loss"].map { (index: index, run: run, points: $0) }
    }
    let isLong = curves.contains { $0.points.count >= Self.smoothedCount }
    let series = curves.map { index, run, points in
      LineChart.Series(
        run: index, label: run.origin.label, points: isLong ? smoothed(points, weight: Self.smoothing) : points,
        rawPoints: isLong && curves.count <= Self.rawCount ? points : [])
    }
    return LineChart(
      title: words[.trainingLoss], note: isLong ? words[.smoothedNote] : nil,
      description: description(series.count), series: series, fractionDigits: 4)
  }

  private func chart(_ name: String, title: String, digits: Int) -> LineChart {
    let series = content.runs.enumerated().compactMap { index, run in
      run.curves[name].map { LineChart.Series(run: index, label: run.origin.label, points: $0) }
    }
    let isPartial = content.runs.contains { run in
      run.curves[name] != nil && run.curves[name + "_missing", default: []].contains { $0.value > 0 }
    }
    return LineChart(
      title: title, note: isPartial ? words[.partialCurve] : nil, description: description(series.count),
      series: series,
      fractionDigits: digits)
  }

  private func description(_ count: Int) -> String {
    words.text(.curveDescription, ["count": Figures.count(count)])
  }
}
