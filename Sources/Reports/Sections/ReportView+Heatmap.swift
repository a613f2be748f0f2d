internal import Tables

extension ReportView {
  /// The scores of a sweep over two settings.
  public func heatmapSection() throws(ReportError) -> Section? {
    guard let map = Heatmap(content) else { return nil }
    let (rowTitle, columnTitle) = (title(ofSetting: map.rowKey), title(ofSetting: map.columnKey))
    let rows: [TemplateValue] = zip(map.rowValues, map.cells).map { value, cells in
      ["value": .text(text(value)), "cells": .list(cells.map { cell($0, map) })]
    }
    let body = try templates.render(
      "heatmap",
      [
        "row_title": .text(rowTitle), "column_title": .text(columnTitle),
        "row_hint": .text(explanation(map.rowKey) ?? ""), "column_hint": .text(explanation(map.columnKey) ?? ""),
        "columns": .list(map.columnValues.map { ["value": .text(text($0))] }),
        "column_count": .text("\(map.columnValues.count)"), "rows": .list(rows),
        "shades": .list((0...Heatmap.shadeCount).map { ["shade": .text("\($0)")] }), "worse": .text(words[.worse]),
        "better": .text(words[.better]), "no_run": .text(words[.noRun]),
      ])
    var introduction = words.html(.heatmapIntroduction, ["metric": HTML(escaping: metricName)])
    if map.averagesSeeds { introduction = introduction + HTML(trusted: " ") + words.html(.heatmapSeeds) }
    if let sweep = map.sweep {
      introduction = introduction + HTML(trusted: " ") + words.html(.heatmapSweep, ["sweep": .strong(.isolated(sweep))])
    }
    return Section(
      id: "heatmap",
      heading: words.text(
        .heatmapHeading, ["metric": metricName, "row": rowTitle, "column": columnTitle]),
      shortHeading: words[.heatmapShort], introduction: introduction, body: body)
  }

  private func cell(_ cell: Heatmap.Cell?, _ map: Heatmap) -> TemplateValue {
    guard let cell else { return ["has_run": false] }
    let runs = cell.runs.map { content.runs[$0] }
    let source = runs.count == 1 ? commit(runs[0]) : HTML(escaping: words.text(.seeds, ["count": "\(runs.count)"]))
    return [
      "has_run": true, "score": .text(score(cell.score)), "shade": .text("\(map.shade(cell.score, content.metric))"),
      "is_best": .flag(map.isBest(cell.score, content.metric)), "source_html": .markup(source),
      "hint": .text(runs.map { $0.origin.label + ($0.origin.commit.map { ", \($0)" } ?? "") }.joined(separator: "\n")),
    ]
  }
}
