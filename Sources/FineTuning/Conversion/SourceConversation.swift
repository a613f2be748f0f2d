public import Tables

/// One record of a public data set as a system text and turns.
public struct SourceConversation: Sendable, Hashable {
  public struct Turn: Sendable, Hashable {
    public let prompt: String
    public let answer: String
  }

  public let system: String
  /// At least one.
  public let turns: [Turn]
  /// Whether something at its ends was left out: an answer to nothing, or a question without an answer.
  public let isTrimmed: Bool

  /// Why a record has no turn to learn from.
  public struct Refusal: Error, Sendable, Hashable {
    public let reason: String

    init(_ reason: String) { self.reason = reason }
  }

  /// - Parameter separator: stands between the prompt columns that have a text.
  public init(_ record: JSONValue, layout: SourceLayout, separator: String) throws(Refusal) {
    switch layout {
    case .messages(let key):
      try self.init(
        Self.list(record, key), side: "role", text: "content", separator: separator)
    case .shareGPT(let key):
      let system = try record["system"].map { value throws(Refusal) in try Self.text(value, "system") }
      try self.init(
        Self.list(record, key), side: "from", text: "value", separator: separator, system: system ?? "")
    case .columns(let prompt, let answer, let system):
      func cell(_ key: String) throws(Refusal) -> String {
        try record[key].map { value throws(Refusal) in try Self.text(value, key) } ?? ""
      }
      var parts: [String] = []
      for key in prompt {
        let part = try cell(key)
        if !part.allSatisfy(\.isWhitespace) { parts.append(part) }
      }
      let reply = try cell(answer)
      guard !reply.isEmpty else { throw Refusal("it has no answer") }
      self.init(
        system: try system.map { key throws(Refusal) in try cell(key) } ?? "",
        turns: [Turn(prompt: parts.joined(separator: separator), answer: reply)], isTrimmed: false)
    }
  }

  private init(system: String, turns: [Turn], isTrimmed: Bool) {
    self.system = system
    self.turns = turns
    self.isTrimmed = isTrimmed
  }

  private enum Side { case system, user, assistant }

  private init(
    _ messages: [JSONValue], side: String, text: String, separator: String, system: String = ""
  ) throws(Refusal) {
    var system = system.isEmpty ? [] : [system]
    var turns: [Turn] = []
    var question: [String] = []
    var answer: [String] = []
    var isTrimmed = false
    for message in messages {
      let speaker = message[side]?.stringValue ?? ""
      let content = try message[text].map { value throws(Refusal) in try Self.text(value, text) } ?? ""
      switch Self.sides[speaker.lowercased()] {
      case .system where turns.isEmpty && question.isEmpty && answer.isEmpty: system.append(content)
      case .system: throw Refusal("a system text stands within it")
      case .user:
        if !answer.isEmpty {
          turns.append(Turn(prompt: question.joined(separator: separator), answer: answer.joined(separator: separator)))
          (question, answer) = ([], [])
        }
        question.append(content)
      case .assistant where question.isEmpty && answer.isEmpty: isTrimmed = true
      case .assistant: if !content.isEmpty { answer.append(content) }
      case nil:
        throw Refusal(speaker.isEmpty ? "a message names no \(side)" : "it has messages of \"\(speaker)\"")
      }
    }
    if !answer.isEmpty {
      turns.append(Turn(prompt: question.joined(separator: separator), answer: answer.joined(separator: separator)))
    } else if !question.isEmpty {
      isTrimmed = true
    }
    guard !turns.isEmpty else { throw Refusal("it has no question with an answer") }
    self.init(system: system.joined(separator: separator), turns: turns, isTrimmed: isTrimmed)
  }

  private static let sides: [String: Side] = [
    "system": .system, "developer": .system, "user": .user, "human": .user, "prompter": .user,
    "assistant": .assistant, "gpt": .assistant, "chatgpt": .assistant, "bot": .assistant, "model": .assistant,
    "bard": .assistant, "bing": .assistant,
  ]

  private static func list(_ record: JSONValue, _ key: String) throws(Refusal) -> [JSONValue] {
    guard let list = record[key]?.arrayValue else { throw Refusal("\"\(key)\" is no list of messages") }
    return list
  }

  /// Text as it is, a number or truth value as it is written, and the text parts of a message made of parts.
  private static func text(_ value: JSONValue, _ key: String) throws(Refusal) -> String {
    switch value {
    case .string(let text):
      guard !text.utf8.contains(0) else { throw Refusal("\"\(key)\" holds a NUL character") }
      return text
    case .null: return ""
    case .bool, .integer, .number: return value.line()
    case .array(let parts):
      var texts: [String] = []
      for part in parts {
        guard part["type"]?.stringValue == "text", let text = part["text"]?.stringValue else {
          throw Refusal("\"\(key)\" is a list with more than text in it")
        }
        texts.append(text)
      }
      return texts.joined()
    case .object: throw Refusal("\"\(key)\" is an object, not a text")
    }
  }
}
