import Reports
import Testing

@Test func `a word agrees with the count beside it`() {
  let label = Label("{rows} {rows:row loses|rows lose} {tokens} {tokens:token|tokens}", "{rows} 行で {tokens} トークン")
  #expect(label.filled(.english, ["rows": "1", "tokens": "1,000"]) == "1 row loses 1,000 tokens")
  #expect(label.filled(.english, ["rows": "21", "tokens": "1"]) == "21 rows lose 1 token")
  #expect(label.filled(.english, ["rows": "0", "tokens": "11"]) == "0 rows lose 11 tokens")
  #expect(label.filled(.japanese, ["rows": "1", "tokens": "2"]) == "1 行で 2 トークン")
}
