import Foundation
import Tables
import Testing

@Suite struct JSONRecordsTests {
  private func values(_ text: String) throws -> [(line: Int, text: String)] {
    try withFile(text.utf8, named: "x.json") { path in
      var found: [(Int, String)] = []
      try JSONRecords.forEach(path: path) { record in
        #expect(record.number == found.count + 1)
        found.append((record.line, record.value.line()))
      }
      return found
    }
  }

  @Test(arguments: [
    "[{\"a\":1},\n{\"b\":\"]}\\\\\\\"{\"} , [1,[2]] ]", "{\"a\":1}\n{\"b\":\"]}\\\\\\\"{\"}\n[1,[2]]",
    "\u{FEFF}\n[\n{\"a\" : 1},\n {\"b\":\"]}\\\\\\\"{\"},\n\n[1,\n[2]]\n]\n",
    "{\n \"a\": 1\n}\n{\"b\":\"]}\\\\\\\"{\"} [1,[2]]",
  ])
  func `an array, lines and values one after another give the same records`(text: String) throws {
    let found = try values(text)
    #expect(found.map(\.text) == ["{\"a\":1}", "{\"b\":\"]}\\\\\\\"{\"}", "[1,[2]]"])
  }

  @Test func `records longer than any buffer are whole`() throws {
    let long = String(repeating: "長い文。\\n", count: 40_000)
    let text = (0..<5).map { "{\"t\":\"\(long)\($0)\"}" }.joined(separator: "\n")
    let found = try values(text)
    #expect(found.count == 5 && found.map(\.line) == [1, 2, 3, 4, 5] && found[4].text.hasSuffix("4\"}"))
  }

  @Test(arguments: [
    ("", "the file is empty"), ("[{\"a\":1}", "its array is never closed"),
    ("{\"a\":1}\n{\"a\":", "record 2 (line 2)"), ("{\"a\":1}\n\n{\"a\" 1}\n", "record 2 (line 3): expected ':'"),
    ("[1,,2]", "record 2 (line 1)"), ("{\"a\":1}}", "record 2 (line 1)"), ("]", "record 1 (line 1)"),
  ])
  func `what is no JSON is refused with its place`(text: String, expected: String) throws {
    let error = #expect(throws: TableError.self) { try values(text) }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test func `no damaged byte can crash or stall the reader`() throws {
    var numbers = TestNumbers()
    let whole = try Array(Data(contentsOf: URL(filePath: fixture("records.json"))))
    let likely = Array("\"{}[],:\\n0e-".utf8) + [0, 0xFF, 0xE3, 0x0A]
    for _ in 0..<1000 {
      var bytes = whole
      for _ in 0...numbers.next(3) { bytes[numbers.next(bytes.count)] = likely[numbers.next(likely.count)] }
      try withFile(bytes, named: "x.json") { path in
        do { try JSONRecords.forEach(path: path) { _ in } } catch is TableError {}
      }
    }
  }
}
