internal import Foundation
internal import Tables

/// Takes this machine's directories out of text that will be committed.
struct PathScrubber {
  private let replacements: [(directory: String, short: String)]

  /// - Parameter places: directories that have names of their own in what is committed.
  init(workspaceRoot: String, places: [(directory: String, short: String)] = []) {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    // The longest first: one may be inside of another.
    replacements = (places + [(workspaceRoot, "."), (home, "~")]).filter { $0.0.hasPrefix("/") && $0.0.count > 1 }
      .sorted { $0.0.utf8.count > $1.0.utf8.count }
  }

  func clean(_ text: String) -> String {
    replacements.reduce(text) { text, replacement in
      guard text.contains(replacement.directory) else { return text }
      var result = ""
      var rest = text[...]
      while let range = rest.range(of: replacement.directory) {
        result += rest[..<range.lowerBound]
        let isWhole = range.upperBound == rest.endIndex || !isNameCharacter(rest[range.upperBound])
        result += isWhole ? replacement.short : replacement.directory
        rest = rest[range.upperBound...]
      }
      return result + rest
    }
  }

  func clean(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(clean(text))
    case .array(let values): .array(values.map(clean))
    case .object(let members): .object(members.map { JSONMember($0.key, clean($0.value)) })
    default: value
    }
  }

  private func isNameCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "-" || character == "_" || character == "."
  }
}
