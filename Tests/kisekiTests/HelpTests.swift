import CommandLine
import Testing
import kiseki

@Suite struct HelpTests {
  private static let program = Kiseki.program

  @Test func `every command has a summary, and its help is short and narrow`() {
    for command in Self.program.commands {
      #expect(!command.summary.isEmpty && !command.summary.hasSuffix("."), "\(command.name)")
      for line in Self.program.helpText(for: command).split(separator: "\n") {
        #expect(displayWidth(of: String(line)) <= 100, "\(command.name): \(line)")
      }
    }
    for line in Self.program.helpText().split(separator: "\n") {
      #expect(displayWidth(of: String(line)) <= 100, "\(line)")
    }
  }

  @Test func `every command for people has an example, and every example is understood`() throws {
    for command in Self.program.commands where !command.isHidden {
      #expect(!command.examples.isEmpty, "\(command.name)")
      #expect(
        command.examples.contains { Self.calls(in: $0).contains { $0.contains(command.name) } }, "\(command.name)")
      for example in command.examples {
        let calls = Self.calls(in: example)
        #expect(!calls.isEmpty, "\(example)")
        for words in calls {
          guard case .run = try Self.program.parse(words) else {
            Issue.record("\(example)")
            continue
          }
        }
      }
    }
  }

  /// The words of each call of the program in a line of shell.
  private static func calls(in line: String) -> [[String]] {
    let separators = ["&&", "||", ";", "|", "<(", ")"]
    let parts = separators.reduce([line]) { parts, separator in
      parts.flatMap { part in part.components(separatedOutsideQuotesBy: separator) }
    }
    return parts.map { ShellWords.split($0).words.filter { !$0.isEmpty } }
      .filter { $0.first == "kiseki" }
      .map { words in
        Array(words.dropFirst().prefix { $0 != "<" && $0 != ">" })
      }
  }
}

extension String {
  /// The parts between a separator, which counts as text within quotes.
  fileprivate func components(separatedOutsideQuotesBy separator: String) -> [String] {
    var parts = [""]
    var quote: Character?
    var rest = Substring(self)
    while let character = rest.first {
      if quote == nil, rest.hasPrefix(separator) {
        parts.append("")
        rest.removeFirst(separator.count)
        continue
      }
      if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
      }
      parts[parts.count - 1].append(rest.removeFirst())
    }
    return parts
  }
}
