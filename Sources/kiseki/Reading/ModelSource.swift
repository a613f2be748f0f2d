import Configuration
import Experiments
import FineTuning
import Foundation
import LanguageModels
import Spelling
import Tensors
import Tokenization

/// The model of one version, found and opened but not loaded: what is known before memory is taken.
struct ModelSource {
  /// As in `demo@2`.
  let label: String
  let configuration: ExperimentConfiguration
  let tokenizer: SentencePieceTokenizer
  let architecture: Architecture
  let options: ModelOptions
  private let directory: String
  /// The folder with the adapter's files; `nil` without one.
  private let adapter: String?

  /// - Parameters:
  ///   - recorded: the version's configuration, perhaps with other settings for its use.
  ///   - isBase: the untouched backbone instead of the tuned model.
  ///   - given: where the user says the backbone is, absolute.
  ///   - folder: an empty one, which must stay until the model is loaded.
  /// - Throws: whatever keeps the model from being the one that was recorded.
  init(
    _ version: ExperimentVersion, _ recorded: ExperimentConfiguration, in workspace: Workspace, isBase: Bool,
    backbone given: String?, folder: String
  ) throws {
    label = "\(version.name)@\(version.number)"
    // The untouched model knows no new tokens: to it, markers are text.
    configuration =
      try isBase ? recorded.setting("tokenizer.add_prompt_answer_tokens", to: false) : recorded
    if !isBase {
      try Self.write(configuration.training.lora ? "adapter" : "model", of: version, label: label, to: folder)
    }
    if !configuration.training.lora, !isBase {
      directory = folder
      adapter = nil
      tokenizer = try Backbone(configuration.setting("llm_backbone", to: .string(folder))).tokenizer
      architecture = try Architecture(modelDirectory: folder)
      options = ModelOptions(isFrozen: true)
      return
    }
    let backbone = try Self.backbone(of: version, configuration, label: label, given: given, in: workspace)
    directory = backbone.directory
    tokenizer = backbone.tokenizer
    architecture = try Architecture(modelDirectory: directory)
    var options = ModelOptions(configuration, backbone: backbone, weightCache: workspace.weightCache)
    adapter = isBase ? nil : folder
    if isBase {
      options.adapter = nil
      options.vocabularySize = nil
      options.isFrozen = true
    } else {
      options.adapter = try AdapterFiles.settings(in: folder)
    }
    self.options = options
  }

  func load(_ engine: Engine) throws -> CausalLanguageModel {
    let model = try CausalLanguageModel(directory: directory, options: options, engine: engine)
    if let adapter { try AdapterFiles.load(into: model, from: adapter) }
    return model
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
