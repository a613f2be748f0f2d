import Foundation
import Testing

/// A session at a shell, written down as people read it: `$ ` begins a command, the lines below are what it prints.
///
/// `…` stands for any text within a line, a line of `…` alone for any lines, `[exit 2]` for another exit code than 0.
struct Transcript {
  struct Step {
    /// In the file, counted from 1.
    let line: Int
    let command: String
    var expected: [String] = []
    var exitCode: Int32 = 0
  }

  private(set) var steps: [Step] = []

  init(path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("$ ") {
        steps.append(Step(line: index + 1, command: String(line.dropFirst(2))))
      } else if line.hasPrefix("[exit "), let code = Int32(line.dropFirst(6).dropLast()), !steps.isEmpty {
        steps[steps.count - 1].exitCode = code
      } else if !line.isEmpty, !line.hasPrefix("#"), !steps.isEmpty {
        steps[steps.count - 1].expected.append(String(line))
      }
    }
  }
}

extension Transcript.Step {
  /// What the printed lines lack, `nil` when they are as expected.
  func objection(to printed: String) -> String? {
    let lines = printed.split(separator: "\n").map(String.init)
    var next = 0
    var skips = false
    for pattern in expected {
      if pattern == "…" {
        skips = true
        continue
      }
      let candidates = skips ? next..<lines.count : next..<min(next + 1, lines.count)
      guard let found = candidates.first(where: { Self.matches(lines[$0], pattern) }) else {
        return "no line matches \(pattern)"
      }
      next = found + 1
      skips = false
    }
    return skips || next == lines.count ? nil : "more is printed: \(lines[next])"
  }

  private static func matches(_ line: String, _ pattern: String) -> Bool {
    let parts = pattern.components(separatedBy: "…")
    guard parts.count > 1 else { return line == pattern }
    guard let first = parts.first, let last = parts.last, line.hasPrefix(first) else { return false }
    var rest = line.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return rest.count >= last.count && rest.hasSuffix(last)
  }
}

extension Program {
  /// Runs a line of shell as a person types it, messages and results in the order they come.
  static func shell(_ line: String, in directory: String, environment: [String: String]) throws -> Outcome {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let known = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try run(
      ["-c", "{ " + line + "\n} 2>&1"], in: directory, program: "/bin/bash",
      environment: environment.merging(["PATH": folder + ":" + known]) { $1 })
  }
}
