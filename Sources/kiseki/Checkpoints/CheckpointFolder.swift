import Experiments
import FineTuning
import Foundation
import Hashing
import Tables

/// `checkpoint/state` of a run's directory: numbered pairs of a safetensors file and the JSON document that makes it one.
///
/// The document is put in place once the tensors stand, so a pair is whole or it is none.
struct CheckpointFolder {
  /// Relative to the run's directory.
  static let name = "checkpoint/state"

  /// Absolute.
  let runDirectory: String

  func tensors(_ number: Int) -> String { "\(runDirectory)/\(Self.name)/\(number).safetensors" }
  func document(_ number: Int) -> String { "\(runDirectory)/\(Self.name)/\(number).json" }

  /// The numbers of all documents, newest first.
  var numbers: [Int] {
    files.filter { $0.hasSuffix(".json") }.compactMap { Int($0.dropLast(5)) }.sorted(by: >)
  }

  private var files: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(runDirectory)/\(Self.name)")) ?? []
  }

  /// Removes every file of other checkpoints, and what a killed writer left.
  ///
  /// The document goes first: without it the tensors are nothing.
  func removeAll(but kept: [Int]) throws {
    let names = Set(kept.flatMap { ["\($0).json", "\($0).safetensors"] })
    for file in files.sorted(by: { $0.hasSuffix(".json") && !$1.hasSuffix(".json") }) where !names.contains(file) {
      try FileManager.default.removeItem(atPath: "\(runDirectory)/\(Self.name)/\(file)")
    }
  }

  /// - Throws: `UnusableCheckpoint` when it is torn, damaged or not of this form.
  func read(_ number: Int) throws -> CheckpointDocument {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: document(number))))
    } catch {
      throw UnusableCheckpoint(reason: "\(number).json is no JSON")
    }
    guard json["format"]?.integerValue == CheckpointDocument.format else {
      throw UnusableCheckpoint(reason: "another version of kiseki wrote it")
    }
    guard let document = CheckpointDocument(json: json) else {
      throw UnusableCheckpoint(reason: "\(number).json lacks a value")
    }
    return document
  }

  /// - Throws: `UnusableCheckpoint` when the tensors are not those the document was written for.
  func requireIntactTensors(_ number: Int, _ document: CheckpointDocument) throws {
    guard let digest = try? SHA256.hash(fileAt: tensors(number)) else {
      throw UnusableCheckpoint(reason: "\(number).safetensors cannot be read")
    }
    guard digest == document.tensors else {
      throw UnusableCheckpoint(reason: "\(number).safetensors is not as it was written")
    }
  }
}

/// Why a checkpoint is passed over.
struct UnusableCheckpoint: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}

/// What a checkpoint says beside its tensors.
struct CheckpointDocument {
  static let format = 1

  let position: TrainingPosition
  /// How long the logs were.
  let logs: [RunRecording.Log: Int]
  let evaluations: [RunOutcome.Scores]
  /// As `CheckpointInputs` has it.
  let inputs: JSONValue
  let build: String
  let instructionSet: String
  /// How large products were computed.
  let mixedPrecision: String
  /// Of the safetensors file.
  let tensors: SHA256Digest

  /// The folders of `evaluations/` that it counts on.
  var evaluationFolders: [String] { evaluations.map { String($0.step) } }

  var json: JSONValue {
    [
      "format": .integer(Self.format), "position": position.json,
      "logs": .object(
        RunRecording.Log.allCases.compactMap { log in logs[log].map { JSONMember(log.rawValue, .integer($0)) } }),
      "evaluations": .array(evaluations.map(\.json)), "inputs": inputs,
      "program": [
        "build": .string(build), "instruction_set": .string(instructionSet),
        "mixed_precision": .string(mixedPrecision),
      ],
      "tensors": .string(tensors.hex),
    ]
  }
}

extension CheckpointDocument {
  /// `nil` when something is missing.
  init?(json: JSONValue) {
    guard let position = json["position"].flatMap(TrainingPosition.init(json:)), let inputs = json["inputs"],
      let build = json["program"]?["build"]?.stringValue,
      let instructionSet = json["program"]?["instruction_set"]?.stringValue,
      let mixedPrecision = json["program"]?["mixed_precision"]?.stringValue,
      let tensors = json["tensors"]?.stringValue.flatMap({ SHA256Digest(hex: $0) }),
      let evaluations = json["evaluations"]?.arrayValue?.map(RunOutcome.Scores.init(json:))
    else { return nil }
    var logs: [RunRecording.Log: Int] = [:]
    for log in RunRecording.Log.allCases {
      guard let count = json["logs"]?[log.rawValue]?.integerValue, count >= 0 else { return nil }
      logs[log] = count
    }
    self.init(
      position: position, logs: logs, evaluations: evaluations.compactMap { $0 }, inputs: inputs, build: build,
      instructionSet: instructionSet, mixedPrecision: mixedPrecision, tensors: tensors)
    guard self.evaluations.count == evaluations.count else { return nil }
  }
}
