import Foundation
import Tables
import Testing

@Suite struct JSONRowsTests {
  @Test(arguments: ["records.json", "records.jsonl"])
  func `rows of another writer are read cell by cell`(name: String) throws {
    let expected = try JSONValue(parsing: Data(contentsOf: URL(filePath: fixture("records-expected.json"))))
    let table = try Table.read(path: fixture(name))
    #expect(table.columns == expected["columns"]?.arrayValue?.map { $0.stringValue })
    let rows = try #require(expected["rows"]?.arrayValue).map { try #require($0.arrayValue).map(\.stringValue) }
    #expect(table.rows == rows)
  }

  @Test func `a number keeps the digits it is written with`() throws {
    let table = try table(
      #"[{"a": 1.0, "b": -0, "c": 1E5}, {"a": 0.10, "b": 9007199254740993, "c": 1e999}]"#, named: "x.json")
    #expect(table.rows == [["1.0", "-0", "1E5"], ["0.10", "9007199254740993", "1e999"]])
  }

  @Test(arguments: [
    // name, text, what the message must hold
    ("x.json", "", "the file is empty"),
    ("x.jsonl", " \n\n", "the file is empty"),
    ("x.json", "[]", "it holds no rows"),
    ("x.json", "[{}]", "its rows have no keys"),
    ("x.json", "{\"a\":1}\n{\"a\":2}\n", "does not begin with '['"),
    ("x.jsonl", "[{\"a\":1}]", "call it .json"),
    ("x.jsonl", "a,b\n1,2\n", "does not begin with '{'"),
    ("x.json", "[{\"a\":1},\n\n3]", "row 2 (line 3): a row must be an object"),
    ("x.json", "[{\"a\":1},\n{\"b\":1, \"a\":[1]}]", "row 2 (line 2), column \"a\": a list stands where"),
    ("x.jsonl", "{\"a\":1}\n\n{\"a\":{}}\n", "row 2 (line 3), column \"a\": an object stands where"),
    ("x.jsonl", "{\"a\":1,\"a\":2}", "row 1 (line 1), column \"a\": the key appears twice"),
    ("x.jsonl", "{\"a\":\"x\\u0000\"}", "row 1 (line 1), column \"a\": a text holds a NUL"),
    ("x.jsonl", "{\"a\":\"\\ud800\"}", "row 1 (line 1), column \"a\": half of a surrogate pair"),
    ("x.jsonl", "{\"a\":1}\n{\"a\":\"x", "row 2 (line 2), column \"a\": a string is never closed"),
    ("x.jsonl", "{\"a\":1} {\"a\":2}", "row 1 (line 1): expected the end"),
    ("x.jsonl", "{\"a\":NaN}", "row 1 (line 1), column \"a\": expected a value"),
    ("x.json", "[{\"a\":1}", "row 1 (line 1): expected ']'"),
    ("x.json", "[{\"a\":1},]", "row 2 (line 1): a row must be an object"),
    ("x.json", "[{\"a\":1}] x", "expected the end"),
  ])
  func `a file that breaks a rule is refused with its place`(name: String, text: String, expected: String) throws {
    let message = try #require(try refusal(of: text.utf8, named: name))
    #expect(message.contains(expected) && message.contains(name), "\(message)")
  }

  @Test func `invalid UTF-8 is refused with row and column`() throws {
    for name in ["x.json", "x.jsonl"] {
      let text = Array((name == "x.json" ? "[" : "").utf8) + Array("{\"a\":\"".utf8) + [0x93, 0xFA] + Array("\"}".utf8)
      let message = try #require(try refusal(of: text, named: name))
      #expect(message.contains("row 1 (line 1), column \"a\": a string is not valid UTF-8"), "\(message)")
    }
    #expect(try refusal(of: [0xFF, 0xFE, 0x7B, 0], named: "x.jsonl")?.contains("UTF-16") == true)
  }

  @Test func `rows that share no keys cannot take memory by the square`() throws {
    let text = (0..<3000).map { "{\"k\($0)\":1}" }.joined(separator: "\n")
    #expect(try refusal(of: text.utf8, named: "x.jsonl")?.contains("3000 rows have 3000 different keys") == true)
    #expect(try table("{\"a\":1}\n{\"b\":1}\n", named: "x.jsonl").rows == [["1", nil], [nil, "1"]])
  }

  @Test func `no damaged byte can crash the reader`() throws {
    var numbers = TestNumbers()
    for name in ["records.json", "records.jsonl"] {
      let whole = try Array(Data(contentsOf: URL(filePath: fixture(name))))
      let likely = Array("\"{}[],:\\n0e-".utf8) + [0, 0xFF, 0xE3, 0x0A]
      var accepted = 0
      for _ in 0..<1500 {
        var bytes = whole
        for _ in 0...numbers.next(3) {
          bytes[numbers.next(bytes.count)] =
            numbers.next(2) == 0 ? likely[numbers.next(likely.count)] : UInt8(numbers.next(256))
        }
        if numbers.next(4) == 0 { bytes.removeLast(numbers.next(bytes.count)) }
        if try refusal(of: bytes, named: name) == nil { accepted += 1 }
      }
      #expect(accepted > 0 && accepted < 1500, "\(accepted)")
    }
  }
}
