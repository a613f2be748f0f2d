import Configuration
import Experiments
import Tables

/// The complete configuration an experiment was run with.
struct RecordedConfiguration {
  let configuration: ExperimentConfiguration

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
