import CommandLine
import Experiments
import Tables

/// The scores every list shows, of the evaluation that belongs to the saved weights.
struct MainScores {
  static let names = ["validation/loss", "validation/perplexity", "validation/bleu"]
  static let titles = ["loss", "perplexity", "bleu"]
  static let columns = titles.map { TextTable.Column($0, .right) }

  /// By name, whatever was measured.
  let values: [JSONMember]

  init(_ result: ResultRecord?) { values = result?.outcome.saved?.values ?? [] }

  /// The last evaluation in a log of metrics.
  init(metrics: [JSONValue]) {
    let last = metrics.last { line in Self.names.contains { line[$0] != nil } }
    values = (last?.objectMembers ?? []).filter { $0.key.hasPrefix("validation/") }
  }

  /// One text per column, empty where nothing was measured.
  var cells: [String] {
    Self.names.map { name in
      values.first { $0.key == name }?.value.doubleValue.map { Self.text($0, of: name) } ?? ""
    }
  }

  /// A score as a table shows it; the name may have a part of the data in front.
  ///
  /// - Parameter coverage: where the score may be one over a part of the rows only; the text then says so.
  static func text(_ value: Double, of name: String, over coverage: ScoreCoverage? = nil) -> String {
    if ScoreCoverage.isCount(name), let count = Int(exactly: value) { return Format.count(count) }
    let text = Format.decimal(value, ComparisonMetric(name: name)?.measure.fractionDigits ?? 2)
    guard let coverage, coverage.isPartial else { return text }
    return "\(text) (\(coverage.text))"
  }
}

extension ScoreCoverage {
  /// `7 of 10`
  var text: String { "\(Format.count(scored)) of \(Format.count(rows))" }
}
