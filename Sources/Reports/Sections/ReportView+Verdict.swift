internal import Experiments

extension ReportView {
  /// The answer in a sentence, the numbers behind it, and what has to be known beside it.
  public func verdict() throws(ReportError) -> HTML {
    try templates.render(
      "verdict",
      [
        "sentence_html": .markup(sentence), "facts": .list(facts), "has_warnings": .flag(!loud.isEmpty),
        "warnings": .list(loud.map { ["warning_html": .markup(warning($0))] }), "has_notices": .flag(!quiet.isEmpty),
        "notices": .list(quiet.map { ["warning_html": .markup(warning($0))] }),
      ])
  }

  /// What belongs to every reading of such a comparison, and warns of nothing in this one.
  private var quiet: [ComparisonWarning] {
    content.warnings.filter { $0 == .bestIsBaseline || $0 == .singleSeeds }
  }
  private var loud: [ComparisonWarning] { content.warnings.filter { !quiet.contains($0) } }

  private func evidence(_ lead: ReportedLead) -> HTML {
    let digits = Words.fractionDigits(content.metric)
    return quietly(
      .evidence,
      [
        "confidence": words.confidence(lead.interval.confidence), "lower": Figures.signed(lead.interval.lower, digits),
        "upper": Figures.signed(lead.interval.upper, digits), "p": Figures.probability(lead.pValue),
        "rows": Figures.count(lead.rows),
      ])
  }

  private func evidence(_ score: ReportedScore?) -> HTML {
    guard let score else { return .empty }
    guard let interval = score.interval else {
      return score.whyNoInterval.map { quietly(.evidenceNone, ["reason": words.reason($0)]) } ?? .empty
    }
    return quietly(
      .evidenceOne,
      [
        "confidence": words.confidence(interval.confidence), "lower": self.score(interval.lower),
        "upper": self.score(interval.upper), "rows": Figures.count(score.rows),
      ])
  }

  private func quietly(_ label: Label, _ parts: [String: String]) -> HTML {
    var span = Element("span", ["class": "evidence"])
    span.add(text: words.text(label, parts))
    return span.html
  }

  private var sentence: HTML {
    func parts(_ winner: Int, _ others: [String: HTML] = [:]) -> [String: HTML] {
      let candidate = content.candidates[winner]
      return [
        "winner": .strong(.name(label(candidate))), "metric": HTML(escaping: metricName),
        "score": .strong(HTML(escaping: candidate.score.map { score($0.value) } ?? "—")),
      ].merging(others) { $1 }
    }
    switch content.conclusion {
    case .noScore: return words.html(.verdictNoScore, ["metric": HTML(escaping: metricName)])
    case .onlyOne(let winner):
      return words.html(
        .verdictOnlyOne, parts(winner, ["evidence": evidence(content.candidates[winner].score)]))
    case .incomparable(let winner, let rival, let reason):
      return words.html(
        .verdictIncomparable,
        parts(
          winner,
          [
            "rival": .name(label(content.candidates[rival])), "reason": HTML(escaping: words.reason(reason)),
          ]))
    case .decided(let lead):
      let label: Label =
        !lead.isMoreThanLuck
        ? .verdictUndecided : content.metric.isHigherBetter ? .verdictDecided : .verdictDecidedLower
      return words.html(
        label,
        parts(
          lead.winner,
          [
            "rival": .name(self.label(content.candidates[lead.rival])),
            "margin": HTML(escaping: score(lead.margin)), "evidence": evidence(lead),
          ]))
    }
  }

