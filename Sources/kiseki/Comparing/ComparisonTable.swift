import CommandLine
import Configuration
import Experiments
import Tables

/// The leaderboard of a comparison and the tables of what differs, for every form in which text is shown.
struct ComparisonTable {
  /// More differing settings than this would push the scores off the screen, so they get a table of their own.
  private static let mostSettingColumns = 4
  /// More runs than this are counted by value instead of having a column each.
  private static let mostRunColumns = 6

  let comparison: Comparison
  private var metric: ComparisonMetric { comparison.metric }

  init(_ comparison: Comparison) { self.comparison = comparison }

  /// Settings that tell candidates apart: a drawn seed does only when nothing else differs.
  private var tellingSettings: [ComparisonDifferences.Difference] {
    let all = comparison.differences.settings
    let telling = all.filter { $0.key != "environment.seed" }
    return telling.isEmpty ? all : telling
  }

  private var hasSettingColumns: Bool { (1...Self.mostSettingColumns).contains(tellingSettings.count) }

  // MARK: Leaderboard

  private struct Column {
    let title: String
    let alignment: TextTable.Alignment
    let cell: (Candidate) -> String

    init(_ title: String, _ alignment: TextTable.Alignment = .right, _ cell: @escaping (Candidate) -> String) {
      self.title = title
      self.alignment = alignment
      self.cell = cell
    }
  }

  private var columns: [Column] {
    let metric = metric
    let candidates = comparison.candidates
    var columns = [Column("name", .left) { $0.label }]
    if hasSettingColumns {
      columns += tellingSettings.map { difference in
        Column(ExperimentTable.title(difference.key)) { difference.values[$0.runs[0]]?.settingText ?? "" }
      }
    }
    if candidates.contains(where: \.hasSeveralSeeds) {
      columns.append(Column("seeds") { String($0.runs.count) })
    }
    columns.append(
      Column(metric.shortName) { $0.score.map { ComparisonText.score($0.value, metric) } ?? "" })
    columns.append(
      Column(Self.percent(comparison.options.confidence), .left) {
        ComparisonText.interval($0.score?.interval, metric)
      })
    if candidates.contains(where: { $0.spread != nil }) {
      columns.append(
        Column("sd of seeds") { $0.spread.map { ComparisonText.score($0.standardDeviation, metric) } ?? "" })
    }
    if candidates.contains(where: { $0.test != nil }) {
      let test = metric.on(.test)
      columns.append(Column(test.shortName) { $0.test.map { ComparisonText.score($0.value, test) } ?? "" })
    }
    if metric != ComparisonMetric(.loss) {
      let loss = ComparisonMetric(.loss)
      columns.append(
        Column(loss.shortName) { candidate in
          guard case .success(let value) = comparison.value(of: candidate, by: loss) else { return "" }
          return ComparisonText.score(value, loss)
        })
    }
    if candidates.count > 1 { columns += standingColumns }
    return columns
  }

  private var standingColumns: [Column] {
    let metric = metric
    let isCorrected = comparison.candidates.count { $0.standing.test != nil } > 1
    var columns = [
      Column("difference") { candidate in
        switch candidate.standing {
        case .baseline: "baseline"
        case .tested(let test): ComparisonText.difference(test.rows.difference, metric)
        case .untested: ""
        }
      },
      Column(Self.percent(comparison.options.confidence), .left) {
        ComparisonText.interval($0.standing.test?.rows.interval, metric)
      },
      Column("p") { $0.standing.test.map { ComparisonText.pValue($0.pValue) } ?? "" },
    ]
    if isCorrected {
      columns.append(Column("p Holm") { $0.standing.test.map { ComparisonText.pValue($0.adjustedPValue) } ?? "" })
    }
    columns.append(
      Column("", .left) { candidate in
        switch candidate.standing {
        case .baseline: candidate.problem == nil ? "" : "no score"
        case .untested: "not compared"
        case .tested(let test): test.isMoreThanLuck ? test.isBetter ? "better" : "worse" : "luck?"
        }
      })
    return columns
  }

  private static func percent(_ confidence: Double) -> String { "\(Format.significant(confidence * 100)) % interval" }

  // MARK: Differences

  /// The tables of differences by title: a line a key, a column a run, or the runs counted by value.
  private var differenceTables: [(title: String, titles: [String], rows: [[String]])] {
    let differences = comparison.differences
    let settings = hasSettingColumns ? [] : tellingSettings
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
    let columns = columns
    var board = TextTable(columns: columns.map { .init($0.title, $0.alignment) })
    for candidate in comparison.candidates { board.add(columns.map { $0.cell(candidate) }, style: style(candidate)) }
    var lines = board.lines(width: console.width, palette: console.palette)
    for (title, titles, rows) in differenceTables {
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
    let columns = columns
    var lines = MarkdownTable.lines(
      columns: columns.map { ($0.title, $0.alignment) },
      rows: comparison.candidates.map { candidate in columns.map { $0.cell(candidate) } })
    for (title, titles, rows) in differenceTables {
      lines += ["", "**\(title)**", ""]
      lines += MarkdownTable.lines(columns: titles.map { ($0, .left) }, rows: rows)
    }
    lines += ["", MarkdownTable.escaped(ComparisonText.verdict(comparison))]
    if !comparison.warnings.isEmpty { lines += [""] }
    return lines + comparison.warnings.map { "- \(MarkdownTable.escaped("\($0)"))" }
  }

  /// One line a candidate, numbers unrounded.
  var csv: String {
    func number(_ value: Double?) -> String { value.map { JSONValue.number($0).line() } ?? "" }
    let columns =
      ["name", "runs"] + tellingSettings.map(\.key) + [
        metric.name, "lower", "upper", "rows", "seeds", "sd_of_seeds", metric.on(.test).name + " of the same runs",
        "baseline", "difference", "difference_lower", "difference_upper", "p", "p_holm", "note",
      ]
    let rows = comparison.candidates.map { candidate -> [String] in
      let test = candidate.standing.test
      let settings = tellingSettings.map { $0.values[candidate.runs[0]]?.settingText ?? "" }
      let score = candidate.score
      return [candidate.label, candidate.runs.map { comparison.runs[$0].label }.joined(separator: " ")] + settings + [
        number(score?.value), number(score?.interval?.lower), number(score?.interval?.upper),
        score.map { String($0.rows) } ?? "", String(candidate.runs.count), number(candidate.spread?.standardDeviation),
        number(candidate.test?.value), comparison.baselineCandidate?.label ?? "", number(test?.rows.difference),
        number(test?.rows.interval.lower), number(test?.rows.interval.upper), number(test?.pValue),
        number(test?.adjustedPValue), (candidate.standing.reason ?? score?.whyNoInterval)?.description ?? "",
      ]
    }
    return Table.csvText(columns: columns, rows: rows)
  }
}
