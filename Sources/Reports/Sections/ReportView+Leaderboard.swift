internal import Experiments

extension ReportView {
  /// More differing settings than this share one column, so that a screen and a sheet of paper have room for the scores.
  private static let mostSettingColumns = 4

  /// Every candidate with its settings and scores; the script makes it sortable.
  public func leaderboardSection() throws(ReportError) -> Section? {
    guard isComparison else { return nil }
    let settings = content.varyingSettings.filter { $0 != "experiment_name" }
    let others = otherScores
    let hasTest = content.candidates.contains { $0.testScore != nil }
    var table = TableView(columns(settings, others, hasTest: hasTest), isSortable: true, style: "leaderboard")
    for candidate in content.candidates { table.add(cells(candidate, settings, others, hasTest: hasTest)) }
    table.emphasized = content.conclusion.winner
    let baseline = content.candidates.first { $0.standing == .baseline }
    let tests = content.candidates.count { if case .tested = $0.standing { true } else { false } }
    let introduction = baseline.flatMap { baseline in
      tests == 0
        ? nil
        : words.html(
          .leaderboardIntroduction,
          [
            "baseline": .strong(.isolated(label(baseline))),
            "correction": tests > 1
              ? words.html(.correctionSentence, ["count": HTML(escaping: Figures.count(tests))]) : .empty,
          ])
    }
    return Section(
      id: "leaderboard", heading: words[.leaderboardHeading], introduction: introduction,
      body: try table.html(templates))
  }

  /// The scores shown beside the metric itself.
  private var otherScores: [(name: String, label: Label, digits: Int)] {
    let all: [(String, Label, Int)] = [
      ("validation/loss", .loss, 4), ("validation/perplexity", .perplexity, 2),
      ("validation/bleu", Label("BLEU", "BLEU"), 2), ("validation/chrf", Label("chrF", "chrF"), 2),
      ("validation/judge", Label("judge score", "採点モデルの点数"), 2),
    ]
    return all.filter { name, _, _ in
      name != content.metric.name && content.runs.contains { $0.score(name) != nil }
    }
  }

  private func columns(
    _ settings: [String], _ others: [(name: String, label: Label, digits: Int)], hasTest: Bool
  ) -> [TableView.Column] {
    var columns = [TableView.Column(words[.run])]
    let order = content.metric.isHigherBetter ? "descending" : "ascending"
    columns.append(
      .init(
        metricName, hint: words.text(.interval, ["confidence": confidence]), isNumber: true,
        order: order))
    columns.append(.init(words[.difference], isNumber: true))
    columns.append(.init(words[.pValue], isNumber: true))
    if hasTest { columns.append(.init(words.text(.testColumn, ["metric": metricName]), isNumber: true)) }
    columns += others.map { .init(words[$0.label], isNumber: true) }
    columns.append(.init(words[.trainingTime], isNumber: true))
    columns +=
      settings.count > Self.mostSettingColumns
      ? [.init(words[.settingsColumn])]
      : settings.map { .init(title(ofSetting: $0), hint: explanation($0), isNumber: true) }
    return columns
  }

  private func cells(
    _ candidate: ReportedCandidate, _ settings: [String],
    _ others: [(name: String, label: Label, digits: Int)], hasTest: Bool
  ) -> [TableView.Cell] {
    let runs = runs(candidate)
    // Why a run has no score stands under its name, where there is room for a sentence.
    let reason = (candidate.problem ?? candidate.score?.whyNoInterval).map { words.reason($0) }
    var cells = [TableView.Cell(named(candidate) + (reason.map { small($0) } ?? .empty))]
    cells.append(scoreCell(candidate))
    cells += standingCells(candidate)
    if hasTest {
      cells.append(
        candidate.testScore.map { .init(HTML(escaping: score($0.value)) + part($0.coverage), value: $0.value) } ?? .none
      )
    }
    for other in others {
      let values = runs.compactMap { $0.score(other.name) }
      let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      let part = part(runs.compactMap { ScoreCoverage(of: other.name, in: $0.scores) }.min { $0.scored < $1.scored })
      cells.append(mean.map { .init(HTML(escaping: Figures.decimal($0, other.digits)) + part, value: $0) } ?? .none)
    }
    let seconds = runs.compactMap(\.trainingSeconds)
    let total = seconds.reduce(0, +)
    cells.append(seconds.isEmpty ? .none : .init(HTML(escaping: Figures.duration(total)), value: total))
    return cells + settingCells(runs, settings)
  }

  private func settingCells(_ runs: [ReportedRun], _ settings: [String]) -> [TableView.Cell] {
    let cells = settings.map { key -> (text: String, value: Double?) in
      let values = runs.map { $0.setting(key) }
      let texts = values.map { text($0) }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      return (texts.joined(separator: ", "), values.first??.doubleValue)
    }
    guard settings.count > Self.mostSettingColumns else { return cells.map { .init($0.text, value: $0.value) } }
    let pairs = zip(settings, cells).map { key, cell in
      var name = Element("span", ["class": "key", "title": explanation(key) ?? key])
      name.add(text: title(ofSetting: key))
      var pair = Element("span", ["class": "pair"])
      pair.add(name.html + HTML(trusted: " ") + .isolated(words.shortened(cell.text, to: 60)))
      return pair.html
    }
    return [.init(pairs.joined(" "), style: "pairs")]
  }

  private func scoreCell(_ candidate: ReportedCandidate) -> TableView.Cell {
    guard let score = candidate.score else { return .none }
    var content = HTML(escaping: self.score(score.value)) + part(score.coverage)
    if let interval = score.interval {
      content = content + small("\(self.score(interval.lower)) – \(self.score(interval.upper))")
    }
    if let deviation = candidate.seedDeviation {
      content = content + small(words.text(.deviation, ["value": self.score(deviation)]))
    }
    return .init(content, value: score.value, style: "main")
  }

  private func standingCells(_ candidate: ReportedCandidate) -> [TableView.Cell] {
    switch candidate.standing {
    case .baseline: return [.init(HTML(escaping: words[.baseline]), value: 0, style: "quiet"), .none]
    case .untested(let reason):
      // A run without a score has said why already.
      return [candidate.score == nil ? .none : .init(.isolated(words.reason(reason)), style: "reason"), .none]
    case .tested(let difference, let interval, let pValue, let isMoreThanLuck):
      let digits = Words.fractionDigits(content.metric)
      let hint = "\(Figures.signed(interval.lower, digits)) – \(Figures.signed(interval.upper, digits))"
      var text = Element("span", ["title": "\(words.text(.interval, ["confidence": confidence])): \(hint)"])
      text.add(text: Figures.signed(difference, digits))
      return [
        .init(text.html, value: difference),
        .init(
          HTML(escaping: Figures.probability(pValue)) + small(words[isMoreThanLuck ? .moreThanLuck : .luck]),
          value: pValue),
      ]
    }
  }

  /// Over how many of its rows a score is, where that is not all: `over 7 of 10 rows`.
  func part(_ coverage: ScoreCoverage?) -> HTML { partText(coverage).map { small($0) } ?? .empty }

  func partText(_ coverage: ScoreCoverage?) -> String? {
    guard let coverage, coverage.isPartial else { return nil }
    return words.text(
      .partialScore, ["scored": Figures.count(coverage.scored), "rows": Figures.count(coverage.rows)])
  }

  func small(_ text: String) -> HTML {
    var span = Element("span", ["class": "sub"])
    span.add(text: text)
    return span.html
  }
}