  private var facts: [TemplateValue] {
    guard let winner = content.conclusion.winner else { return [] }
    let candidate = content.candidates[winner]
    let source = HTML(trusted: " ") + runs(candidate).map(origin).joined(" ")
    var facts: [TemplateValue] = []
    func add(_ label: String, _ value: String, _ note: HTML) {
      facts.append(["label": .text(label), "value": .text(value), "note_html": .markup(note)])
    }
    if let best = candidate.score {
      add(
        words.text(isComparison ? .factScore : .factOnlyScore, ["metric": metricName]), score(best.value),
        note(best) + source)
    }
    if case .decided(let lead) = content.conclusion {
      add(
        words[.factLead], Figures.signed(lead.margin, Words.fractionDigits(content.metric)),
        words.html(
          .between,
          [
            "confidence": HTML(escaping: words.confidence(lead.interval.confidence)),
            "lower": HTML(escaping: Figures.signed(lead.interval.lower, Words.fractionDigits(content.metric))),
            "upper": HTML(escaping: Figures.signed(lead.interval.upper, Words.fractionDigits(content.metric))),
          ]))
      add(
        words[.factPValue], Figures.probability(lead.pValue),
        lead.testCount > 1
          ? words.html(.holm, ["count": HTML(escaping: Figures.count(lead.testCount))]) : words.html(.oneTest))
    }
    if let test = candidate.testScore {
      add(words.text(.factTest, ["metric": metricName]), score(test.value), note(test) + source)
    }
    if let before = runs(candidate).first?.beforeTraining.first(where: { $0.key == content.metric.name })?.value
      .doubleValue
    {
      let coverage = ScoreCoverage(of: content.metric.name, in: runs(candidate).first?.beforeTraining ?? [])
      add(words[.factBefore], score(before), HTML(escaping: partText(coverage) ?? "") + source)
    }
    if let rows = candidate.score?.rows {
      add(words[rowsLabel], Figures.count(rows), .empty)
    }
    return facts
  }

  private var rowsLabel: Label {
    switch content.metric.part {
    case .validation: .factRows
    case .test: .factTestRows
    case .data: .factDataRows
    }
  }

  /// The interval of a score, or why there is none, and over how many rows it is where that is not all.
  func note(_ score: ReportedScore) -> HTML {
    guard let part = partText(score.coverage) else { return bounds(score) }
    return HTML(escaping: part + ", ") + bounds(score)
  }

  private func bounds(_ score: ReportedScore) -> HTML {
    if let interval = score.interval {
      return words.html(
        .intervalOf,
        [
          "confidence": HTML(escaping: words.confidence(interval.confidence)),
          "lower": HTML(escaping: self.score(interval.lower)), "upper": HTML(escaping: self.score(interval.upper)),
        ])
    }
    return HTML(escaping: score.whyNoInterval.map { words.reason($0) } ?? "")
  }

  private func warning(_ warning: ComparisonWarning) -> HTML {
    func number(_ value: Int) -> HTML { HTML(escaping: Figures.count(value)) }
    func rows(_ first: Label, _ label: String, _ coverage: ScoreCoverage, _ second: Label, _ others: Int) -> HTML {
      let sentence = words.html(
        first, ["label": .isolated(label), "scored": number(coverage.scored), "rows": number(coverage.rows)])
      return others == 0 ? sentence : sentence + HTML(trusted: " ") + words.html(second, ["others": number(others)])
    }
    switch warning {
    case .notCompared(let label, let reason):
      return words.html(.warnNotCompared, ["label": .isolated(label), "reason": .isolated(words.reason(reason))])
    case .partialScore(let label, let coverage, let others):
      return rows(.warnPartialScore, label, coverage, .warnPartialOthers, others)
    case .sharedRows(let label, let coverage, let others):
      return rows(.warnSharedRows, label, coverage, .warnSharedOthers, others)
    case .fewRows(let rows): return words.html(.warnFewRows, ["rows": number(rows)])
    case .optimisticWinner(let candidates, _):
      let test = content.conclusion.winner.flatMap { content.candidates[$0].testScore }
      let tested = test.map {
        words.html(.optimisticTested, ["rows": number($0.rows), "score": .strong(HTML(escaping: score($0.value)))])
      }
      return words.html(
        .warnOptimistic, ["count": number(candidates), "test": tested ?? words.html(.optimisticUntested)])
    case .bestIsBaseline: return words.html(.warnBestIsBaseline)
    case .singleSeeds: return words.html(.warnSingleSeeds)
    case .mixedMetrics(let used):
      return words.html(
        .warnMixedMetrics,
        ["metric": HTML(escaping: ComparisonMetric(name: used).map { words.name($0) } ?? used)])
    case .seedsOnDifferentRows(let label): return words.html(.warnSeedRows, ["label": .isolated(label)])
    }
  }
}
