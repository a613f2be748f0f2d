import Foundation
import Glibc
import Tables
import Testing

/// How a program ended and what it wrote.
struct Ended {
  let code: Int32
  let output: String
  let errors: String

  /// The last line of the messages: the sentence of a refusal.
  var sentence: String { errors.split(separator: "\n").last.map(String.init) ?? "" }
}

/// A workspace in a temporary repository with a tiny model and data; removed with the value.
final class RunWorkspace {
  let path: String
  private let home: String

  /// - Parameter parent: an existing directory to make it in.
  init(parent: String = NSTemporaryDirectory(), hasRepository: Bool = true) throws {
    path = try Self.resolved(parent) + "/kiseki-run-\(UUID().uuidString)"
    home = NSTemporaryDirectory() + "kiseki-home-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path + "/experiments", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    try RunModel().write(to: path + "/model")
    try write(Self.data(rows: 12), to: "train.csv")
    try write("/*/\n", to: "experiments/.gitignore")
    try write(Self.configuration, to: "experiments/tiny.yaml")
    if hasRepository {
      try git("init", "-q")
      try git("add", "-A")
      try git("commit", "-qm", "the user's own")
    }
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
    try? FileManager.default.removeItem(atPath: home)
  }

  private static func resolved(_ path: String) throws -> String {
    let real = try #require(realpath(path, nil))
    defer { free(real) }
    return String(cString: real)
  }

  static func data(rows: Int) -> String {
    let words = ["open", "save", "close", "file", "page", "line"]
    return (0..<rows).reduce("instruction,output\n") { text, row in
      text + "\(words[row % 6]) the \(words[(row * 5 + 1) % 6]),設定\(row)を保存\n"
    }
  }

  static let configuration = """
    # What a person wrote.
    experiment_name: tiny
    llm_backbone: ../model
    dataset:
      train_dataframe: ../train.csv
      validation_size: 0.25
      prompt_column: instruction
      answer_column: output
    training:
      epochs: 2
      learning_rate: 0.01
    prediction:
      max_length_inference: 6

    """

