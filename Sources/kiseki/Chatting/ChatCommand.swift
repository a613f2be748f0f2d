import Spelling

/// A line of a chat: something to say to the model, or to the program.
enum ChatCommand: Equatable {
  case say(String)
  case base(Switch?)
  case reset
  /// `nil` to show it; empty to have none.
  case system(String?)
  /// `key=value` words; none to show all.
  case set([String])
  case history
  case save(String)
  case help
  case quit
  /// What is wrong with it.
  case mistake(String)

  enum Switch: String { case on, off }

  /// What a chat understands, in the order it is explained.
  static let explanations = [
    ("/base", "the untouched model's answer to the last prompt, beside the tuned one; /base on: to every prompt"),
    ("/reset", "forget what was said; the system text stays"),
    ("/system TEXT", "a system text in front of all; /system - for none, alone: show it"),
    ("/set KEY=VALUE", "other settings of 'prediction': /set do_sample=true temperature=0.7; alone: show them"),
    ("/history", "what was said so far"),
    ("/save FILE", "write it down, a JSON line a turn; 'generate --turns' reads it"),
    ("/help", "this help"), ("/quit", "end; Ctrl-D does too"),
    ("//...", "a prompt that begins with a slash"),
  ]

  private static let names = ["base", "reset", "system", "set", "history", "save", "help", "quit"]

  init(_ line: String) {
    guard line.hasPrefix("/") else {
      self = .say(line)
      return
    }
    if line.hasPrefix("//") {
      self = .say(String(line.dropFirst()))
      return
    }
    let parts = line.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
    let name = parts.first ?? ""
    let rest = (parts.count > 1 ? parts[1] : "").trimming
    switch (name, rest.isEmpty) {
    case ("base", true): self = .base(nil)
    case ("base", false):
      self =
        Switch(rawValue: rest).map { .base($0) }
        ?? .mistake("cannot understand /base \(rest): it is followed by on, off or nothing")
    case ("reset", true): self = .reset
    case ("system", _): self = .system(rest.isEmpty ? nil : rest == "-" ? "" : rest)
    case ("set", _): self = .set(rest.split(separator: " ").map(String.init))
    case ("history", true): self = .history
    case ("save", false): self = .save(rest)
    case ("save", true): self = .mistake("cannot save: name a file, as in /save talk.jsonl")
    case ("help", true): self = .help
    case ("quit", true), ("exit", true), ("bye", true): self = .quit
    default:
      let isKnown = Self.names.contains(name)
      let hint = isKnown ? nil : nearestName(to: name, among: Self.names)
      self = .mistake(
        isKnown
          ? "cannot understand /\(name) \(rest): /\(name) stands alone"
          : "cannot understand /\(name)\(hint.map { ": did you mean /\($0)?" } ?? ": there is no such command.") /help lists "
            + "what there is, and a prompt that begins with a slash is written with two")
    }
  }
}

extension String {
  fileprivate var trimming: String {
    let start = drop { $0.isWhitespace }
    return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
  }
}
