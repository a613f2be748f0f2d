import Experiments
import Foundation
import Tables
import TestSupport

/// A fresh workspace in a temporary repository, looked at with the `git` command; removed with the value.
final class TemporaryWorkspace: TemporaryWorkTree {
  let path: String

  /// - Parameter path: an existing directory to use, for instance a small file system.
  init(path: String? = nil) throws {
    TestEnvironment.isolate()
    self.path = path ?? NSTemporaryDirectory() + "experiments-\(UUID().uuidString)"
    _ = try Workspace.create(at: self.path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func open() throws -> Workspace { try Workspace.find(from: path) }

  /// A small run from its beginning to its end.
  @discardableResult
  func record(_ name: String, bleu: Double = 20, adapter: Data = Data("weights".utf8)) throws -> VersionRecord {
    let recording = try RunRecording.begin(ExperimentName(name), in: open())
    try fill(recording, bleu: bleu, adapter: adapter)
    return try recording.finish(.completed, outcome(bleu: bleu))
  }
}

func fill(_ recording: RunRecording, bleu: Double = 20, adapter: Data = Data("weights".utf8)) throws {
  try recording.write("config.yaml", Data("format: 1\ntraining:\n  lora_r: 4\n".utf8))
  try recording.write("adapter/adapter_model.safetensors", adapter)
  try recording.append(["step": 0, "validation/bleu": 1.5], to: .metrics)
  try recording.append(["step": 1, "train/loss": 2.25], to: .metrics)
  try recording.append(["step": 1, "tokens": 64, "seconds": 0.5], to: .timings)
  try recording.log("done with BLEU \(bleu)")
  // Resume state, which no version may hold.
  let checkpoint = recording.directory + "/checkpoint"
  try FileManager.default.createDirectory(atPath: checkpoint, withIntermediateDirectories: true)
  try Data("state".utf8).write(to: URL(fileURLWithPath: checkpoint + "/state.bin"))
}

func outcome(bleu: Double = 20) -> RunOutcome {
  let scores = RunOutcome.Scores(
    step: 1, epoch: 1, values: [JSONMember("validation/bleu", .number(bleu))])
  return RunOutcome(
    best: scores, last: scores, settings: [JSONMember("training.lora_r", 4)], tokensPerSecond: 128,
    peakBytes: 1 << 20)
}

extension TestEnvironment {
  /// Whether this process may mount a tmpfs: root, and not in a container that forbids it.
  static let canMount: Bool = {
    guard getuid() == 0 else { return false }
    do {
      try withSmallDisk(kibibytes: 64) { _ in }
      return true
    } catch {
      return false
    }
  }()
}

func withSmallDisk(kibibytes: Int, _ body: (String) throws -> Void) throws {
  let path = NSTemporaryDirectory() + "disk-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  try run("/usr/bin/env", ["mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "tmpfs", path])
  defer { _ = try? run("/usr/bin/env", ["umount", "-l", path]) }
  try body(path)
}
