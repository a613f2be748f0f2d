import Foundation
import Tables
import Testing

/// The built program, run as a process of its own.
enum Program {
  struct Outcome {
    let exitCode: Int32
    let output: String
    let errors: String

    func json() throws -> JSONValue { try JSONValue(parsing: Data(output.utf8)) }
  }

  /// Beside the test bundle, where the build puts all products.
  static let path: String = {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appending(path: "kiseki").path
  }()

  /// - Parameter input: what stands on stdin.
  static func run(
    _ arguments: [String], in directory: String, program: String = path, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Outcome {
    try #require(FileManager.default.isExecutableFile(atPath: program), "\(program) is not built")
    return try start(program, arguments, in: directory, input: input, environment: environment)
  }

  static func git(_ arguments: [String], in directory: String) throws -> String {
    let outcome = try start("/usr/bin/env", ["git"] + arguments, in: directory, input: "", environment: [:])
    try #require(outcome.exitCode == 0, "git \(arguments.joined(separator: " ")): \(outcome.errors)")
    return outcome.output
  }

  private static func start(
    _ program: String, _ arguments: [String], in directory: String, input: String, environment: [String: String]
  ) throws -> Outcome {
    // Files instead of pipes: whatever is written, nobody waits for anybody.
    let folder = NSTemporaryDirectory() + "kiseki-process-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, content) in [("in", input), ("out", ""), ("err", "")] {
      try Data(content.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    func writing(_ name: String) throws -> FileHandle {
      try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.environment = isolated.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: "\(folder)/in"))
    process.standardOutput = try writing("out")
    process.standardError = try writing("err")
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")), as: UTF8.self)
    }
    return Outcome(
      exitCode: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: try text("out"), errors: try text("err"))
  }

  /// No configuration of this machine may decide a test.
  private static let isolated: [String: String] = [
    "HOME": "/nonexistent", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Someone", "GIT_AUTHOR_EMAIL": "someone@example.org", "GIT_COMMITTER_NAME": "Someone",
    "GIT_COMMITTER_EMAIL": "someone@example.org", "KISEKI_THREADS": "1", "TZ": "UTC",
  ].merging(
    // Where the toolchain's libraries, git and temporary files are.
    ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH", "TMPDIR"].contains($0.key) }
  ) { $1 }
}
