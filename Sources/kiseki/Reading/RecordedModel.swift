import Configuration
import Experiments
import LanguageModels
import Tokenization

/// The model of one version, ready to answer.
struct RecordedModel {
  private(set) var configuration: ExperimentConfiguration
  let tokenizer: SentencePieceTokenizer
  let model: CausalLanguageModel

  /// - Parameters:
  ///   - recorded: the version's configuration, perhaps with other settings for its use.
  ///   - isBase: the untouched backbone instead of the tuned model.
  ///   - given: where the user says the backbone is, absolute.
  ///   - batchSize: prompts that will be answered at once.
  /// - Throws: whatever keeps the model from being the one that was recorded.
  init(
    _ version: ExperimentVersion, _ recorded: ExperimentConfiguration, in workspace: Workspace, isBase: Bool,
    backbone given: String?, batchSize: Int = 1
  ) throws {
    self = try TemporaryFolder.with { folder in
      let source = try ModelSource(
        version, recorded, in: workspace, isBase: isBase, backbone: given, folder: folder)
      let engine = try Backbone.engine(mixedPrecision: recorded.environment.mixedPrecision)
      _ = try MemoryCheck(answering: source, engine, batchSize: batchSize)
      return RecordedModel(source, model: try source.load(engine))
    }
  }

  /// The same model, answering by other settings of 'prediction'.
  func answering(by prediction: ExperimentConfiguration) throws -> RecordedModel {
    var other = self
    other.configuration = try prediction.setting(
      "tokenizer.add_prompt_answer_tokens", to: .bool(configuration.tokenizer.addPromptAnswerTokens))
    return other
  }

  private init(_ source: ModelSource, model: CausalLanguageModel) {
    configuration = source.configuration
    tokenizer = source.tokenizer
    self.model = model
  }
}

extension ExperimentVersion {
  /// What it was run with, for a use of what was tuned.
  ///
  /// - Throws: `CommandFailure` when there is none, or it cannot be understood.
  func configuration(in workspace: Workspace) throws -> RecordedConfiguration {
    let label = "\(name)@\(number)"
    guard let recorded = try RecordedConfiguration(.version(self), of: label, in: workspace) else {
      throw CommandFailure("cannot load \(label): the version has no config.yaml. Choose a completed version.")
    }
    return recorded
  }
}
