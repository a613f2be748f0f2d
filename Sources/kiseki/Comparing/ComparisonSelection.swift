import CommandLine
import Experiments

/// The words of a command line as the runs they stand for.
struct ComparisonSelection {
  private(set) var versions: [ExperimentVersion] = []
  private(set) var unfinished: [ComparedRun] = []
  /// The first word, when every word names one experiment.
  private(set) var firstName: String?

  /// - Throws: `UsageError` when a word can be nothing; `ExperimentsError` when it names nothing that exists.
  init(_ words: [String], baseline: String?, in workspace: Workspace) throws {
    let known = try workspace.experiments()
    var isNamed = true
    for word in words {
      let trials = known.filter { $0.name.sweep == word }
      if trials.isEmpty {
        try add(ExperimentReference(argument: word), known, workspace)
      } else {
        isNamed = false
        for trial in trials { try add(ExperimentReference(name: trial.name), known, workspace) }
      }
    }
    if isNamed { firstName = words.first }
    if let baseline { try add(ExperimentReference(argument: baseline), known, workspace) }
  }

  private mutating func add(
    _ reference: ExperimentReference, _ known: [ExperimentSummary], _ workspace: Workspace
  ) throws {
    if reference.version == nil, let run = known.first(where: { $0.name == reference.name }), run.isUnfinished {
      guard !unfinished.contains(where: { $0.name == run.name }) else { return }
      unfinished.append(ComparedRun(unfinished: run.name, status: run.status, time: run.time))
      return
    }
    let version = try workspace.version(reference)
    guard !versions.contains(where: { $0.commit.id == version.commit.id && $0.name == version.name }) else { return }
    versions.append(version)
  }
}
