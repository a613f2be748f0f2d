internal import Tables

extension ReportView {
  /// What differs between the runs, with what it means; and folded away what does not.
  public func settingsSection() throws(ReportError) -> Section? {
    guard let first = content.runs.first(where: { !$0.settings.isEmpty }) else { return nil }
    let varying = content.varyingSettings
    // What a run is called and where its directory was says nothing about it.
    let same = first.settings.map(\.key).filter {
      !varying.contains($0) && $0 != "experiment_name" && $0 != "output_directory"
    }
    var table = TableView(
      [.init(words[.setting]), .init(words[.values]), .init(words[.meaning])], style: "settings")
    for key in varying where key != "experiment_name" {
      let values = tally(content.runs.map { $0.setting(key).map { text($0) } ?? "—" })
      table.add([keyCell(key), .init(values), .init(explanation(key) ?? "", style: "meaning")])
    }
    for difference in content.otherDifferences {
      table.add([
        .init(difference.key), .init(tally(difference.values.map { $0.map { words.shortened($0, to: 120) } ?? "—" })),
        .init(""),
      ])
    }
    let isSingle = content.runs.count == 1
    let body = try templates.render(
      "settings",
      [
        "differences_html": .markup(table.rows.isEmpty ? .empty : try table.html(templates)),
        "is_open": .flag(isSingle),
        "summary": .text(
          words.text(isSingle ? .allSettings : .sameSettings, ["count": Figures.count(same.count)])),
        "settings": .list(
          same.map { key in
            [
              "key": .text(key), "hint": .text(explanation(key) ?? ""), "value": .text(text(first.setting(key))),
            ]
          }),
      ])
    let introduction: Label =
      isSingle ? .settingsIntroductionOne : table.rows.isEmpty ? .settingsIntroductionSame : .settingsIntroduction
    return Section(
      id: "settings", heading: words[.settingsHeading], introduction: words.html(introduction), body: body)
  }

  private func keyCell(_ key: String) -> TableView.Cell {
    var code = Element("code", ["title": explanation(key) ?? key])
    code.add(text: key)
    return .init(code.html)
  }

  /// Each value with the number of runs that have it, in the order of their first appearance by size.
  private func tally(_ values: [String]) -> HTML {
    var counts: [(value: String, count: Int)] = []
    for value in values {
      if let index = counts.firstIndex(where: { $0.value == value }) {
        counts[index].count += 1
      } else {
        counts.append((value, 1))
      }
    }
    let ordered =
      counts.allSatisfy { Double($0.value) != nil }
      ? counts.sorted { (Double($0.value) ?? 0) < (Double($1.value) ?? 0) } : counts
    return ordered.prefix(20).map { value, count in
      var span = Element("span", ["class": "tally"])
      span.add(HTML.isolated(value))
      if values.count > 1 { span.add(small("×\(Figures.count(count))")) }
      return span.html
    }.joined(" ") + HTML(escaping: ordered.count > 20 ? " …" : "")
  }
}
