import Foundation

/// Numbers that are equal exactly when texts are, across files: what duplicates and leaks are found by.
///
/// A row in a conversation is the same as another only when all in front of it is too.
struct RowIdentities {
  /// How texts are compared.
  enum Comparison {
    case exact
    /// Letter case, width and kind of white space do not count: NFKC, lower case, runs of white space as one space.
    case normalised
  }

  struct Identity {
    /// Of everything in front of the answer.
    var prompt: Int
    /// With the answer.
    var sample: Int
  }

  private let comparison: Comparison
  private var numbers: [[UInt8]: Int] = [:]

  init(_ comparison: Comparison) { self.comparison = comparison }

  /// By sample of `rows`.
  mutating func identities(of rows: InspectedRows) -> [Identity] {
    var known: [Int: Identity] = [:]
    return rows.rows.map { row in
      var path: [TextRow] = []
      var next: TextRow? = row
      while let turn = next, known[turn.row] == nil {
        path.append(turn)
        next = rows.conversations.previousRow(of: turn.row).flatMap(rows.conversations.turn)
      }
      var identity = next.flatMap { known[$0.row] }
      for turn in path.reversed() {
        let front = identity.map { "\($0.sample)" } ?? "-" + text(rows.conversations.system(of: turn.row))
        let prompt = number([front, text(turn.prompt)])
        identity = Identity(prompt: prompt, sample: number(["\(prompt)", text(turn.answer)]))
        known[turn.row] = identity
      }
      return identity ?? Identity(prompt: -1, sample: -1)
    }
  }

  private mutating func number(_ parts: [String]) -> Int {
    // NUL is in no text, so it keeps the parts apart.
    let key = Array(parts.joined(separator: "\0").utf8)
    if let number = numbers[key] { return number }
    numbers[key] = numbers.count
    return numbers.count - 1
  }

  private func text(_ text: String) -> String {
    switch comparison {
    case .exact: text
    case .normalised:
      text.precomposedStringWithCompatibilityMapping.lowercased().split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
    }
  }
}
