import Configuration
import Experiments
import FineTuning
import Foundation
import Hashing
import LanguageModels
import Spelling
import Tokenization

/// The model of one version, ready to answer.
struct RecordedModel {
  let configuration: ExperimentConfiguration
  let tokenizer: SentencePieceTokenizer
  let model: CausalLanguageModel

  /// - Parameters:
  ///   - isBase: the untouched backbone instead of the tuned model.
  ///   - given: where the user says the backbone is, absolute.
  /// - Throws: whatever keeps the model from being the one that was recorded.
  init(_ version: ExperimentVersion, in workspace: Workspace, isBase: Bool, backbone given: String?) throws {
    let label = "\(version.name)@\(version.number)"
    let recorded = try RecordedConfiguration(.version(version), of: label, in: workspace)
    guard var configuration = recorded?.configuration else {
      throw CommandFailure("cannot load \(label): the version has no config.yaml. Choose a completed version.")
    }
    // The untouched model knows no new tokens: to it, markers are text.
    if isBase { configuration = try configuration.setting("tokenizer.add_prompt_answer_tokens", to: false) }
    self.configuration = configuration
    let isFull = !configuration.training.lora && !isBase
    let backbone =
      try isFull ? nil : Self.backbone(of: version, configuration, label: label, given: given, in: workspace)
    if isBase, let backbone {
      tokenizer = backbone.tokenizer
      model = try Self.untouched(configuration, backbone, in: workspace)
      return
    }
    let part = isFull ? "model" : "adapter"
    (tokenizer, model) = try TemporaryFolder.with { folder in
      try Self.write(part, of: version, label: label, to: folder)
      guard let backbone else {
        let tuned = try Backbone(configuration.setting("llm_backbone", to: .string(folder)))
        return (
          tuned.tokenizer,
          try CausalLanguageModel(
            directory: folder, options: ModelOptions(isFrozen: true),
            engine: try Backbone.engine(mixedPrecision: configuration.environment.mixedPrecision))
        )
      }
      return (backbone.tokenizer, try Self.adapted(configuration, backbone, in: workspace, adapter: folder))
    }
  }

  /// The backbone the run began with: where the configuration or the user says, or where it was last found.
  private static func backbone(
    of version: ExperimentVersion, _ configuration: ExperimentConfiguration, label: String, given: String?,
    in workspace: Workspace
  ) throws -> Backbone {
    do {
      // An adapter means nothing beside other weights or another tokenizer; the rest of the folder may change.
      let search = BackboneSearch(
        try version.backbone(), label: label, in: workspace, endings: [".safetensors", ".bin", ".model"])
      let directory = try search.directory(
        given: given, configured: configuration.absolutePath(of: configuration.llmBackbone))
      return try Backbone(configuration, directory: directory)
    } catch let error as MissingInput {
      throw CommandFailure("cannot load \(label): \(error.reason).")
    }
  }

  private static func untouched(
    _ configuration: ExperimentConfiguration, _ backbone: Backbone, in workspace: Workspace
  ) throws -> CausalLanguageModel {
    var options = ModelOptions(configuration, backbone: backbone, weightCache: workspace.weightCache)
    options.adapter = nil
    options.vocabularySize = nil
    options.isFrozen = true
    return try CausalLanguageModel(
      directory: backbone.directory, options: options,
      engine: try Backbone.engine(mixedPrecision: configuration.environment.mixedPrecision))
  }

  private static func adapted(
    _ configuration: ExperimentConfiguration, _ backbone: Backbone, in workspace: Workspace, adapter: String
  ) throws -> CausalLanguageModel {
    var options = ModelOptions(configuration, backbone: backbone, weightCache: workspace.weightCache)
    options.adapter = try AdapterFiles.settings(in: adapter)
    let model = try CausalLanguageModel(
      directory: backbone.directory, options: options,
      engine: try Backbone.engine(mixedPrecision: configuration.environment.mixedPrecision))
    try AdapterFiles.load(into: model, from: adapter)
    return model
  }

  /// Puts the files of a folder of the version into `folder`.
  private static func write(
    _ part: String, of version: ExperimentVersion, label: String, to folder: String
  ) throws {
    let recorded = try RecordedFiles(version)
    let files = recorded.files.filter { $0.path.hasPrefix(part + "/") }
    guard !files.isEmpty else {
      throw CommandFailure(
        "cannot load \(label): the version has no folder '\(part)', so nothing was tuned. Choose a completed version "
          + "from '\(shellCommand("log", version.name.text))', or use --base.")
    }
    for file in files {
      let name = String(file.path.dropFirst(part.count + 1))
      guard !name.contains("/") else { continue }
      // Other weights than the run left would answer in its name.
      try recorded.data(file).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
  }
}
