import CommandLine
import FineTuning
import Foundation
import LanguageModels
import Tables

/// Takes prompts from the command line or from stdin, each by itself, and prints the answers.
struct Conversation {
  let answering: PromptAnswering
  let isBase: Bool
  /// Stands in front of every prompt.
  var system = ""
  /// The same, oldest first.
  var earlier: [ConversationTurn] = []
  /// Prompts answered at once where they come from a file.
  let batchSize: Int
  let console: Console

  /// - Parameter prompt: `nil` or `-` for one prompt a line on stdin.
  func hold(_ prompt: String?) throws {
    if let prompt, prompt != "-" {
      var numbers = DrawNumbers()
      return try answer([prompt], &numbers)
    }
    let isTyped = isatty(0) == 1
    if isTyped { console.note("One prompt a line; Ctrl-D ends.") }
    // Who writes prompts into a pipe may wait for each answer.
    let most = batchSize
    var lines = PromptLines()
    var numbers = DrawNumbers()
    var waiting: [String] = []
    do {
      while console.isHeard, let line = try lines.next() {
        // An empty line from a person is a slip; from a program it is a prompt, and the answers stay in step.
        if isTyped && line.isEmpty { continue }
        waiting.append(line)
        if waiting.count < most { continue }
        try answer(waiting, &numbers)
        waiting = []
      }
    } catch let error as RunError {
      // What stood in front of a bad line is answered all the same.
      try answer(waiting, &numbers)
      throw error
    }
    if console.isHeard { try answer(waiting, &numbers) }
  }

  /// How many prompts are answered at once when they come from stdin.
  ///
  /// - Parameter configured: as the run evaluates.
  static func batchSize(_ configured: Int) -> Int {
    var status = stat()
    return fstat(STDIN_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? configured : 1
  }

  private func answer(_ prompts: [String], _ numbers: inout DrawNumbers) throws {
    if prompts.isEmpty { return }
    let questions = prompts.map { PromptAnswering.Question(prompt: $0, earlier: earlier, system: system) }
    if prompts.count == 1, !console.globals.wantsJSON, TerminalStream.standardOutput.isTerminal {
      let answer = try answering.answer(
        questions[0], isStopping: { !console.isHeard }, show: { console.write($0.withoutCommands) })
      console.write("\n")
      return warn(answer)
    }
    let (answers, failure) = try answering.answers(questions, &numbers)
    for (prompt, answer) in zip(prompts, answers) {
      console.print(console.globals.wantsJSON ? answer.json(prompt: prompt, isBase: isBase).line() : answer.text)
      warn(answer)
    }
    if let failure { throw failure }
  }

  private func warn(_ answer: PromptAnswering.Answer) {
    for remark in answer.remarks { console.warn(remark) }
    if answer.leftOutTurnCount > 0 {
      console.warn("\(Format.count(answer.leftOutTurnCount, "earlier turn")) left out: there is no room for more")
    }
  }
}

extension PromptAnswering.Answer {
  func json(prompt: String, isBase: Bool) -> JSONValue {
    [
      "prompt": .string(prompt), "prediction": .string(text), "tokens": .integer(tokenCount), "base": .bool(isBase),
    ]
  }

  /// What a reader of the answer has to know.
  var remarks: [String] {
    var remarks: [String] = []
    if cutCount > 0 {
      remarks.append(
        "the first \(Format.count(cutCount, "token")) of the prompt were cut by tokenizer.max_length_prompt")
    }
    switch ending {
    case .positions: remarks.append("the answer was cut short: the model's positions ran out")
    case .time: remarks.append("the answer was cut short: prediction.max_time was over")
    default: break
    }
    return remarks
  }
}

extension String {
  /// A model may answer anything, and a terminal must not act on it.
  var withoutCommands: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { scalar in
          scalar == "\n" || scalar == "\t" || scalar.properties.generalCategory != .control ? scalar : "\u{FFFD}"
        }))
  }
}
