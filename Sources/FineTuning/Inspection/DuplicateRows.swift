/// Rows that say the same as others of their side.
public struct DuplicateRows: Sendable, Hashable {
  /// Rows that share something, in groups.
  public struct Groups: Sendable, Hashable {
    /// Groups of two rows or more.
    public internal(set) var groupCount = 0
    /// Rows beyond the first of their group.
    public internal(set) var extraRowCount = 0
    /// The first groups, by row of the file.
    public internal(set) var examples: [[Int]] = []

    /// - Parameters:
    ///   - keys: by sample, what says which belong together.
    ///   - rows: by sample, its row in the file.
    init(_ keys: [Int], rows: [TextRow], where isWanted: ([Int]) -> Bool = { _ in true }) {
      var members: [Int: [Int]] = [:]
      for (sample, key) in keys.enumerated() { members[key, default: []].append(sample) }
      let groups = members.values.filter { $0.count > 1 && isWanted($0) }.sorted { $0[0] < $1[0] }
      groupCount = groups.count
      extraRowCount = groups.reduce(0) { $0 + $1.count - 1 }
      examples = groups.prefix(DuplicateRows.exampleCount).map { $0.map { rows[$0].row } }
    }
  }

  static let exampleCount = 5

  /// The same prompt and answer, byte for byte.
  public let exact: Groups
  /// The same but for letter case, width and white space, groups of exact ones not counted again.
  public let normalised: Groups
  /// The same prompt with different answers, byte for byte.
  public let samePrompt: Groups

  public init(_ rows: InspectedRows) {
    var exactly = RowIdentities(.exact)
    var roughly = RowIdentities(.normalised)
    let exact = exactly.identities(of: rows)
    let normalised = roughly.identities(of: rows)
    self.exact = Groups(exact.map(\.sample), rows: rows.rows)
    self.normalised = Groups(normalised.map(\.sample), rows: rows.rows) { members in
      Set(members.map { exact[$0].sample }).count > 1
    }
    samePrompt = Groups(exact.map(\.prompt), rows: rows.rows) { members in
      Set(members.map { exact[$0].sample }).count > 1
    }
  }
}

/// Rows for measuring that are also learned from, which makes scores say less.
public struct SharedRows: Sendable, Hashable {
  /// A row for measuring and the first row to learn from that says the same.
  public struct Pair: Sendable, Hashable {
    public let row: Int
    public let trainingRow: Int
  }

  /// `validation` or `test`.
  public let role: String
  /// Prompt and answer are the same, byte for byte.
  public private(set) var exact: [Pair] = []
  /// They are the same but for letter case, width and white space, and not exactly.
  public private(set) var normalised: [Pair] = []
  /// Only the prompt is the same, but for letter case, width and white space.
  public private(set) var prompt: [Pair] = []

  public init(_ rows: InspectedRows, with training: InspectedRows) {
    role = rows.role
    var exactly = RowIdentities(.exact)
    var roughly = RowIdentities(.normalised)
    let trainingExact = exactly.identities(of: training).map(\.sample)
    let trainingRough = roughly.identities(of: training)
    let first = Self.firstRows(trainingExact, training)
    let firstRough = Self.firstRows(trainingRough.map(\.sample), training)
    let firstPrompt = Self.firstRows(trainingRough.map(\.prompt), training)
    let identities = zip(exactly.identities(of: rows), roughly.identities(of: rows))
    for (row, (identity, rough)) in zip(rows.rows, identities) {
      if let other = first[identity.sample] {
        exact.append(Pair(row: row.row, trainingRow: other))
      } else if let other = firstRough[rough.sample] {
        normalised.append(Pair(row: row.row, trainingRow: other))
      } else if let other = firstPrompt[rough.prompt] {
        prompt.append(Pair(row: row.row, trainingRow: other))
      }
    }
  }

  private static func firstRows(_ keys: [Int], _ rows: InspectedRows) -> [Int: Int] {
    Dictionary(zip(keys, rows.rows.map(\.row)), uniquingKeysWith: { first, _ in first })
  }
}
