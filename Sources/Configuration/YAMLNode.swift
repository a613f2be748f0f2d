/// A place in a YAML text, counted from 1.
struct YAMLMark: Equatable, Sendable {
  var line: Int
  var column: Int
}

/// One value of a parsed YAML text with the place it was written at.
struct YAMLNode {
  enum Content {
    /// `isPlain`: written without quotes, so that `8` is a number and `true` a truth value.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  var content: Content
  /// Absent for values that were not written in a text.
  var mark: YAMLMark?

  /// What an error message calls this value.
  var spelling: String {
    switch content {
    case .scalar(let text, let isPlain):
      if isPlain { return text.isEmpty ? "nothing" : shortened(text) }
      return "the text " + doubleQuoted(shortened(text))
    case .sequence(let items): return "a list of \(items.count)"
    case .mapping(let entries): return "a mapping of \(entries.count) keys"
    }
  }

  private func shortened(_ text: String) -> String {
    text.count <= 60 ? text : text.prefix(57) + "..."
  }
}

struct YAMLEntry {
  var key: YAMLNode
  var value: YAMLNode
}

/// What an untrusted configuration may ask of the reader.
enum YAMLLimits {
  /// The parser needs up to 350 bytes of memory for each byte of a malicious file.
  static let fileBytes = 262_144
  static let depth = 32
  /// Counted with every alias written out, so that nested aliases cannot blow up.
  static let nodes = 100_000
}

/// Why a text is not the YAML we read, and where.
struct YAMLProblem: Error {
  var message: String
  var mark: YAMLMark?
}
