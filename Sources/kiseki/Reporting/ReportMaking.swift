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
    _ words: [String], baseline: String?, metric: ComparisonMetric?, data: DataChoice? = nil, title: String,
    in workspace: Workspace
  ) throws -> (content: ReportContent, leftOut: [(name: String, reason: String)]) {
    let selection = try ComparisonSelection(words, baseline: baseline, in: workspace)
    guard !selection.versions.isEmpty || !selection.unfinished.isEmpty else {
      let reason = words.isEmpty ? "there is no experiment yet. Run 'kiseki run CONFIG' first." : "nothing is selected."
      throw CommandFailure("cannot make a report: \(reason)")
    }
    var options = Comparison.Options()
    options.metric = metric
    let (runs, remarks) = try selection.runs(on: data, &options, in: workspace)
    let comparison = try Comparison(runs: runs, baseline: baseline.map { .run($0) } ?? .best, options: options)
    let later = try laterEvaluations(of: selection.versions, in: workspace)
    let content = ReportContent(
      comparison, versions: selection.versions, title: title, notes: try workspace.allNotes(),
      laterEvaluations: later.evaluations, explanations: explanations)
    return (content, selection.leftOut + (remarks + later.problems).map { ("--data", $0) })
  }

  /// The evaluations made of versions after they were recorded, by experiment.
  static func laterEvaluations(of versions: [ExperimentVersion], in workspace: Workspace) throws
    -> (evaluations: [ExperimentName: [LaterEvaluation]], problems: [String])
  {
    var evaluations: [ExperimentName: [LaterEvaluation]] = [:]
    var problems: [String] = []
    for name in Set(versions.map(\.name)) {
      let found = try workspace.laterEvaluations(of: name)
      if !found.evaluations.isEmpty { evaluations[name] = found.evaluations }
      problems += found.problems
    }
    return (evaluations, problems)
  }

  /// What every setting means, for a reader of the report.
  static let explanations = Dictionary(
    uniqueKeysWithValues: ParameterTable.all.map { ($0.key, Label($0.english, $0.japanese)) })
}
