import CommandLine
import Configuration
import Experiments

/// The candidates of a comparison, a line each, the best first.
struct Leaderboard {
  struct Column {
    let title: String
    let alignment: TextTable.Alignment
    let yields: Yield
    let cell: (Candidate) -> String

    init(
      _ title: String, _ alignment: TextTable.Alignment = .right, yields: Yield = .never,
      _ cell: @escaping (Candidate) -> String
    ) {
      self.title = title
      self.alignment = alignment
      self.yields = yields
      self.cell = cell
    }
  }

  /// Which columns give way on a narrow terminal, the first to go first.
  enum Yield: Int, CaseIterable {
    case setting, otherScore, spread, rawPValue, never
  }

  /// More differing settings than this would push the scores off the screen, so they get a table of their own.
  private static let mostSettings = 4
  /// What a long name may be cut to before columns give way.
  private static let nameWidth = 24

  let comparison: Comparison
  private(set) var columns: [Column] = []
  private var metric: ComparisonMetric { comparison.metric }

  /// - Parameter width: columns of the terminal; `nil` keeps everything.
  init(_ comparison: Comparison, width: Int?) {
    self.comparison = comparison
    columns = [Column("name", .left) { $0.label }] + settingColumns + scoreColumns
    if comparison.candidates.count > 1 { columns += standingColumns }
    guard let width else { return }
    for yield in Yield.allCases where yield != .never && self.width > width {
      columns.removeAll { $0.yields == yield }
    }
  }

  var hasSettings: Bool { columns.contains { $0.yields == .setting } }

  func cells(_ candidate: Candidate) -> [String] { columns.map { $0.cell(candidate) } }

  private var width: Int {
    let widths = columns.map { column in
      comparison.candidates.reduce(displayWidth(of: column.title)) { max($0, displayWidth(of: column.cell($1))) }
    }
    return widths.reduce(0) { $0 + $1 + 2 } - 2 - max(0, widths[0] - Self.nameWidth)
  }

  private var settingColumns: [Column] {
    let settings = comparison.tellingSettings
    guard comparison.candidates.count > 1, settings.count <= Self.mostSettings else { return [] }
    return settings.map { difference in
      Column(ListColumn(setting: difference.key).title, yields: .setting) {
        difference.values[$0.runs[0]]?.settingText ?? ""
      }
    }
  }

  private var scoreColumns: [Column] {
    let metric = metric
    let candidates = comparison.candidates
    var columns: [Column] = []
    if candidates.contains(where: \.hasSeveralSeeds) { columns.append(Column("seeds") { String($0.runs.count) }) }
    columns.append(
      Column(metric.shortName) { $0.score.map { ComparisonText.score($0, metric) } ?? "" })
    columns.append(
      Column(intervalTitle, .left) { ComparisonText.interval($0.score?.interval, metric) })
    if candidates.contains(where: { $0.spread != nil }) {
      columns.append(
        Column("sd of seeds", yields: .spread) {
          $0.spread.map { ComparisonText.score($0.standardDeviation, metric) } ?? ""
        })
    }
    if candidates.contains(where: { $0.test != nil }) {
      let test = metric.on(.test)
      columns.append(
        Column(test.shortName, yields: .otherScore) { $0.test.map { ComparisonText.score($0, test) } ?? "" })
    }
    let loss = ComparisonMetric(.loss, on: metric.part == .data ? .data : .validation)
    if metric != loss {
      columns.append(
        Column(loss.shortName, yields: .otherScore) { candidate in
          guard case .success(let value) = comparison.value(of: candidate, by: loss) else { return "" }
          return ComparisonText.score(value, loss)
        })
    }
    return columns
  }

  private var standingColumns: [Column] {
    let metric = metric
    let isCorrected = comparison.candidates.count { $0.standing.test != nil } > 1
    var columns = [
      Column("difference") { candidate in
        switch candidate.standing {
        case .baseline: "baseline"
        case .tested(let test):
          ComparisonText.difference(test.rows.difference, metric) + (test.coverage.map { " (\($0.text))" } ?? "")
        case .untested: ""
        }
      },
      Column(intervalTitle, .left) { ComparisonText.interval($0.standing.test?.rows.interval, metric) },
      Column("p", yields: isCorrected ? .rawPValue : .never) {
        $0.standing.test.map { ComparisonText.pValue($0.pValue) } ?? ""
      },
    ]
    if isCorrected {
      columns.append(Column("p Holm") { $0.standing.test.map { ComparisonText.pValue($0.adjustedPValue) } ?? "" })
    }
    return columns + [Column("", .left, Self.standing)]
  }

  private static func standing(_ candidate: Candidate) -> String {
    switch candidate.standing {
    case .baseline: candidate.problem == nil ? "" : "no score"
    case .untested: "not compared"
    case .tested(let test): test.isMoreThanLuck ? test.isBetter ? "better" : "worse" : "luck?"
    }
  }

  private var intervalTitle: String { "\(Format.significant(comparison.options.confidence * 100)) % interval" }
}

extension Comparison {
  /// Settings that tell candidates apart: a drawn seed does only when nothing else differs.
  var tellingSettings: [ComparisonDifferences.Difference] {
    let telling = differences.settings.filter { $0.key != "environment.seed" }
    return telling.isEmpty ? differences.settings : telling
  }
}
