import CommandLine
import Foundation
import Glibc
import Tables
import Testing

/// A program at a terminal of its own, as 'script' gives it one.
private final class Terminal {
  private let process = Process()
  private let input = Pipe()
  private let folder: String

  /// - Parameters:
  ///   - width: columns.
  ///   - saysMode: behind the program whether the terminal takes its text for UTF-8, which it does not in front of it.
  init(_ words: [String], width: Int, saysMode: Bool = false, in workspace: RunWorkspace) throws {
    folder = NSTemporaryDirectory() + "kiseki-terminal-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: folder + "/screen"))
    process.executableURL = URL(filePath: "/usr/bin/env")
    let program = "\"$KISEKI\" " + words.joined(separator: " ")
    let line =
      saysMode
      ? "stty cols \(width) -iutf8 erase '^?' && \(program); stty -a | grep -o -- '-*iutf8'"
      : "stty cols \(width) && exec \(program)"
    process.arguments = ["--default-signal=INT,TERM,HUP", "script", "-qefc", line, "/dev/null"]
    process.currentDirectoryURL = URL(filePath: workspace.path)
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8",
      "KISEKI": RunWorkspace.program, "KISEKI_THREADS": "1", "NO_COLOR": "1", "SHELL": "/bin/sh",
    ]
    process.standardInput = input
    let screen = try FileHandle(forWritingTo: URL(filePath: folder + "/screen"))
    process.standardOutput = screen
    process.standardError = screen
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(atPath: folder)
  }

  var bytes: Data { get throws { try Data(contentsOf: URL(filePath: folder + "/screen")) } }

  /// A terminal ends lines with a carriage return, too, and both would be one character.
  var screen: String { get throws { String(decoding: try bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self) } }

  func type(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

  /// Waits until something is on the screen.
  func wait(for text: String) throws {
    for _ in 0..<3000 {
      if try screen.contains(text) { return }
      guard process.isRunning else { break }
      usleep(10_000)
    }
    throw CommandFailure(message: "'\(text)' did not come: \(try screen)")
  }

  /// The number of prompts of the chat on the screen.
  func waitForPrompt(_ count: Int) throws {
    for _ in 0..<3000 {
      if try screen.components(separatedBy: "\n> ").count > count { return }
      guard process.isRunning else { break }
      usleep(10_000)
    }
    throw CommandFailure(message: "no prompt \(count): \(try screen)")
  }

  func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }
}

@Suite(
  .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "needs script"),
  .timeLimit(.minutes(5)))
struct ChatTerminalTests {
  private func trained(_ settings: String..., model: RunModel = RunModel()) throws -> RunWorkspace {
    let workspace = try RunWorkspace()
    try model.write(to: workspace.path + "/model")
    let ended = try workspace.start(["run", "experiments/tiny.yaml", "epochs=1"] + settings).wait()
    try #require(ended.code == 0, "\(ended.errors)")
    return workspace
  }

  @Test(arguments: [100, 60]) func `a person sees both models beside each other, or below each other`(width: Int) throws
  {
    let workspace = try trained()
    let terminal = try Terminal(["chat", "tiny"], width: width, in: workspace)
    try terminal.waitForPrompt(1)
    try terminal.type("保存してください\n")
    try terminal.waitForPrompt(2)
    try terminal.type("/base\n")
    try terminal.waitForPrompt(3)
    try terminal.type("/bas\n")
    try terminal.wait(for: "did you mean /base?")
    try terminal.type("\u{4}")
    #expect(terminal.end() == 0)
    let screen = try terminal.screen
    #expect(screen.contains("tiny@1, tuned. /help lists the commands"))
    #expect(
      screen.contains("  │  untouched") == (width == 100) && screen.contains("untouched:") == (width == 60), "\(screen)"
    )
    for line in screen.split(whereSeparator: \.isNewline) where line.contains("│") {
      #expect(displayWidth(of: String(line.prefix { $0 != "│" })) == 49, "\(line)")
    }
  }

  @Test func `backspace takes back a whole Japanese character, and the terminal is left as it was`() throws {
    let workspace = try trained()
    let terminal = try Terminal(["chat", "tiny"], width: 80, saysMode: true, in: workspace)
    try terminal.waitForPrompt(1)
    try terminal.type("設定を閉\u{7F}\u{7F}も保存\n")
    try terminal.waitForPrompt(2)
    try terminal.type("/save talk.jsonl\n")
    try terminal.wait(for: "Saved 1 turn")
    try terminal.type("\u{4}")
    #expect(terminal.end() == 0)
    #expect(try workspace.lines("talk.jsonl").map { $0["prompt"] } == ["設定も保存"])
    let screen = try terminal.screen
    #expect(screen.hasSuffix("-iutf8\n"), "\(screen)")
  }

  @Test func `Ctrl-C stops an answer and the chat goes on; at the prompt the second one ends it with 130`() throws {
    // So many positions that an answer takes its time.
    var model = RunModel()
    let positions = 40_000
    model.configuration = .object(
      (model.configuration.objectMembers ?? []).map {
        $0.key == "n_positions" ? JSONMember("n_positions", .integer(positions)) : $0
      })
    model.change("wpe.weight") { weight in
      weight.shape[0] = positions
      weight.values = (0..<positions * RunModel.width).map { Float($0 % 7) / 70 }
    }
    let workspace = try trained(model: model)
    let terminal = try Terminal(
      ["chat", "tiny", "max_length_inference=30000", "min_length_inference=30000"], width: 80, in: workspace)
    try terminal.waitForPrompt(1)
    let before = try terminal.screen.count
    try terminal.type("open\n")
    // Something of the answer, behind what was typed.
    for _ in 0..<3000 where try terminal.screen.count < before + 40 { usleep(10_000) }
    try terminal.type("\u{3}")
    try terminal.wait(for: "(stopped; Ctrl-C again ends the chat)")
    try terminal.waitForPrompt(2)
    try terminal.type("/history\n")
    try terminal.waitForPrompt(3)
    #expect(try terminal.screen.components(separatedBy: "> open").count == 3)
    try terminal.type("\u{3}")
    try terminal.wait(for: "Ctrl-C again or Ctrl-D ends the chat.")
    try terminal.type("\u{3}")
    #expect(terminal.end() == 130)
    // Never half a character.
    #expect(try String(validating: terminal.bytes, as: UTF8.self) != nil)
  }
}