  // MARK: Files

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func write(_ data: Data, to name: String) throws {
    let url = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  func data(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path + "/" + name)) }
  func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }
  func json(_ name: String) throws -> JSONValue { try JSONValue(parsing: data(name)) }
  func lines(_ name: String) throws -> [JSONValue] {
    try data(name).split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Data($0)) }
  }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  func files(below folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path + "/" + folder).filter { name in
      var isDirectory: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: "\(path)/\(folder)/\(name)", isDirectory: &isDirectory)
      return exists && !isDirectory.boolValue
    }.sorted()
  }

  // MARK: Programs

  /// Lies beside the test bundle.
  static var program: String {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(filePath: bundle).deletingLastPathComponent().appending(path: "kiseki").path
  }

  private var environment: [String: String] {
    [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": home,
      "GIT_CONFIG_GLOBAL": home + "/gitconfig", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
      "KISEKI_THREADS": "1",
    ]
  }

  /// Configures git for the person, as `git config --global` would.
  func setUser(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: home + "/gitconfig")) }

  func start(
    _ arguments: [String], environment extra: [String: String] = [:], ignoring signal: String? = nil
  ) throws -> Running {
    try Running(
      Self.program, arguments, in: path, environment: environment.merging(extra) { $1 }, notes: home, ignoring: signal)
  }

  /// Runs `kiseki` in the workspace.
  @discardableResult
  func kiseki(_ arguments: String..., environment extra: [String: String] = [:]) throws -> Ended {
    try start(arguments, environment: extra).wait()
  }

  /// Runs a line of a shell for which `$KISEKI` is the program.
  func shell(_ line: String) throws -> Ended { try startShell(line).wait() }

  func startShell(_ line: String) throws -> Running {
    try Running(
      "/bin/sh", ["-c", line], in: path, environment: environment.merging(["KISEKI": Self.program]) { $1 }, notes: home)
  }

  /// Runs the tiny configuration with overrides and options.
  @discardableResult
  func run(_ arguments: String..., environment extra: [String: String] = [:]) throws -> Ended {
    try start(["run", "experiments/tiny.yaml"] + arguments, environment: extra).wait()
  }

  /// Runs a sweep of the tiny configuration.
  @discardableResult
  func sweep(_ arguments: [String]) throws -> Ended { try startSweep(arguments).wait() }

  func startSweep(_ arguments: [String]) throws -> Running {
    try start(["sweep", "experiments/tiny.yaml"] + arguments)
  }

  /// The hashes of what must be equal for equal inputs, whatever happened on the way, by the files' paths.
  func resultHashes(_ name: String) throws -> [String: String] {
    let files = try #require(json("experiments/\(name)/result.json")["files"]?.objectMembers)
    let folders = ["adapter/", "model/", "evaluations/", "metrics", "data/", "dataset"]
    return Dictionary(
      uniqueKeysWithValues: files.compactMap { file in
        folders.contains { file.key.hasPrefix($0) } ? (file.key, file.value.stringValue ?? "") : nil
      })
  }

  /// How many versions each experiment has, as git counts them.
  func versions() throws -> [String: Int] {
    let names = try git("for-each-ref", "--format=%(refname)", "refs/experiments").split(separator: "\n").map(
      String.init)
    return try Dictionary(
      uniqueKeysWithValues: names.filter { !$0.hasSuffix("/plan") }.map { name in
        let count = try git("rev-list", "--count", name).trimmingCharacters(in: .whitespacesAndNewlines)
        return (String(name.dropFirst("refs/experiments/".count)), Int(count) ?? 0)
      })
  }

  @discardableResult
  func git(_ arguments: String..., in directory: String? = nil) throws -> String {
    let identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    let ended = try Running(
      "/usr/bin/env", ["git"] + identity + arguments, in: directory ?? path, environment: environment, notes: home
    ).wait()
    guard ended.code == 0 else { throw CommandFailure(message: "git \(arguments): \(ended.errors)") }
    return ended.output
  }
}

struct CommandFailure: Error { let message: String }

/// A started program whose output goes to files, so that nothing waits for a reader.
final class Running {
  private let process = Process()
  private let output, errors: URL

  init(
    _ program: String, _ arguments: [String], in directory: String, environment: [String: String], notes: String,
    ignoring signal: String? = nil
  ) throws {
    output = URL(filePath: notes + "/" + UUID().uuidString)
    errors = URL(filePath: notes + "/" + UUID().uuidString)
    for file in [output, errors] { try Data().write(to: file) }
    // The signals a test sends must not be ignored because this test runs in someone's background.
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["--default-signal=INT,TERM,HUP"] + (signal.map { ["--ignore-signal=" + $0] } ?? []) + [program] + arguments
    process.currentDirectoryURL = URL(filePath: directory)
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  /// A failed test leaves nothing running behind.
  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var isRunning: Bool { process.isRunning }
  var id: pid_t { process.processIdentifier }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits until `condition` holds; fails the test when the program ends first or a minute has gone by.
  func wait(until condition: () throws -> Bool) throws {
    for _ in 0..<6000 {
      if try condition() { return }
      guard isRunning else { break }
      usleep(10_000)
    }
    let ended = isRunning ? "it still runs" : try wait().errors
    throw CommandFailure(message: "what was waited for did not come: \(ended)")
  }

  /// Waits until a SIGSTOP has taken effect, which it has not yet when it is sent.
  func waitUntilStopped() throws {
    try wait {
      // The state follows the name in parentheses, which may hold spaces.
      let stat = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
      return stat.split(separator: ")").last?.hasPrefix(" T") == true
    }
  }

  /// How it ended; the code of a signal is 128 and its number.
  func wait() throws -> Ended {
    process.waitUntilExit()
    let isSignal = process.terminationReason == .uncaughtSignal
    return Ended(
      code: process.terminationStatus + (isSignal ? 128 : 0),
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}
