import Configuration
import Experiments

/// One of the two models of a chat, with the settings it answers by now.
struct ChatVoice {
  let isBase: Bool
  private var model: RecordedModel
  private(set) var answering: PromptAnswering
  private let seed: UInt64?

  /// Where a voice comes from.
  struct Source {
    let version: ExperimentVersion
    let workspace: Workspace
    /// Where the user says the backbone is, absolute.
    let backbone: String?
    /// What draws depend on; the run's own unless given.
    let seed: UInt64?

    func voice(_ configuration: ExperimentConfiguration, isBase: Bool) throws -> ChatVoice {
      let model = try RecordedModel(
        version, configuration, in: workspace, isBase: isBase, backbone: backbone)
      return ChatVoice(
        isBase: isBase, model: model, answering: try PromptAnswering(model, seed: seed), seed: seed)
    }
  }

  mutating func answer(by configuration: ExperimentConfiguration) throws {
    let other = try model.answering(by: configuration)
    answering = try PromptAnswering(other, seed: seed)
    model = other
  }

  /// What the answers are headed with.
  var title: String { isBase ? "untouched" : "tuned" }
}
