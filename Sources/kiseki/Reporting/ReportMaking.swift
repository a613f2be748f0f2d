import CommandLine
import Configuration
import Experiments
import Reports

/// Joins what a report shows: the record of experiments and the meaning of their settings.
enum ReportMaking {
  /// - Parameters:
  ///   - words: names, sweeps or a filter; none for every experiment.
  ///   - baseline: a run to compare with; the best where none is named.
  /// - Throws: `UsageError`, `ExperimentsError`; `CommandFailure` when there is nothing to show.
  static func content(
    _ words: [String], baseline: String?, metric: ComparisonMetric?, title: String, in workspace: Workspace
  ) throws -> (content: ReportContent, leftOut: [(name: String, reason: String)]) {
    let selection = try ComparisonSelection(words, baseline: baseline, in: workspace)
    guard !selection.versions.isEmpty || !selection.unfinished.isEmpty else {
      let reason = words.isEmpty ? "there is no experiment yet. Run 'kiseki run CONFIG' first." : "nothing is selected."
      throw CommandFailure("cannot make a report: \(reason)")
    }
    var options = Comparison.Options()
    options.metric = metric
    let comparison = try Comparison(
      versions: selection.versions, unfinished: selection.unfinished, baseline: baseline.map { .run($0) } ?? .best,
      options: options)
    let content = ReportContent(
      comparison, versions: selection.versions, title: title, notes: try workspace.allNotes(),
      explanations: explanations)
    return (content, selection.leftOut)
  }

  /// What every setting means, for a reader of the report.
  static let explanations = Dictionary(
    uniqueKeysWithValues: ParameterTable.all.map { ($0.key, Label($0.english, $0.japanese)) })
}
