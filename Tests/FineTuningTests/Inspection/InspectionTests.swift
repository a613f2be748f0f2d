import FineTuning
import Foundation
import Tables
import Testing
import Tokenization

@Suite struct InspectionTests {
  private func inspected(_ role: String, _ cells: [[String?]], parents: Bool = false) throws -> InspectedRows {
    var selection = TextColumns(prompt: ["p"], promptSeparator: "", answer: "a")
    if parents { (selection.parentID, selection.id) = ("parent", "id") }
    let text = try TextRows(
      source: role, columns: ["p", "a", "id", "parent"], rowCount: cells.count, selection: selection
    ) { $1 < cells[$0].count ? cells[$0][$1] : nil }
    return InspectedRows(role: role, source: role, rows: text.rows, conversations: text.conversations)
  }

  @Test func `equal rows, nearly equal rows and other answers are told apart`() throws {
    let rows = try inspected(
      "train",
      [
        ["Save  it", "保存"], ["save it", "保存"], ["Save  it", "保存"], ["ＳＡＶＥ\tit ", "保存"], ["Save  it", "中止"],
        ["other", "x"], ["other", nil],
      ])
    let duplicates = DuplicateRows(rows)
    #expect((duplicates.exact.groupCount, duplicates.exact.extraRowCount) == (1, 1))
    #expect(duplicates.exact.examples == [[0, 2]])
    #expect((duplicates.normalised.groupCount, duplicates.normalised.extraRowCount) == (1, 3))
    #expect(duplicates.normalised.examples == [[0, 1, 2, 3]])
    #expect(duplicates.samePrompt.examples == [[0, 2, 4]])
    #expect(rows.rowsWithoutPrompt.isEmpty)
    #expect(try inspected("x", [["", "a"], [" \n", "b"], ["c", "d"]]).rowsWithoutPrompt == [0, 1])
  }

  @Test func `composed and decomposed letters are other texts exactly and the same roughly`() throws {
    let duplicates = DuplicateRows(try inspected("train", [["\u{304C}", "x"], ["\u{304B}\u{3099}", "x"]]))
    #expect(duplicates.exact.groupCount == 0 && duplicates.normalised.groupCount == 1)
  }

  @Test func `turns are the same only after the same turns`() throws {
    let rows = try inspected(
      "train",
      [
        ["hello", "hi", "a", nil], ["yes", "ok", "b", "a"], ["bye", "later", "c", nil], ["yes", "ok", "d", "c"],
        ["hello", "hi", "e", nil], ["yes", "ok", "f", "e"],
      ], parents: true)
    #expect(DuplicateRows(rows).exact.examples == [[0, 4], [1, 5]])
  }

  @Test func `rows to measure on that are trained on are found`() throws {
    let training = try inspected("train", [["a", "x"], ["B c", "y"], ["d", "z"]])
    let shared = SharedRows(
      try inspected("validation", [["b  C", "Y"], ["d", "other"], ["new", "x"], ["a", "x"], ["d", nil]]), with: training
    )
    #expect(shared.exact.map(\.row) == [3] && shared.exact.map(\.trainingRow) == [0])
    #expect(shared.normalised.map(\.row) == [0] && shared.normalised.map(\.trainingRow) == [1])
    #expect(shared.prompt.map(\.row) == [1] && shared.prompt.map(\.trainingRow) == [2])
  }

  @Test func `characters the tokenizer cannot express are counted with their rows`() throws {
    let rows = try inspected("train", [["Save", "保存 鸞鸞"], ["ａ\n鸞", "🎉"]])
    // The one model spells what it does not know in bytes, the other has an unknown piece and folds width.
    for (name, fate) in [("plain", InexpressibleCharacters.Fate.bytes), ("folding", .unknown)] {
      let tokenizer = try SentencePieceTokenizer(
        modelPath: testFixtures.appending(path: "Tokenization/\(name).model").path)
      let found = try InexpressibleCharacters(rows, tokenizer: tokenizer)
      #expect(found.characterCount == 13)
      let first = try #require(found.characters.first)
      #expect((first.character, first.count, first.firstRow) == ("鸞", 3, 0), "\(name)")
      #expect(first.fate == fate, "\(name)")
      #expect(found.characters.contains { $0.character == "🎉" && $0.fate == fate && $0.firstRow == 1 }, "\(name)")
      #expect(!found.characters.contains { $0.character == "S" || $0.character == "保" }, "\(name)")
      if name == "folding" { #expect(found.characters.contains { $0.character == "ａ" && $0.fate == .changed }) }
    }
  }

  @Test func `a column says how much of it is filled`() throws {
    let path = NSTemporaryDirectory() + "kiseki-\(UUID().uuidString).csv"
    try Data("a,b\nxx,\nxx,\nyyyy,1\n".utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let table = try Table.read(path: path)
    let (a, b) = (ColumnSummary(table, column: 0), ColumnSummary(table, column: 1))
    #expect((a.filledCount, a.distinctCount, a.lengths?.maximum, a.example) == (3, 2, 4, "xx"))
    #expect((b.filledCount, b.distinctCount, b.lengths?.median, b.example) == (1, 1, 1, "1"))
  }
}
