internal import Experiments
internal import Tables

extension ReportView {
  private static let laterMeasures: [ComparisonMetric.Measure] = [
    .bleu, .chrf, .exactMatch, .judge, .perplexity, .loss,
  ]

  /// The evaluations made of the runs after they were recorded.
  public func laterSection() throws(ReportError) -> Section? {
    let evaluations = content.runs.flatMap { run in run.laterEvaluations.map { (run: run, evaluation: $0) } }
    guard !evaluations.isEmpty else { return nil }
    let measures = Self.laterMeasures.filter { measure in
      evaluations.contains { $0.evaluation.score(measure.rawValue) != nil }
    }
    let columns: [TableView.Column] =
      [
        .init(words[.run]), .init(words[.dataHeading]), .init(words[.rows], isNumber: true), .init(words[.model]),
      ] + measures.map { .init(words.name(ComparisonMetric($0)), isNumber: true) } + [
        .init(words[.settingsColumn]), .init(words[.evaluated]),
      ]
    var table = TableView(columns, isSortable: true, style: "sources")
    for (run, evaluation) in evaluations {
      let scores = measures.map { measure in
        evaluation.score(measure.rawValue).map {
          TableView.Cell(
            HTML(escaping: words.score($0, of: ComparisonMetric(measure)))
              + part(evaluation.coverage(of: measure.rawValue)), value: $0)
        } ?? .none
      }
      table.add(
        [
          .init(linked(.name(words.shortened(run.origin.label)), to: run)), .init(data(evaluation)),
          evaluation.rowCount.map { .init(HTML(escaping: Figures.count($0)), value: Double($0)) } ?? .none,
          .init(HTML(escaping: words[evaluation.request.isBase ? .untouched : .tuned])),
        ] + scores + [
          .init(settings(evaluation)), .init(HTML(escaping: words.time(evaluation.time)), style: "time"),
        ])
    }
    return Section(
      id: "later", heading: words[.laterHeading], introduction: words.html(.laterIntroduction),
      body: try table.html(templates))
  }

  private func data(_ evaluation: LaterEvaluation) -> HTML {
    switch evaluation.request.data.role {
    case "validation": HTML(escaping: words[.roleValidation])
    case "test": HTML(escaping: words[.roleTest])
    default: .isolated(words.shortened(evaluation.request.data.path, to: 120))
    }
  }

  private func settings(_ evaluation: LaterEvaluation) -> HTML {
    let texts = evaluation.request.settings.filter { $0.key.contains(".") }.map { setting in
      HTML.isolated(title(ofSetting: setting.key) + "=" + text(setting.value))
    }
    return texts.isEmpty ? HTML(escaping: "—") : texts.joined(", ")
  }
}
