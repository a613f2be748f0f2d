import Foundation
import Tables
import Testing

@Suite struct JSONLinesTests {
  private func lines(_ text: String) throws -> JSONLines {
    try withFile(text.utf8, named: "metrics.jsonl") { try JSONLines.read(path: $0) }
  }

  @Test func `every line is a value and blank lines are none`() throws {
    let read = try lines("{\"step\":1}\n\n[1,2]\r\n\"x\"\n3\n")
    #expect(read.values == [.object([JSONMember("step", 1)]), [1, 2], "x", 3])
    #expect(!read.tornTail)
    #expect(read.intactByteCount == 25)
  }

  @Test func `wherever the last line is cut the lines before it are kept`() throws {
    let first = "{\"step\":1,\"損失\":2.5}\n"
    let second = "{\"step\":2,\"損失\":[1.25,\"é\"]}"
    let whole = Array((first + second).utf8)
    for count in first.utf8.count + 1..<whole.count {
      let read = try withFile(whole[..<count]) { try JSONLines.read(path: $0) }
      #expect(read.values.count == 1, "cut to \(count) bytes")
      #expect(read.tornTail)
      #expect(read.intactByteCount == first.utf8.count)
    }
    let complete = try lines(first + second)
    #expect(complete.values.count == 2)
    #expect(!complete.tornTail)
    #expect(complete.intactByteCount == whole.count)
  }

  @Test func `a number without line end may lack digits`() throws {
    let read = try lines("1\n12")
    #expect(read.values == [1])
    #expect(read.tornTail)
  }

  @Test func `zero bytes after a power failure are a torn tail`() throws {
    let read = try lines("{}\n" + String(repeating: "\u{0}", count: 100))
    #expect(read.values == [.object([])])
    #expect(read.tornTail)
    #expect(read.intactByteCount == 3)
  }

  @Test func `a bad line that is followed by others is an error with its number`() throws {
    let error = #expect(throws: TableError.self) { try lines("{}\n{\"a\":}\n{}\n") }
    #expect(error?.description.contains("metrics.jsonl: line 2, byte 6: expected a value") == true)
    #expect(throws: TableError.self) { try lines("{}\n{\n") }
    #expect(throws: TableError.self) { try lines("{} {}\n") }
  }

  @Test func `an empty file has no values`() throws {
    let read = try lines("")
    #expect(read.values == [])
    #expect(!read.tornTail)
    #expect(read.intactByteCount == 0)
  }

  @Test func `a missing file is an error`() {
    #expect(throws: TableError.self) { try JSONLines.read(path: "/no/such/metrics.jsonl") }
  }
}
