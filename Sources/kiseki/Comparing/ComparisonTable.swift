import CommandLine
import Configuration
import Experiments
import Tables

/// The leaderboard of a comparison and the tables of what differs, for every form in which text is shown.
struct ComparisonTable {
  /// More runs than this are counted by value instead of having a column each.
  private static let mostRunColumns = 6

  let comparison: Comparison
  private var metric: ComparisonMetric { comparison.metric }

  init(_ comparison: Comparison) { self.comparison = comparison }

  // MARK: Differences

  /// The tables of differences by title: a line a key, a column a run, or the runs counted by value.
  ///
  /// - Parameter hasSettings: the settings that differ are wanted too.
  private func differenceTables(
    hasSettings: Bool
  ) -> [(title: String, titles: [String], rows: [[String]])] {
    let differences = comparison.differences
    let settings = hasSettings ? comparison.tellingSettings : []
    let sections = [
      ("Settings that differ", settings), ("Data that differ", differences.data),
      ("Backbones that differ", differences.backbone), ("Environments that differ", differences.environment),
    ]
    let runs = comparison.runs
    return sections.filter { !$0.1.isEmpty }.map { title, list in
      guard runs.count > Self.mostRunColumns else {
        return (
          title, [""] + runs.map(\.label),
          list.map { [$0.key] + $0.values.map { $0?.settingText ?? "" } }
        )
      }
      return (title, ["", "values and how many runs have them"], list.map { [$0.key, Self.counted($0.values)] })
    }
  }

  private static func counted(_ values: [JSONValue?]) -> String {
    var texts: [String] = []
    var counts: [String: Int] = [:]
    for text in values.compactMap({ $0?.settingText }) {
      if counts[text] == nil { texts.append(text) }
      counts[text, default: 0] += 1
    }
    return texts.map { "\($0) (\(counts[$0] ?? 0))" }.joined(separator: ", ")
  }

  // MARK: Forms

  /// As it is read on a terminal.
  func lines(_ console: Console) -> [String] {
    let board = Leaderboard(comparison, width: console.width)
    var text = TextTable(columns: board.columns.map { .init($0.title, $0.alignment) })
    for candidate in comparison.candidates { text.add(board.cells(candidate), style: style(candidate)) }
    var lines = text.lines(width: console.width, palette: console.palette)
    for (title, titles, rows) in differenceTables(hasSettings: !board.hasSettings) {
      var table = TextTable(columns: titles.map { .init($0) })
      rows.forEach { table.add($0) }
      lines += ["", console.palette(.bold, title)]
      lines += table.lines(width: console.width.map { $0 - 2 }, palette: console.palette).map { "  " + $0 }
    }
    return lines + ["", console.palette(.bold, withoutControls(ComparisonText.verdict(comparison)))]
  }

  private func style(_ candidate: Candidate) -> Palette.Style? {
    switch candidate.standing {
    case .baseline: candidate.problem == nil ? .cyan : .red
    case .untested: .yellow
    case .tested(let test): test.isMoreThanLuck ? test.isBetter ? .green : .dim : nil
    }
  }

  var markdown: [String] {
    let board = Leaderboard(comparison, width: nil)
    var lines = MarkdownTable.lines(
      columns: board.columns.map { ($0.title, $0.alignment) }, rows: comparison.candidates.map(board.cells))
    for (title, titles, rows) in differenceTables(hasSettings: !board.hasSettings) {
      lines += ["", "**\(title)**", ""]
      lines += MarkdownTable.lines(columns: titles.map { ($0, .left) }, rows: rows)
    }
    lines += ["", MarkdownTable.escaped(ComparisonText.verdict(comparison))]
    if !comparison.warnings.isEmpty { lines += [""] }
    return lines + comparison.warnings.map { "- \(MarkdownTable.escaped("\($0)"))" }
  }

  /// One line a candidate, numbers unrounded.
  var csv: String {
    let columns = namingColumns + scoreColumns + testColumns
    return Table.csvText(
      columns: columns.map(\.title),
      rows: comparison.candidates.map { candidate in columns.map { $0.cell(candidate) } })
  }

  private static func number(_ value: Double?) -> String { value.map { JSONValue.number($0).line() } ?? "" }

  private var namingColumns: [Leaderboard.Column] {
    [
      Leaderboard.Column("name") { $0.label },
      Leaderboard.Column("runs") { $0.runs.map { comparison.runs[$0].label }.joined(separator: " ") },
    ]
      + comparison.tellingSettings.map { difference in
        Leaderboard.Column(difference.key) { difference.values[$0.runs[0]]?.settingText ?? "" }
      }
  }

  private var scoreColumns: [Leaderboard.Column] {
    let columns = [
      Leaderboard.Column(metric.name) { Self.number($0.score?.value) },
      Leaderboard.Column("lower") { Self.number($0.score?.interval?.lower) },
      Leaderboard.Column("upper") { Self.number($0.score?.interval?.upper) },
      Leaderboard.Column("rows") { $0.score.map { String($0.rows) } ?? "" },
      Leaderboard.Column("missing_rows") { $0.score.map { String($0.missing) } ?? "" },
      Leaderboard.Column("seeds") { String($0.runs.count) },
      Leaderboard.Column("sd_of_seeds") { Self.number($0.spread?.standardDeviation) },
    ]
    return metric.part == .test
      ? columns : columns + [Leaderboard.Column(metric.on(.test).name) { Self.number($0.test?.value) }]
  }

  private var testColumns: [Leaderboard.Column] {
    [
      Leaderboard.Column("baseline") { _ in comparison.baselineCandidate?.label ?? "" },
      Leaderboard.Column("difference") { Self.number($0.standing.test?.rows.difference) },
      Leaderboard.Column("difference_lower") { Self.number($0.standing.test?.rows.interval.lower) },
      Leaderboard.Column("difference_upper") { Self.number($0.standing.test?.rows.interval.upper) },
      Leaderboard.Column("p") { Self.number($0.standing.test?.pValue) },
      Leaderboard.Column("p_holm") { Self.number($0.standing.test?.adjustedPValue) },
      Leaderboard.Column("note") { ($0.standing.reason ?? $0.problem ?? $0.score?.whyNoInterval)?.description ?? "" },
    ]
  }
}
