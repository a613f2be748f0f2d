import CommandLine
import Experiments
import Privacy
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
    var seen: Set<String> = []
    for item in try ExperimentSelection(words, in: workspace).items {
      let name = item.experiment.name
      guard item.version != nil || item.experiment.version > 0 else {
        leftOut.append((name.text, "it has no version yet"))
        continue
      }
      let reference = ExperimentReference(name: name, version: item.version)
      do {
        let version = try workspace.version(reference)
        guard seen.insert("\(name)@\(version.number)").inserted else { continue }
        experiments.append(try PublishedExperiment(version, extras: extras, privacy: privacy))
      } catch {
        // One damaged experiment must not keep the others from being shown.
        leftOut.append(("\(reference)", "\(error)"))
      }
    }
    guard experiments.isEmpty else { return }
    let reason =
      leftOut.first.map { "\($0.name): \($0.reason)" } ?? "there is no experiment. Run 'kiseki run CONFIG' first."
    throw CommandFailure("cannot publish: \(reason)")
  }
}
