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
  private var numbers: [ExactBytes: Int] = [:]

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
        let front =
          identity.map { Array(String($0.sample).utf8) }
          ?? [UInt8(ascii: "-")] + text(rows.conversations.system(of: turn.row))
        // NUL is in no text, so it keeps the parts apart.
        let prompt = number(front + [0] + text(turn.prompt))
        identity = Identity(prompt: prompt, sample: number(Array(String(prompt).utf8) + [0] + text(turn.answer)))
        known[turn.row] = identity
      }
      return identity ?? Identity(prompt: -1, sample: -1)
    }
  }

  private mutating func number(_ bytes: [UInt8]) -> Int {
    let key = ExactBytes(bytes)
    if let number = numbers[key] { return number }
    numbers[key] = numbers.count
    return numbers.count - 1
  }

  private func text(_ text: String) -> [UInt8] {
    guard comparison == .normalised else { return Array(text.utf8) }
    var result: [UInt8] = []
    var isAfterSpace = true
    for scalar in text.precomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
      // Asking for the property of a letter or an ideograph takes longer than all the rest.
      let isSpace = scalar.value <= 0x20 || (scalar.value < 0x3041 && scalar.properties.isWhitespace)
      if isSpace, isAfterSpace { continue }
      isAfterSpace = isSpace
      if isSpace { result.append(UInt8(ascii: " ")) } else { result += UTF8.encode(scalar) ?? UTF8.EncodedScalar() }
    }
    if result.last == UInt8(ascii: " ") { result.removeLast() }
    return result
  }
}
