public import Tables

/// How a public data set puts question and answer into its records.
public enum SourceLayout: Sendable, Hashable {
  /// A list of `{"role": ..., "content": ...}`, as OpenAI writes conversations.
  case messages(key: String)
  /// A list of `{"from": ..., "value": ...}`, as ShareGPT's copies have them.
  case shareGPT(key: String)
  /// Columns: those of the prompt in order, the answer's, and perhaps one with a system text.
  case columns(prompt: [String], answer: String, system: String?)

  /// The layout that a record's keys show, `nil` for none that is known.
  public init?(of record: JSONValue) {
    func has(_ key: String) -> Bool { record[key] != nil }
    for key in ["messages", "conversations", "conversation"] {
      guard let list = record[key]?.arrayValue, let first = list.first else { continue }
      if first["role"] != nil, first["content"] != nil {
        self = .messages(key: key)
        return
      }
      if first["from"] != nil, first["value"] != nil {
        self = .shareGPT(key: key)
        return
      }
    }
    let system = ["system", "system_prompt", "system_message"].first(where: has)
    // In the order in which one would read them: the instruction first, what it is about behind it.
    let known: [(prompt: [String], answer: String)] = [
      (["instruction", "input"], "output"), (["instruction", "context"], "response"),
      (["instruction", "input"], "response"),
      (["instruction", "context"], "output"), (["instruction", "input"], "answer"),
      (["instruction"], "output"), (["instruction"], "response"), (["instruction"], "answer"),
      (["question", "context"], "answer"), (["question"], "answer"), (["question"], "response"),
      (["prompt"], "completion"),
      (["prompt"], "response"), (["prompt"], "answer"), (["prompt"], "output"), (["input"], "output"),
      (["input"], "target"), (["query"], "response"), (["q"], "a"),
    ]
    guard let match = known.first(where: { $0.prompt.allSatisfy(has) && has($0.answer) }) else { return nil }
    self = .columns(prompt: match.prompt, answer: match.answer, system: system)
  }

  /// What a person calls it.
  public var name: String {
    switch self {
    case .messages(let key): "messages in \"\(key)\""
    case .shareGPT(let key): "ShareGPT conversations in \"\(key)\""
    case .columns(let prompt, let answer, let system):
      "columns " + prompt.map { "\"\($0)\"" }.joined(separator: " + ") + " -> \"\(answer)\""
        + (system.map { ", system text \"\($0)\"" } ?? "")
    }
  }
}
