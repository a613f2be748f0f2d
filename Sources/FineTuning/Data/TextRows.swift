/// One row of a data file as text: what is asked and what is to be learned.
public struct TextRow: Sendable, Hashable {
  /// The row's index in its file, from 0, the header not counted.
  public let row: Int
  public let prompt: String
  public let answer: String

  public init(row: Int, prompt: String, answer: String) {
    self.row = row
    self.prompt = prompt
    self.answer = answer
  }
}

/// The columns of a data file that say where a row's text is.
public struct TextColumns: Sendable {
  /// One or more, joined in this order.
  public var prompt: [String]
  /// Between the prompt columns.
  public var promptSeparator: String
  public var answer: String

  public init(prompt: [String], promptSeparator: String, answer: String) {
    self.prompt = prompt
    self.promptSeparator = promptSeparator
    self.answer = answer
  }
}

/// The rows of a data file that can be learned from.
public struct TextRows: Sendable {
  public let rows: [TextRow]
  /// Indices of the rows left out because they have no answer.
  public let rowsWithoutAnswer: [Int]

  /// Takes prompt and answer of every row from a table.
  ///
  /// - Parameters:
  ///   - source: the file's name, for messages.
  ///   - columns: the table's column names.
  ///   - rowCount: how many rows it has.
  ///   - selection: the columns to read.
  ///   - cell: the text at a row and a column index; `nil` where the file has no value.
  /// - Throws: `FineTuningError` when a column is missing or no row has an answer.
  public init(
    source: String, columns: [String], rowCount: Int, selection: TextColumns, cell: (Int, Int) -> String?
  ) throws(FineTuningError) {
    func index(_ name: String, _ key: String) throws(FineTuningError) -> Int {
      if let index = columns.firstIndex(of: name) { return index }
      let existing = columns.map { "\"\($0)\"" }.joined(separator: ", ")
      throw FineTuningError(
        "cannot read \(source): it has no column \"\(name)\", which dataset.\(key) names; its columns are \(existing)"
      )
    }
    guard !selection.prompt.isEmpty else {
      throw FineTuningError("cannot read \(source): dataset.prompt_column names no column; give at least one")
    }
    var prompts: [Int] = []
    for name in selection.prompt { prompts.append(try index(name, "prompt_column")) }
    let answers = try index(selection.answer, "answer_column")

    var rows: [TextRow] = []
    var rowsWithoutAnswer: [Int] = []
    rows.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      guard let answer = cell(row, answers), !answer.isEmpty else {
        rowsWithoutAnswer.append(row)
        continue
      }
      let prompt = prompts.map { cell(row, $0) ?? "" }.joined(separator: selection.promptSeparator)
      rows.append(TextRow(row: row, prompt: prompt, answer: answer))
    }
    guard !rows.isEmpty else {
      throw FineTuningError(
        rowCount == 0
          ? "cannot train on \(source): it has a header but no rows; add data"
          : "cannot train on \(source): none of its \(rowCount) rows has text in the column \"\(selection.answer)\"; "
            + "check dataset.answer_column")
    }
    self.rows = rows
    self.rowsWithoutAnswer = rowsWithoutAnswer
  }
}
