import Configuration
import Experiments
import Foundation
import Tables

/// The complete configuration an experiment was run with.
struct RecordedConfiguration {
  let configuration: ExperimentConfiguration
  /// About overrides: sentences for the user.
  private(set) var warnings: [String] = []

  /// - Parameter label: what the experiment is called in messages.
  /// - Returns: `nil` when the run ended before it wrote one.
  /// - Throws: `CommandFailure` when the file cannot be understood.
  init?(_ files: ExperimentFiles, of label: String, in workspace: Workspace) throws {
    guard let data = try files.data("config.yaml") else { return nil }
    do {
      configuration = try ExperimentConfiguration.parse(
        data, name: "config.yaml", baseDirectory: workspace.root
      )
      .configuration
    } catch {
      throw CommandFailure(
        "cannot read the configuration of \(label): \(error). Was it changed by hand, or written by a newer kiseki?"
      )
    }
  }

  /// The same with other settings, for a use of what was tuned.
  ///
  /// - Parameters:
  ///   - overrides: `key=value`.
  ///   - allows: whether a setting may be another one, by its full key.
  ///   - purpose: what they are for, as in `kiseki evaluate`.
  /// - Throws: `ConfigurationError` for a value that is refused, `RunError` for a setting that cannot be another one.
  func overridden(
    by overrides: [String], for purpose: String, in workspace: Workspace, allows: (String) -> Bool
  ) throws -> RecordedConfiguration {
    guard !overrides.isEmpty else { return self }
    let keys = try overrides.map { try SettingOverride(parsing: $0).key }
    for key in keys {
      guard allows(key) else {
        let others =
          allows("dataset.prompt_column")
          ? "settings of the section 'prediction' and the columns of the data"
          : "settings of the section 'prediction' that decide how an answer is generated"
        throw RunError.usage(
          "cannot set \(key) for \(purpose): what was trained stays as it was. Only \(others) can be others; for the "
            + "rest make a new run.")
      }
    }
    let loaded = try ExperimentConfiguration.parse(
      Data(configuration.resolvedYAML().utf8), name: "config.yaml", overrides: overrides,
      baseDirectory: workspace.root)
    // What the record itself had to be warned of was said when it was made.
    return RecordedConfiguration(
      loaded.configuration, warnings: loaded.warnings.filter { warning in keys.contains { warning.contains($0) } })
  }

  private init(_ configuration: ExperimentConfiguration, warnings: [String]) {
    self.configuration = configuration
    self.warnings = warnings
  }

  var members: [JSONMember] { configuration.values.map { JSONMember($0.key, $0.value) } }

  /// The settings that are not what they would be if left out, with their defaults.
  var changed: [(key: String, value: JSONValue, defaultValue: JSONValue)] {
    configuration.values.compactMap { key, value in
      guard key != "experiment_name", let parameter = ParameterTable.parameter(key),
        parameter.defaultValue != value
      else { return nil }
      return (key, value, parameter.defaultValue)
    }
  }
}

extension JSONValue {
  /// A setting as a table shows it.
  var settingText: String {
    switch self {
    case .null: "None"
    case .string(let text): text
    case .array(let values): values.map(\.settingText).joined(separator: ",")
    case .bool(let value): value ? "True" : "False"
    default: line()
    }
  }
}
