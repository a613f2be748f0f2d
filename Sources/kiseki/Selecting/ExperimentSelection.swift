import Configuration
import Experiments

/// The experiments that the words of a command line mean.
///
/// A word is the name of an experiment or a trial, `name@2`, or the name of a sweep, which means all its trials. From the
/// first word that is none of these, all the rest together is one filter: on the experiments named before it, or on all.
/// No word means every experiment.
struct ExperimentSelection {
  struct Item {
    let experiment: ExperimentSummary
    /// As written after `@`; `nil` means the newest.
    let version: Int?
  }

  /// In the order of the words; within a sweep, a filter or all, newest first.
  private(set) var items: [Item] = []
  /// The sweeps that were named as a whole.
  private(set) var sweeps: [ExperimentName] = []
  /// Whether every word names one experiment.
  private(set) var isNamed = false
  /// The fields of every experiment there is, for further filters, for sorting and for columns.
  let fields: ExperimentFields
  /// Experiments of which something could not be read, and why.
  let problems: [(name: ExperimentName, reason: String)]

  /// - Throws: `FilterMistake` for a filter that cannot be read, `ExperimentsError` for a name that is not there.
  init(_ words: [String], in workspace: Workspace) throws {
    let rows = try workspace.experiments().map { ExperimentRow($0, in: workspace) }
    let all = Self.newestFirst(rows.map(\.summary))
    fields = ExperimentFields(all, settings: ParameterTable.all.map(\.key))
    problems = rows.compactMap { row in row.problem.map { (row.summary.name, $0) } }
    let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var rest = words[...]
    while let word = rest.first, let reference = Self.reference(word) {
      if let experiment = byName[reference.name] {
        items.append(Item(experiment: experiment, version: reference.version))
      } else if try reference.version == nil && workspace.isSweep(reference.name) {
        sweeps.append(reference.name)
        items += all.filter { $0.name.sweep == reference.name.text }.map { Item(experiment: $0, version: nil) }
      } else {
        break
      }
      rest.removeFirst()
    }
    isNamed = !words.isEmpty && rest.isEmpty && sweeps.isEmpty
    guard !words.isEmpty else {
      items = all.map { Item(experiment: $0, version: nil) }
      return
    }
    if !rest.isEmpty {
      let candidates = words.count == rest.count ? all : items.map(\.experiment)
      let found = try selected(candidates, Array(rest), in: workspace)
      items = found.map { found in Item(experiment: found, version: items.first { $0.experiment == found }?.version) }
    }
    var seen: Set<String> = []
    items = items.filter { seen.insert("\($0.experiment.name)@\($0.version ?? 0)").inserted }
  }

  var experiments: [ExperimentSummary] { items.map(\.experiment) }

  /// The version of each, the newest unless another was named; without those that have none yet.
  ///
  /// - Throws: `ExperimentsError` when a version that was named is not there.
  func versions(in workspace: Workspace) throws -> [ExperimentVersion] {
    try items.filter { $0.version != nil || $0.experiment.version > 0 }.map { item in
      try workspace.version(ExperimentReference(name: item.experiment.name, version: item.version))
    }
  }

  /// Those of which there is no version, because they run or were interrupted.
  var withoutVersion: [ExperimentName] { experiments.filter { $0.version == 0 }.map(\.name) }

  private func selected(_ candidates: [ExperimentSummary], _ words: [String], in workspace: Workspace) throws
    -> [ExperimentSummary]
  {
    let text = words.joined(separator: " ")
    if let name = try Self.mistakenName(words) ?? trialName(words, in: workspace) {
      // It is not there, which this says best.
      _ = try workspace.version(ExperimentReference(argument: name))
    }
    do {
      return try fields.select(candidates, where: Filter(parsing: text))
    } catch {
      throw FilterMistake(error)
    }
  }

  /// The first word, where nothing in the words looks like a filter.
  private static func mistakenName(_ words: [String]) -> String? {
    let signs: Set<Character> = ["=", "<", ">", "!", "(", ")", "\"", "'"]
    let keywords: Set = ["and", "or", "not", "in", "contains"]
    let isFilter = words.contains { word in
      word.contains { signs.contains($0) || $0.isWhitespace } || keywords.contains(word.lowercased())
    }
    return isFilter ? nil : words[0]
  }

  /// A trial's name may look like a filter: `grid/lora_r=8`.
  private func trialName(_ words: [String], in workspace: Workspace) throws -> String? {
    guard let reference = Self.reference(words[0]), let sweep = reference.name.sweep,
      try workspace.isSweep(ExperimentName(sweep))
    else { return nil }
    return words[0]
  }

  private static func reference(_ word: String) -> ExperimentReference? {
    // What can be no name is part of a filter.
    do { return try ExperimentReference(parsing: word) } catch { return nil }
  }

  private static func newestFirst(_ experiments: [ExperimentSummary]) -> [ExperimentSummary] {
    // Summaries are large, their places are not; they come by name, and places keep that order within one moment.
    let times = experiments.map { $0.time ?? .distantPast }
    return experiments.indices.sorted { first, second in
      times[first] == times[second] ? first < second : times[first] > times[second]
    }.map { experiments[$0] }
  }
}
