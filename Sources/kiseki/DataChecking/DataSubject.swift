import Configuration
import FineTuning
import Foundation
import Tables
import Tokenization

/// The data that 'kiseki data' looks at: those of a configuration, or a file with settings beside it.
struct DataSubject {
  let configuration: ExperimentConfiguration
  let rows: DataRows
  /// `nil` when none is named or there is none.
  let tokenizer: SentencePieceTokenizer?
  /// What to tell the user first.
  private(set) var warnings: [String]

  /// What the command line said.
  struct Request {
    /// A configuration when it ends in .yaml or .yml, a data file otherwise.
    var file: String
    /// `key=value`
    var settings: [String]
    var tokenizer: String?
    var validation: String?
    var test: String?

    var isConfiguration: Bool { file.lowercased().hasSuffix(".yaml") || file.lowercased().hasSuffix(".yml") }
  }

  init(_ request: Request, _ console: Console) throws {
    var configuration: ExperimentConfiguration
    if request.isConfiguration {
      let loaded = try ExperimentConfiguration.load(path: console.namedPath(request.file), overrides: request.settings)
      (configuration, warnings) = (loaded.configuration, loaded.warnings)
    } else {
      let source: JSONValue = [
        "llm_backbone": .string(request.tokenizer ?? "./none"),
        "dataset": ["train_dataframe": .string(request.file)],
      ]
      // JSON is YAML.
      let loaded = try ExperimentConfiguration.parse(
        source.document(), name: "the command line", overrides: request.settings, baseDirectory: console.directory)
      (configuration, warnings) = (loaded.configuration, loaded.warnings)
    }
    if let file = request.validation {
      configuration = try configuration.setting("dataset.validation_dataframe", to: .string(console.path(file)))
        .setting("dataset.validation_strategy", to: "custom")
    }
    if let file = request.test {
      configuration = try configuration.setting("dataset.test_dataframe", to: .string(console.path(file)))
    }
    self.configuration = configuration
    rows = try DataRows(configuration, splits: request.isConfiguration)
    warnings += rows.warnings
    if let path = request.tokenizer {
      tokenizer = try Self.tokenizer(console.path(path), given: path, configuration)
    } else if request.isConfiguration {
      do {
        tokenizer = try Backbone(configuration).tokenizer
      } catch {
        // Much can be said of the data without it.
        tokenizer = nil
        warnings.append("tokens are not counted: \(error)")
      }
    } else {
      tokenizer = nil
    }
  }

  /// - Parameters:
  ///   - path: a SentencePiece model, or a model's directory.
  ///   - given: the same as it was written, which may be the id of a model of the hub.
  private static func tokenizer(
    _ path: String, given: String, _ configuration: ExperimentConfiguration
  ) throws -> SentencePieceTokenizer {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      // What is written like the id of a model may be one.
      let named = try configuration.setting("llm_backbone", to: .string(given))
      if case .hub = named.backboneLocation, given.contains("/") { return try Backbone(named).tokenizer }
      throw RunError.usage(
        "cannot read the tokenizer \(path): there is no such file or directory. Give --tokenizer a model's directory or "
          + "its SentencePiece file.")
    }
    if isDirectory.boolValue { return try Backbone(configuration, directory: path).tokenizer }
    return try SentencePieceTokenizer(modelPath: path)
  }
}
