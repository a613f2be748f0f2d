import Configuration
import Experiments
import Foundation
import Tables

/// What a run was begun with, as far as it decides what comes out: a checkpoint fits no other.
struct CheckpointInputs {
  /// Settings that change the speed alone, or only what things are called.
  private static let free: Set<String> = [
    "experiment_name", "output_directory", "architecture.gradient_checkpointing", "environment.number_of_workers",
    "training.checkpoint_seconds", "training.checkpoint_steps", "prediction.batch_size_inference",
  ]

  private let settings: [JSONMember]
  /// The SHA-256 of each file: by role for data, by name for the backbone.
  private let data: [JSONMember]
  private let backbone: [JSONMember]

  init(_ configuration: ExperimentConfiguration, dataset: DatasetRecord, backbone record: BackboneRecord) {
    settings = configuration.values { _, path in path }.compactMap { key, value in
      switch ParameterTable.parameter(key)?.kind {
      // What is in a file counts, not where it lies.
      case .path, .backbone: nil
      default: Self.free.contains(key) ? nil : JSONMember(key, value)
      }
    }
    data = dataset.files.map { JSONMember($0.role, .string($0.sha256.hex)) }
    backbone = record.files.map { JSONMember($0.path, .string($0.sha256.hex)) }
  }

  var json: JSONValue { ["settings": .object(settings), "data": .object(data), "backbone": .object(backbone)] }

  /// What a checkpoint with these inputs was made with that is otherwise now, `nil` when all is the same.
  func difference(from recorded: JSONValue) -> String? {
    if let (key, before, now) = Self.first(recorded["settings"], settings) {
      return "\(key) \(before.settingText), and the setting is \(now.settingText) now"
    }
    if let (role, _, _) = Self.first(recorded["data"], data) { return "other \(role) data than there are now" }
    if let (file, _, _) = Self.first(recorded["backbone"], backbone) {
      return "another \(file) of the backbone than there is now"
    }
    return nil
  }

  /// A member that both have, with other values; those of another version of the program are not known to both.
  private static func first(
    _ recorded: JSONValue?, _ members: [JSONMember]
  ) -> (key: String, before: JSONValue, now: JSONValue)? {
    for member in members {
      // As text: 1.0 is written as 1, and read back as a whole number.
      guard let before = recorded?[member.key], before.line() != member.value.line() else { continue }
      return (member.key, before, member.value)
    }
    return nil
  }
}
