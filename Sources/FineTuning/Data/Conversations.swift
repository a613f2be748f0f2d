/// The conversations of a data file: which row continues which, and the system text each begins with.
///
/// Without a parent column every row is a conversation of its own. A row without an answer is no turn: what continues it
/// continues the row before it instead.
public struct Conversations: Sendable {
  /// By row of the file; `nil` for a row that is no turn.
  private let turns: [TextRow?]
  /// By row of the file, the turn in front of it; empty when no row continues another.
  private let previous: [Int?]
  /// By row of the file, the first row of its conversation; empty when no row continues another.
  private let firstRows: [Int]
  /// By row of the file; empty when there are no system texts.
  private let systems: [String]
  /// Rows that name a parent which is not in the file: they begin conversations.
  public let rowsWithUnknownParent: [Int]

  /// Conversations of one turn each.
  init(turns: [TextRow?], systems: [String]) {
    self.turns = turns
    self.systems = systems
    previous = []
    firstRows = []
    rowsWithUnknownParent = []
  }

  /// - Parameters:
  ///   - turns: by row of the file; `nil` for a row without an answer.
  ///   - ids: by row of the file, its own name; `nil` where it has none.
  ///   - parents: by row of the file, the name of the row it continues.
  ///   - source: the file's name, for messages.
  /// - Throws: `FineTuningError` naming rows for equal ids, a row that continues itself, and a cycle.
  init(
    turns: [TextRow?], systems: [String], ids: [String?], parents: [String?], source: String
  ) throws(FineTuningError) {
    self.turns = turns
    self.systems = systems
    let links = try ConversationLinks(ids: ids, parents: parents, source: source)
    rowsWithUnknownParent = links.rowsWithUnknownParent
    var previous = [Int?](repeating: nil, count: turns.count)
    var firstRows = Array(0..<turns.count)
    for row in links.order {
      guard let parent = links.parents[row] else { continue }
      previous[row] = turns[parent] == nil ? previous[parent] : parent
      firstRows[row] = firstRows[parent]
    }
    self.previous = previous
    self.firstRows = firstRows
  }

  /// The row of the turn in front of a row's.
  public func previousRow(of row: Int) -> Int? { previous.isEmpty ? nil : previous[row] }

  /// The first row of a row's conversation, which may be no turn.
  public func firstRow(of row: Int) -> Int { firstRows.isEmpty ? row : firstRows[row] }

  /// The turn of a row that has an answer.
  public func turn(_ row: Int) -> TextRow? { turns[row] }

  /// The system text of a row's conversation: its first row's; empty for none.
  public func system(of row: Int) -> String { systems.isEmpty ? "" : systems[firstRow(of: row)] }

  /// Whether there is a column of system texts.
  public var hasSystems: Bool { !systems.isEmpty }

  /// Whether any row continues another.
  public var hasChains: Bool { previous.contains { $0 != nil } }

  /// The rows among `rows` that no other of them continues, directly or through further rows.
  func leaves(of rows: [TextRow]) -> [TextRow] {
    let continued = Set(rows.compactMap { previousRow(of: $0.row) })
    return rows.filter { !continued.contains($0.row) }
  }

  /// What a person reads as the prompt of a row: the system text, the turns in front and the prompt itself, each on a
  /// line of its own.
  public func promptText(of row: TextRow) -> String {
    var pieces: [String] = []
    var next = previousRow(of: row.row)
    while let number = next, let turn = turns[number] {
      pieces += [turn.answer, turn.prompt]
      next = previousRow(of: number)
    }
    let system = system(of: row.row)
    return ((system.isEmpty ? [] : [system]) + pieces.reversed() + [row.prompt]).joined(separator: "\n")
  }
}
