import CommandLine
import FineTuning
import Foundation
import Tables

/// A conversation in a file: a JSON line a turn, as 'chat' saves it and 'generate --json' prints it.
enum EarlierTurns {
  static let option = ValueOption(
    "turns", placeholder: "FILE", help: "earlier turns in front, a JSON line each with 'prompt' and 'prediction'")

  /// - Throws: `RunError` naming the line that is no turn.
  static func read(_ path: String, named name: String) throws -> [ConversationTurn] {
    try requirePermission(toRead: path)
    guard FileManager.default.fileExists(atPath: path) else {
      throw RunError.usage("cannot read \(name): there is no such file. Give --turns one that 'kiseki chat' saved.")
    }
    let lines = try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n"))
    return try lines.enumerated().map { index, line in
      let problem: String
      do {
        let json = try JSONValue(parsing: Data(line))
        let answer = ["prediction", "answer", "output"].lazy.compactMap { json[$0]?.stringValue }.first
        if let prompt = json["prompt"]?.stringValue, let answer {
          return ConversationTurn(prompt: prompt, answer: answer)
        }
        problem = "it has no text under 'prompt' and 'prediction'"
      } catch {
        problem = "it is no JSON: \(error)"
      }
      throw RunError.failure("cannot read \(name), line \(index + 1): \(problem). Write one turn a line.")
    }
  }

  static func text(_ turns: [ConversationTurn]) -> String {
    turns.map { turn in
      let json: JSONValue = ["prompt": .string(turn.prompt), "prediction": .string(turn.answer)]
      return json.line() + "\n"
    }.joined()
  }
}
