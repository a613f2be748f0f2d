extension ReportView {
  private static let sampleCount = 6
  private static let sampleLength = 1_200

  /// A few validation rows: the reference, the untouched model and the best run side by side.
  public func samplesSection() throws(ReportError) -> Section? {
    let best = content.conclusion.winner.flatMap { content.candidates[$0].runs.first } ?? content.runs.indices.first
    guard let run = best.map({ content.runs[$0] }), !run.predictions.isEmpty else { return nil }
    let rows = Self.spaced(run.predictions, Self.sampleCount)
    let hasUntouched = rows.contains { run.untouched[$0.row] != nil }
    let samples: [TemplateValue] = rows.map { row in
      var texts: [TemplateValue] = [text(.reference, row.reference, style: "reference")]
      if hasUntouched { texts.append(text(.untouched, run.untouched[row.row], style: "untouched")) }
      texts.append(text(.tuned, row.prediction, style: "tuned"))
      return [
        "row": .text(words.text(.row, ["number": Figures.count(row.row + 1)])), "prompt_title": .text(words[.prompt]),
        "prompt": words.prose(row.prompt, limit: Self.sampleLength), "texts": .list(texts),
      ]
    }
    let introduction = words.html(
      content.metric.part == .data ? .samplesIntroductionData : .samplesIntroduction,
      [
        "count": HTML(escaping: Figures.count(rows.count)),
        "winner": .strong(.isolated(label(run))) + HTML(trusted: " ") + origin(run),
      ])
    return Section(
      id: "samples", heading: words[.samplesHeading], introduction: introduction,
      body: try templates.render("samples", ["samples": .list(samples)]))
  }

  private func text(_ title: Label, _ text: String?, style: String) -> TemplateValue {
    let note = text == nil ? words[.notGenerated] : text?.isEmpty == true ? words[.noText] : nil
    return [
      "title": .text(words[title]), "style": .text(style), "note": .optional(note),
      "prose": words.prose(text ?? "", limit: Self.sampleLength),
    ]
  }

  /// At most `count` elements, evenly from the first to the last.
  private static func spaced<Element>(_ elements: [Element], _ count: Int) -> [Element] {
    guard elements.count > count else { return elements }
    return (0..<count).map { elements[$0 * (elements.count - 1) / (count - 1)] }
  }
}
