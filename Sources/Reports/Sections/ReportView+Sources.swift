internal import Experiments

extension ReportView {
  /// Every run with its version, its commit in full and what it took.
  public func sourcesSection() throws(ReportError) -> Section? {
    guard !content.runs.isEmpty else { return nil }
    var table = TableView(
      [
        .init(words[.run]), .init(words[.commit]), .init(words[.status]), .init(words[.recorded]),
        .init(words[.trainingTime], isNumber: true), .init(words[.speed], isNumber: true),
        .init(words[.peakMemory], isNumber: true), .init(words[.note]),
      ], style: "sources")
    for run in content.runs {
      table.add([
        .init(linked(.name(words.shortened(run.origin.label)), to: run)), .init(commit(run)),
        .init(status(run), style: run.status == .completed ? "quiet" : "reason"),
        run.time.map { .init(HTML(escaping: words.time($0)), style: "time") } ?? .none,
        number(run.trainingSeconds.map(Figures.duration)),
        number(run.tokensPerSecond.map { $0.isFinite && $0 < 1e12 ? Figures.count(Int($0.rounded())) : "—" }),
        number(run.peakBytes.map(Figures.bytes)), .init(note(run), style: "note"),
      ])
    }
    return Section(
      id: "sources", heading: words[.sourcesHeading], shortHeading: words[.sourcesShort],
      introduction: words.html(.sourcesIntroduction),
      body: try table.html(templates))
  }

  private func number(_ text: String?) -> TableView.Cell { text.map { .init(HTML(escaping: $0)) } ?? .none }

  private func status(_ run: ReportedRun) -> HTML {
    let status = HTML(escaping: words.status(run.status))
    return run.problem.map { status + small(words.shortened($0)) } ?? status
  }

  private func note(_ run: ReportedRun) -> HTML {
    let tags = run.tags.map { tag in
      var span = Element("span", ["class": "tag"])
      span.add(HTML.isolated(words.shortened(tag, to: 60)))
      return span.html
    }
    let note = run.note.map { [HTML.isolated(words.shortened($0))] } ?? []
    return (note + tags).joined(" ")
  }
}
