internal import Experiments
internal import Tables

/// A score for every pair of two settings' values.
struct Heatmap: Sendable {
  struct Cell: Sendable {
    let score: Double
    /// Indices into the report's runs.
    let runs: [Int]
  }

  let rowKey: String
  let columnKey: String
  let rowValues: [JSONValue]
  let columnValues: [JSONValue]
  /// By row, then column; `nil` where nothing was run.
  let cells: [[Cell?]]
  let averagesSeeds: Bool
  /// The sweep whose trials it shows, `nil` for all runs.
  private(set) var sweep: String?
  /// Shades from 0 to this.
  static let shadeCount = 7

  /// Of all runs, or where another run beside a sweep spoils that, of the largest sweep among them.
  ///
  /// - Returns: `nil` unless exactly two settings vary, with two values each at least, and most pairs were run.
  init?(_ content: ReportContent) {
    if let whole = Heatmap(content, runs: Array(content.runs.indices)) {
      self = whole
      return
    }
    var trials: [String: [Int]] = [:]
    for (index, run) in content.runs.enumerated() {
      let parts = run.origin.name.split(separator: "/")
      if parts.count == 2 { trials[String(parts[0]), default: []].append(index) }
    }
    let sweeps = trials.filter { $0.value.count < content.runs.count }
      .sorted { $0.value.count == $1.value.count ? $0.key < $1.key : $0.value.count > $1.value.count }
    for (sweep, runs) in sweeps {
      guard let map = Heatmap(content, runs: runs) else { continue }
      self = map
      self.sweep = sweep
      return
    }
    return nil
  }

  private init?(_ content: ReportContent, runs: [Int]) {
    let keys = content.varyingSettings.filter { key in
      key != "environment.seed" && key != "experiment_name" && Set(runs.map { content.runs[$0].setting(key) }).count > 1
    }
    guard keys.count == 2 else { return nil }
    var scored: [(values: [JSONValue], score: Double, run: Int)] = []
    for index in runs {
      let run = content.runs[index]
      guard let score = run.score(content.metric.name), score.isFinite else { continue }
      let values = keys.compactMap { run.setting($0) }
      guard values.count == 2 else { continue }
      scored.append((values, score, index))
    }
    func values(_ place: Int) -> [JSONValue] {
      Array(Set(scored.map { $0.values[place] })).sorted { first, second in
        switch (first.doubleValue, second.doubleValue) {
        case (let first?, let second?): first < second
        default: first.line() < second.line()
        }
      }
    }
    var (first, second) = (0, 1)
    // The longer list goes down the page, where there is room.
    if values(1).count > values(0).count { (first, second) = (1, 0) }
    let (rows, columns) = (values(first), values(second))
    guard rows.count >= 2, columns.count >= 2, columns.count <= 12 else { return nil }
    let cells = rows.map { row in
      columns.map { column -> Cell? in
        let here = scored.filter { $0.values[first] == row && $0.values[second] == column }
        guard !here.isEmpty else { return nil }
        return Cell(score: here.map(\.score).reduce(0, +) / Double(here.count), runs: here.map(\.run))
      }
    }
    let filled = cells.joined().count { $0 != nil }
    guard 2 * filled >= rows.count * columns.count, filled >= 3 else { return nil }
    rowKey = keys[first]
    columnKey = keys[second]
    rowValues = rows
    columnValues = columns
    self.cells = cells
    averagesSeeds = cells.joined().contains { ($0?.runs.count ?? 0) > 1 }
  }

  var scores: [Double] { cells.joined().compactMap { $0?.score } }

  /// From 0 for the worst to `shadeCount` for the best.
  func shade(_ score: Double, _ metric: ComparisonMetric) -> Int {
    guard let low = scores.min(), let high = scores.max(), high > low else { return Self.shadeCount / 2 }
    let share = (score - low) / (high - low)
    return Int(((metric.isHigherBetter ? share : 1 - share) * Double(Self.shadeCount)).rounded())
  }

  func isBest(_ score: Double, _ metric: ComparisonMetric) -> Bool {
    score == (metric.isHigherBetter ? scores.max() : scores.min())
  }
}
