import Experiments

/// The words of a command line as the runs that a comparison is of: versions, and runs that became none yet.
struct ComparisonSelection {
  private(set) var versions: [ExperimentVersion] = []
  private(set) var unfinished: [ComparedRun] = []
  /// The first word, when every word names one experiment.
  let firstName: String?
  /// Experiments that were not named each but whose record cannot be read, and why.
  private(set) var leftOut: [(name: String, reason: String)] = []

  /// - Throws: `FilterMistake` for a filter that cannot be read; `ExperimentsError` for a name that is not there.
  init(_ words: [String], baseline: String? = nil, in workspace: Workspace) throws {
    let selection = try ExperimentSelection(words, in: workspace)
    firstName = selection.isNamed ? words.first : nil
    for item in selection.items {
      do {
        try add(item, workspace)
      } catch let error as ExperimentsError where !selection.isNamed {
        // One damaged experiment must not keep the others from being compared.
        leftOut.append((item.experiment.name.text, "\(error)"))
      }
    }
    if let baseline {
      for item in try ExperimentSelection([baseline], in: workspace).items { try add(item, workspace) }
    }
  }

  /// What is compared: the runs' own evaluations, or those made later on the data chosen.
  ///
  /// - Parameter options: say by which rows then.
  /// - Returns: with sentences about what a reader has to know.
  func runs(
    on data: DataChoice?, _ options: inout Comparison.Options, in workspace: Workspace
  ) throws -> (runs: [ComparedRun], remarks: [String]) {
    guard let data else { return (versions.map(ComparedRun.init) + unfinished, []) }
    options.part = .data
    options.metric = options.metric?.on(.data)
    let (found, remarks) = try data.runs(versions, by: options.metric, in: workspace)
    return (found + unfinished, remarks)
  }

  private mutating func add(_ item: ExperimentSelection.Item, _ workspace: Workspace) throws {
    let experiment = item.experiment
    if item.version == nil, experiment.isUnfinished {
      guard !unfinished.contains(where: { $0.name == experiment.name }) else { return }
      unfinished.append(ComparedRun(unfinished: experiment.name, status: experiment.status, time: experiment.time))
      return
    }
    let version = try workspace.version(ExperimentReference(name: experiment.name, version: item.version))
    guard !versions.contains(where: { $0.commit.id == version.commit.id && $0.name == version.name }) else { return }
    versions.append(version)
  }
}
