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
  /// `nil`: there are no system texts.
  public var system: String?
  /// The row that a row continues, by its id; `nil`: every row stands alone.
  public var parentID: String?
  /// `nil`: the column `id`, as in H2O LLM Studio.
  public var id: String?
  /// Only rows that no other row continues are samples.
  public var limitsToWholeConversations = false

  public init(prompt: [String], promptSeparator: String, answer: String) {
    self.prompt = prompt
    self.promptSeparator = promptSeparator
    self.answer = answer
  }
}

/// The rows of a data file that can be learned from.
public struct TextRows: Sendable {
  /// The rows that are samples.
  public let rows: [TextRow]
  /// Indices of the rows left out because they have no answer.
  public let rowsWithoutAnswer: [Int]
  /// What stands in front of the rows.
  public let conversations: Conversations

  /// What rows are for, as a message says it.
  public enum Use: String, Sendable {
    case training = "train on"
    case evaluation = "evaluate on"
  }

  /// Takes prompt and answer of every row from a table.
  ///
  /// - Parameters:
  ///   - source: the file's name, for messages.
  ///   - columns: the table's column names.
  ///   - rowCount: how many rows it has.
  ///   - selection: the columns to read.
  ///   - use: what the rows are for, for messages.
  ///   - cell: the text at a row and a column index; `nil` where the file has no value.
  /// - Throws: `FineTuningError` when a column is missing, no row has an answer, or conversations do not fit together.
  public init(
    source: String, columns: [String], rowCount: Int, selection: TextColumns, use: Use = .training,
    cell: (Int, Int) -> String?
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

    var turns: [TextRow?] = []
    var rowsWithoutAnswer: [Int] = []
    turns.reserveCapacity(rowCount)
    for row in 0..<rowCount {
      guard let answer = cell(row, answers), !answer.isEmpty else {
        rowsWithoutAnswer.append(row)
        turns.append(nil)
        continue
      }
      let prompt = prompts.map { cell(row, $0) ?? "" }.joined(separator: selection.promptSeparator)
      turns.append(TextRow(row: row, prompt: prompt, answer: answer))
    }
    guard rowsWithoutAnswer.count < rowCount else {
      throw FineTuningError(
        rowCount == 0
          ? "cannot \(use.rawValue) \(source): it has a header but no rows; add data"
          : "cannot \(use.rawValue) \(source): none of its \(rowCount) row\(rowCount == 1 ? "" : "s") has text in the column \"\(selection.answer)\"; "
            + "check dataset.answer_column")
    }
    let system = try selection.system.map { name throws(FineTuningError) in try index(name, "system_column") }
    let systems = system.map { column in (0..<rowCount).map { cell($0, column) ?? "" } } ?? []
    if let name = selection.parentID {
      let parent = try index(name, "parent_id_column")
      let id: Int
      if let name = selection.id {
        id = try index(name, "id_column")
      } else if let column = columns.firstIndex(of: "id") {
        id = column
      } else {
        throw FineTuningError(
          "cannot read \(source): dataset.parent_id_column names rows by their ids, and there is no column \"id\"; name "
            + "the column that holds them with dataset.id_column")
      }
      conversations = try Conversations(
        turns: turns, systems: systems, ids: (0..<rowCount).map { cell($0, id) },
        parents: (0..<rowCount).map { cell($0, parent) }, source: source)
    } else {
      conversations = Conversations(turns: turns, systems: systems)
    }
    let rows = turns.compactMap { $0 }
    self.rows = selection.limitsToWholeConversations ? conversations.leaves(of: rows) : rows
    self.rowsWithoutAnswer = rowsWithoutAnswer
  }
}
