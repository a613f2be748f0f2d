import Experiments
import Foundation

/// What an earlier run of the same backbone took: what the estimates of a sweep are made from.
struct EarlierRun {
  /// More experiments than this are not looked through for an estimate.
  private static let searchLimit = 300

  /// `demo@1`.
  let label: String
  let tokensPerSecond: Double
  /// Evaluations and saving: what a run takes beside its training.
  let otherSeconds: Double
  let threads: Int

  /// The latest completed run of the backbone; `nil` when there is none.
  ///
  /// - Parameter backbone: as records name it.
  static func latest(of backbone: String, in workspace: Workspace) throws -> EarlierRun? {
    var latest: (version: ExperimentVersion, result: ResultRecord)?
    for reference in try workspace.repository.references(matching: RefLayout.experimentsGlob).suffix(searchLimit) {
      guard let name = RefLayout.experimentName(ofReference: reference.name) else { continue }
      // A damaged experiment is not what this is about; another will do.
      guard let version = try? workspace.version(ExperimentReference(name: name)), let result = try? version.result(),
        result.status == .completed, result.outcome.tokensPerSecond ?? 0 > 0,
        result.outcome.settings.first(where: { $0.key == "llm_backbone" })?.value.stringValue == backbone,
        result.finishedAt > latest?.result.finishedAt ?? .distantPast
      else { continue }
      latest = (version, result)
    }
    guard let (version, result) = latest, let speed = result.outcome.tokensPerSecond,
      let training = result.outcome.trainingSeconds
    else { return nil }
    let whole = result.finishedAt.timeIntervalSince(result.startedAt)
    return EarlierRun(
      label: "\(version.name)@\(version.number)", tokensPerSecond: speed, otherSeconds: max(0, whole - training),
      threads: (try? version.environment().program.threads) ?? 1)
  }
}
