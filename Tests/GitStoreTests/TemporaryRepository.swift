import Foundation
import GitStore
import Testing

/// A fresh repository in a temporary directory, driven by the `git` command; removed with the value.
final class TemporaryRepository: Sendable {
  let path: String

  init(arguments: [String] = []) throws {
    TestEnvironment.isolate()
    path = NSTemporaryDirectory() + "gitstore-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try runGit(["init", "--quiet"] + arguments + [path])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func open() throws -> Repository { try Repository.open(from: path) }

  @discardableResult
  func git(_ arguments: String...) throws -> String { try runGit(["-C", path] + arguments) }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// A first commit of the user's own.
  func commitEverything() throws {
    try git("add", "-A")
    try git("-c", "user.name=Someone", "-c", "user.email=someone@example.org", "commit", "-qm", "theirs")
  }
}

enum TestEnvironment {
  private static let once: Void = {
    // No configuration of this machine may decide a test.
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1)
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1)
    setenv("HOME", NSTemporaryDirectory(), 1)
    for name in ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL", "GIT_DIR", "GIT_WORK_TREE"] {
      unsetenv(name)
    }
  }()

  static func isolate() { once }
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
