import CommandLine
import Experiments
import Reports

/// The experiments that the words of a command line mean, for a site.
struct PublishedSelection {
  private(set) var experiments: [PublishedExperiment] = []
  /// Those that cannot be published, and why.
  private(set) var leftOut: [(name: String, reason: String)] = []

  /// - Throws: `ExperimentsError` for a name that is not there; `CommandFailure` when there is nothing to publish.
  init(
    _ words: [String], extras: PublishedExperiment.Extras, privacy: PrivateText, in workspace: Workspace
  ) throws {
    for version in try versions(words, in: workspace) {
      do {
        experiments.append(try PublishedExperiment(version, extras: extras, privacy: privacy))
      } catch {
        // One damaged experiment must not keep the others from being shown.
        leftOut.append(("\(version.name)@\(version.number)", "\(error)"))
      }
    }
    guard experiments.isEmpty else { return }
    let reason =
      leftOut.first.map { "\($0.name): \($0.reason)" } ?? "there is no experiment. Run 'kiseki run CONFIG' first."
    throw CommandFailure("cannot publish: \(reason)")
  }

  private mutating func versions(_ words: [String], in workspace: Workspace) throws -> [ExperimentVersion] {
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
    return try references.compactMap { reference in
      if reference.version == nil, let run = known.first(where: { $0.name == reference.name }), run.version == 0 {
        leftOut.append((run.name.text, "it has no version yet"))
        return nil
      }
      let version = try workspace.version(reference)
      return seen.insert("\(version.name)@\(version.number)").inserted ? version : nil
    }
  }
}
