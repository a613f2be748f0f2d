import FineTuning
import Testing

@Suite struct TextRowsTests {
  private let columns = ["id", "system", "instruction", "output"]

  private func rows(
    _ cells: [[String?]], prompt: [String] = ["instruction"], separator: String = "\n\n",
    answer: String = "output"
  ) throws -> TextRows {
    try TextRows(
      source: "train.csv", columns: columns, rowCount: cells.count,
      selection: TextColumns(prompt: prompt, promptSeparator: separator, answer: answer)
    ) { cells[$0][$1] }
  }

  @Test func `prompt columns are joined in order with the separator`() throws {
    let result = try rows([["1", "s", "i", "o"], ["2", nil, "j", "p"]], prompt: ["system", "instruction"])
    #expect(
      result.rows == [
        TextRow(row: 0, prompt: "s\n\ni", answer: "o"), TextRow(row: 1, prompt: "\n\nj", answer: "p"),
      ])
    #expect(
      try rows([["1", "s", "i", "o"]], prompt: ["instruction", "id"], separator: "  ").rows[0].prompt
        == "i  1")
  }

  @Test func `rows without an answer are left out, and their indices kept`() throws {
    let result = try rows([
      ["1", "", "a", ""], ["2", "", "b", "x"], ["3", "", "c", nil], ["4", "", nil, "NA"],
    ])
    #expect(
      result.rows == [TextRow(row: 1, prompt: "b", answer: "x"), TextRow(row: 3, prompt: "", answer: "NA")])
    #expect(result.rowsWithoutAnswer == [0, 2])
  }

  @Test func `a missing column is refused with those there are`() throws {
    #expect {
      try rows([["1", "", "a", "b"]], answer: "ouput")
    } throws: {
      "\($0)"
        == "cannot read train.csv: it has no column \"ouput\", which dataset.answer_column names; its columns are "
        + "\"id\", \"system\", \"instruction\", \"output\""
    }
    #expect {
      try rows([["1", "", "a", "b"]], prompt: ["instruction", "input"])
    } throws: {
      "\($0)".contains("no column \"input\", which dataset.prompt_column names")
    }
  }

  @Test func `a table with no row to learn from is refused`() throws {
    #expect {
      try rows([])
    } throws: {
      "\($0)".contains("no rows")
    }
    #expect {
      try rows([["1", "", "a", nil], ["2", "", "b", ""]])
    } throws: {
      "\($0)".contains("none of its 2 rows has text in the column \"output\"")
    }
  }
}
