import CommandLine
import Experiments

/// The versions that the words of a command line mean, for a site.
struct PublishedSelection {
  private(set) var versions: [ExperimentVersion] = []
  /// Experiments that run or were interrupted before their first version.
  private(set) var withoutVersion: [ExperimentName] = []

  /// - Throws: `ExperimentsError` for a name that is not there; `CommandFailure` when there is nothing to publish.
  init(_ words: [String], in workspace: Workspace) throws {
    let known = try workspace.experiments()
    let references =
      try words.isEmpty
      ? known.map { ExperimentReference(name: $0.name) }
      : words.flatMap { word -> [ExperimentReference] in
        let trials = known.filter { $0.name.sweep == word }
        return try trials.isEmpty
          ? [ExperimentReference(argument: word)] : trials.map { ExperimentReference(name: $0.name) }
      }
    var seen: Set<String> = []
    for reference in references {
      if reference.version == nil, let run = known.first(where: { $0.name == reference.name }), run.version == 0 {
        withoutVersion.append(run.name)
        continue
      }
      let version = try workspace.version(reference)
      if seen.insert("\(version.name)@\(version.number)").inserted { versions.append(version) }
    }
    guard !versions.isEmpty else {
      throw CommandFailure("cannot publish: there is no experiment with a version. Run 'kiseki run CONFIG' first.")
    }
  }
}
