import Experiments
import Foundation
import Tables
import Testing

/// A fresh workspace in a temporary repository, looked at with the `git` command; removed with the value.
final class TemporaryWorkspace: Sendable {
  let path: String

  /// - Parameter path: an existing directory to use, for instance a small file system.
  init(path: String? = nil) throws {
    TestEnvironment.isolate()
    self.path = path ?? NSTemporaryDirectory() + "experiments-\(UUID().uuidString)"
    _ = try Workspace.create(at: self.path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func open() throws -> Workspace { try Workspace.find(from: path) }

  @discardableResult
  func git(_ arguments: String...) throws -> String { try runGit(["-C", path] + arguments) }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  /// A commit of the user's own, with everything that git does not ignore.
  func commitEverything() throws {
    try git("add", "-A")
    try git("-c", "user.name=Someone", "-c", "user.email=someone@example.org", "commit", "-qm", "theirs")
  }

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

enum TestEnvironment {
  private static let once: Void = {
    // No configuration of this machine may decide a test.
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1)
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1)
    setenv("HOME", NSTemporaryDirectory() + "home-of-nobody", 1)
    for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL", "GIT_DIR", "GIT_WORK_TREE"] {
      unsetenv(name)
    }
  }()

  static func isolate() { once }

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

struct CommandFailure: Error { let message: String }

@discardableResult
func runGit(_ arguments: [String]) throws -> String { try run("/usr/bin/env", ["git"] + arguments) }

@discardableResult
func run(_ program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let output = Pipe()
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw CommandFailure(message: "\(arguments.joined(separator: " ")): \(text)")
  }
  return text
}

/// Reproducible bytes that do not compress.
func noise(_ count: Int, seed: UInt64 = 1) -> Data {
  var state = seed
  return Data(
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    })
}
