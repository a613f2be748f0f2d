public import Tables

/// The rows of one side of the data, as training or an evaluation would take them.
public struct InspectedRows: Sendable {
  /// `train`, `validation` or `test`.
  public let role: String
  /// The file's name, for messages.
  public let source: String
  public let rows: [TextRow]
  public let conversations: Conversations

  public init(role: String, source: String, rows: [TextRow], conversations: Conversations) {
    self.role = role
    self.source = source
    self.rows = rows
    self.conversations = conversations
  }

  /// Rows with an answer and nothing to answer.
  public var rowsWithoutPrompt: [Int] {
    rows.filter { $0.prompt.allSatisfy(\.isWhitespace) }.map(\.row)
  }
}

/// One column of a data file: how much of it is filled, and with texts of which length.
public struct ColumnSummary: Sendable, Hashable {
  public let name: String
  /// Cells with a value.
  public let filledCount: Int
  public let distinctCount: Int
  /// In code points, of the cells with a value; `nil` for an empty column.
  public let lengths: TokenLengthSummary?
  /// The first value.
  public let example: String?

  /// Looks at one column of a table.
  public init(_ table: Table, column: Int) {
    var distinct: Set<ExactBytes> = []
    var lengths: [Int32] = []
    var example: String?
    for row in 0..<table.rowCount {
      guard let cell = table[row, column] else { continue }
      example = example ?? cell
      distinct.insert(ExactBytes(cell))
      lengths.append(Int32(clamping: cell.unicodeScalars.count))
    }
    name = table.columns[column]
    filledCount = lengths.count
    distinctCount = distinct.count
    self.lengths = TokenLengthSummary(lengths)
    self.example = example
  }
}
