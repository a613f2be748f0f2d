import FineTuning
import Foundation
import Tables
import Testing

@Suite struct ConversionTests {
  private func converted(_ lines: [String]) throws -> (plan: DataConversion.Plan, rows: [[String]]) {
    let records = try lines.map { try JSONValue(parsing: Data($0.utf8)) }
    let layout = try #require(SourceLayout(of: records[0]))
    var conversion = DataConversion(layout: layout, separator: "\n\n")
    for (number, record) in records.enumerated() { conversion.note(record, number: number + 1) }
    let rows = records.enumerated().flatMap { conversion.rows($1, number: $0 + 1) }
    #expect(rows.count == conversion.plan.rowCount && rows.allSatisfy { $0.count == conversion.plan.columns.count })
    return (conversion.plan, rows)
  }

  @Test(arguments: [
    // databricks-dolly-15k-ja and alpaca-ja, databricks-dolly-15k, question and answer, prompt and completion
    (#"{"index":"0","category":"qa","instruction":"問い","input":"文","output":"答え"}"#, "問い\n\n文", "答え"),
    (#"{"instruction":"問い","input":"","output":"答え"}"#, "問い", "答え"),
    (#"{"instruction":"q","context":"c","response":"a","category":"x"}"#, "q\n\nc", "a"),
    (#"{"question":"q","answer":42}"#, "q", "42"),
    (#"{"prompt":"p","completion":"c"}"#, "p", "c"),
    (#"{"instruction":"問い","input":null,"output":" "}"#, "問い", " "),
  ])
  func `layouts of columns are known by their keys`(_ record: String, _ prompt: String, _ answer: String) throws {
    let (plan, rows) = try converted([record])
    #expect(plan.columns == ["instruction", "output"])
    #expect(rows == [[prompt, answer]])
  }

  @Test func `conversations become rows that continue each other`() throws {
    let (plan, rows) = try converted([
      #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"p1"},{"role":"assistant","content":"a1"},{"role":"user","content":"p2"},{"role":"assistant","content":"a2"},{"role":"user","content":"open"}]}"#,
      #"{"messages":[{"role":"user","content":[{"type":"text","text":"p"},{"type":"text","text":"q"}]},{"role":"assistant","content":"a"}]}"#,
    ])
    #expect(plan.columns == ["id", "parent_id", "system", "instruction", "output"])
    #expect(
      rows == [["1.1", "", "s", "p1", "a1"], ["1.2", "1.1", "", "p2", "a2"], ["2.1", "", "", "pq", "a"]])
    #expect((plan.recordCount, plan.rowCount, plan.trimmedCount) == (2, 3, 1))
    // What is written is what training reads as the same conversations.
    var selection = TextColumns(prompt: ["instruction"], promptSeparator: "", answer: "output")
    (selection.system, selection.parentID) = ("system", "parent_id")
    let text = try TextRows(source: "x", columns: plan.columns, rowCount: 3, selection: selection) {
      rows[$0][$1].isEmpty ? nil : rows[$0][$1]
    }
    #expect(text.conversations.promptText(of: text.rows[1]) == "s\np1\na1\np2")
  }

  @Test func `ShareGPT conversations of one turn need no ids`() throws {
    let (plan, rows) = try converted([
      #"{"id":"x","conversations":[{"from":"human","value":"p"},{"from":"gpt","value":"a"}]}"#,
      #"{"conversations":[{"from":"gpt","value":"hello"},{"from":"human","value":"p"},{"from":"human","value":"more"},{"from":"gpt","value":"a"}]}"#,
    ])
    #expect(plan.columns == ["instruction", "output"] && plan.trimmedCount == 1)
    #expect(rows == [["p", "a"], ["p\n\nmore", "a"]])
  }

  @Test func `records with nothing to learn are left out and counted by reason`() throws {
    let (plan, rows) = try converted([
      #"{"messages":[{"role":"user","content":"p"},{"role":"assistant","content":"a"}]}"#,
      #"{"messages":[{"role":"user","content":"p"}]}"#, #"{"messages":[]}"#, #"{"other":1}"#,
      #"{"messages":[{"role":"user","content":"p"},{"role":"tool","content":"t"}]}"#,
      #"{"messages":[{"role":"user","content":{"x":1}}]}"#,
      #"{"messages":[{"role":"user","content":[{"type":"image"}]}]}"#,
      #"{"messages":[{"role":"user","content":"x\u0000"},{"role":"assistant","content":"a"}]}"#,
    ])
    #expect(rows == [["p", "a"]])
    #expect(plan.leftOut.map(\.first) == [2, 4, 5, 6, 7, 8] && plan.leftOut[0].count == 2)
    #expect(plan.leftOut.map(\.count).reduce(0, +) == 7)
  }

  @Test func `a layout that is not known is not guessed`() throws {
    for record in [#"{"text":"x"}"#, #"{"instruction":"x"}"#, "{}", "[1]", #"{"messages":[1]}"#] {
      #expect(SourceLayout(of: try JSONValue(parsing: Data(record.utf8))) == nil, "\(record)")
    }
  }
}
