import CommandLine
import Foundation
import Tables

/// Takes prompts from the command line or from stdin and prints the answers.
struct Conversation {
  let answering: PromptAnswering
  let isBase: Bool
  let console: Console

  /// - Parameter prompt: `nil` or `-` for one prompt a line on stdin.
  func hold(_ prompt: String?) throws {
    if let prompt, prompt != "-" { return try answer(prompt) }
    let isTyped = isatty(0) == 1
    if isTyped { console.note("One prompt a line; Ctrl-D ends.") }
    var lines = PromptLines()
    var count = 0
    while console.isHeard, let line = try lines.next() {
      // An empty line from a person is a slip; from a program it is a prompt, and the answers stay in step.
      if isTyped && line.isEmpty { continue }
      try answer(line, number: count)
      count += 1
    }
  }

  private func answer(_ prompt: String, number: Int = 0) throws {
    let answer: PromptAnswering.Answer
    if console.globals.wantsJSON {
      answer = try answering.answer(prompt, number: number)
      let json: JSONValue = [
        "prompt": .string(prompt), "prediction": .string(answer.text), "tokens": .integer(answer.tokenCount),
        "base": .bool(isBase),
      ]
      console.print(json.line())
    } else if TerminalStream.standardOutput.isTerminal {
      answer = try answering.answer(prompt, number: number) { console.write(Self.withoutCommands($0)) }
      console.write("\n")
    } else {
      answer = try answering.answer(prompt, number: number)
      console.print(answer.text)
    }
    if answer.cutCount > 0 {
      console.warn("the first \(answer.cutCount) tokens of the prompt were cut by tokenizer.max_length_prompt")
    }
    if answer.wasClamped { console.warn("the answer was cut short: the model's positions ran out") }
  }

  /// A model may answer anything, and a terminal must not act on it.
  private static func withoutCommands(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control ? scalar : "\u{FFFD}"
        }))
  }
}
