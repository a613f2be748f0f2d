internal import Experiments
internal import Foundation
internal import Tables

extension Site {
  /// The verdict, the leaderboard with a link to each experiment, and the numbers to take away.
  func indexPage(_ data: [SiteFile]) throws -> Data {
    let view = view(content, at: Self.index)
    var page = try view.page()
    page.kind = words[.siteKind]
    page.links = [PageLink(title: words[.comparisonLink], target: SitePath.url(Self.comparison))]
    page.sections = try [view.leaderboardSection(), view.scoresSection(), view.heatmapSection()].compactMap { $0 }
    page.sections.append(try downloads(data))
    return try page.document(templates)
  }

  /// Everything a report shows.
  func comparisonPage() throws -> Data {
    var page = try view(content, at: Self.comparison).page()
    page.kind = words[.comparisonLink]
    page.links = [PageLink(title: words[.indexLink], target: SitePath.url(Self.index))]
    return try page.document(templates)
  }

  /// All about one experiment.
  func page(of experiment: PublishedExperiment) throws -> Data {
    guard var run = run(of: experiment) else {
      throw ReportError("cannot publish \(experiment.label): it is not part of the comparison.")
    }
    try run.readUntouched(experiment.version)
    var view = view(alone(run), at: experiment.page)
    // A page does not link to itself.
    view.pages = [:]
    let sections = try [
      view.scoresSection(), view.curvesSection(), stepsSection(run, experiment, view), view.samplesSection(),
      view.laterSection(), settingsSection(run, view),
      view.dataSection(), view.environmentSection(), view.sourcesSection(), filesSection(experiment),
      commandsSection(experiment),
    ].compactMap { $0 }
    let page = Page(
      title: experiment.label, language: words.language, kind: words[.experimentKind], subtitle: run.note,
      lead: try view.verdict(), sections: sections,
      links: [
        PageLink(title: words[.indexLink], target: SitePath.link(to: Self.index, from: experiment.page)),
        PageLink(title: words[.comparisonLink], target: SitePath.link(to: Self.comparison, from: experiment.page)),
      ])
    return try page.document(templates)
  }

  private func view(_ content: ReportContent, at page: String) -> ReportView {
    var view = ReportView(content, language: words.language, templates: templates)
    view.pages = links(from: page)
    return view
  }

  /// One run as if there were no others.
  private func alone(_ run: ReportedRun) -> ReportContent {
    let score = scores[run.origin.label]
    let tested = content.candidates.first { candidate in
      candidate.runs.count == 1 && content.runs[candidate.runs[0]].origin == run.origin
    }
    let candidate = ReportedCandidate(
      label: run.origin.name, runs: [0], score: score, problem: tested?.problem, testScore: tested?.testScore,
      standing: .baseline)
    return ReportContent(
      title: run.origin.label, metric: content.metric, runs: [run], candidates: [candidate],
      conclusion: score == nil ? .noScore : .onlyOne(winner: 0), explanations: content.explanations)
  }

  private func downloads(_ data: [SiteFile]) throws -> Section {
    var table = TableView([
      .init(words[.file]), .init(words[.contains]), .init(words[.size], isNumber: true),
    ])
    for file in data {
      let meaning: Label =
        switch file.path {
        case Self.experimentsCSV: .tableFile
        case Self.comparisonJSON: .comparisonFile
        default: .recordsFile
        }
      table.add([
        .init(link(file.path, from: Self.index)), .init(HTML(escaping: words[meaning])),
        .init(HTML(escaping: Figures.bytes(file.bytes))),
      ])
    }
    table.add([.init(link("SHA256SUMS", from: Self.index)), .init(HTML(escaping: words[.sumsFile])), .none])
    return Section(
      id: "downloads", heading: words[.downloadsHeading], introduction: words.html(.downloadsIntroduction),
      body: try table.html(templates))
  }

  func link(_ path: String, from page: String, title: String? = nil) -> HTML {
    var link = Element("a", ["href": SitePath.link(to: path, from: page)])
    link.add(HTML.isolated(title ?? path))
    return link.html
  }
}
