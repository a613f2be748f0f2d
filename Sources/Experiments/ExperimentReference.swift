/// `name@2`, or `name` for the newest version.
public struct ExperimentReference: Hashable, Sendable, CustomStringConvertible {
  public let name: ExperimentName
  /// Counted from 1; `nil` means the newest.
  public let version: Int?

  public init(name: ExperimentName, version: Int? = nil) {
    self.name = name
    self.version = version
  }

  /// - Throws: `ExperimentsError` when the name or the number after `@` cannot be one.
  public init(parsing text: String) throws {
    guard let at = text.lastIndex(of: "@") else {
      self.init(name: try ExperimentName(text))
      return
    }
    let number = text[text.index(after: at)...]
    guard let version = Int(number), version >= 1, number.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw ExperimentsError(
        .invalidName,
        "cannot read \(quoted(text)): after '@' comes the number of a version, 1 or more, as in '\(text[..<at])@1'."
      )
    }
    self.init(name: try ExperimentName(String(text[..<at])), version: version)
  }

  public var description: String { version.map { "\(name)@\($0)" } ?? name.text }
}

/// The candidate most like `text`, when it is like enough to be what was meant.
func nearest(to text: String, among candidates: [String]) -> String? {
  let ranked = candidates.map { ($0, editDistance(text, $0)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
  guard let (name, distance) = ranked, distance <= max(2, text.count / 3) else { return nil }
  return name
}

/// Levenshtein's distance.
private func editDistance(_ left: String, _ right: String) -> Int {
  let right = Array(right)
  var row = Array(0...right.count)
  for (i, character) in left.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for j in right.indices {
      let substituted = diagonal + (character == right[j] ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
    }
  }
  return row[right.count]
}
