import Foundation
import Tables
import Testing

@Suite struct TableTests {
  @Test(arguments: ["minimal-crlf.csv", "quoted-lf.csv", "tabs.tsv", "bom-cr.csv"])
  func `files of another writer are read cell by cell`(name: String) throws {
    let expected = try JSONValue(parsing: Data(contentsOf: URL(filePath: fixture("expected.json"))))
    let table = try Table.read(path: fixture(name))
    #expect(table.columns == expected["columns"]?.arrayValue?.map { $0.stringValue })
    let rows = try #require(expected["rows"]?.arrayValue).map { row in
      try #require(row.arrayValue).map { $0.stringValue == "" ? nil : $0.stringValue }
    }
    #expect(table.rows == rows)
    #expect(table.rowCount == 7)
    #expect(table.column(named: "output") == 1)
    #expect(table.column(named: "Output") == nil)
  }

  @Test func `line ends may be mixed and the last one missing`() throws {
    let text = "a,b\r\n1,2\n3,4\r5,6"
    #expect(try table(text).rows == [["1", "2"], ["3", "4"], ["5", "6"]])
    #expect(try table(text + "\n").rows == table(text).rows)
    #expect(try table(text + "\r\n\r\n").rows == table(text).rows)
  }

  @Test func `an empty cell is missing and words for missing are text`() throws {
    #expect(try table("a,b,c\n,\"\",x\nNA,null,NaN\n").rows == [[nil, nil, "x"], ["NA", "null", "NaN"]])
  }

  @Test func `blank lines are no rows`() throws {
    #expect(try table("\n\na\n\n1\n\n\n2\n").rows == [["1"], ["2"]])
  }

  @Test func `spaces and quotes of another kind are kept`() throws {
    #expect(try table("a,b\n 1 ,'2'\n").rows == [[" 1 ", "'2'"]])
  }

  @Test func `a quote inside a TSV cell is text`() throws {
    #expect(try table("a\tb\n5\" disk\tx,y\n", named: "x.TSV").rows == [["5\" disk", "x,y"]])
  }

  @Test(arguments: [
    // text, what the message must hold
    ("", "the file is empty"),
    ("\n\r\n", "the file is empty"),
    ("\u{FEFF}", "the file is empty"),
    ("a,b\n", "no data rows"),
    ("a,b,a\n1,2,3\n", "two columns are called \"a\""),
    ("a,b\n1,2\n\n3\n", "row 2 (line 4) has 1 cell where the first row names 2 columns"),
    ("a,b\n\"x\ny\",2\n1,2,3\n", "row 2 (line 4) has 3 cells"),
    ("a,b\n1,\"2\n3\n", "row 1 (line 2), column \"b\", opens a quote that is never closed"),
    ("a,b\n1,2\n1,5\"\n", "row 2 (line 3), column \"b\", has a quote inside an unquoted cell"),
    ("a,b\n1,\"2\"3\n", "row 1 (line 2), column \"b\", goes on after its closing quote"),
    ("a\"b\n1\n", "the name of column 1 (line 1) has a quote"),
    ("a,b\n1,2\u{0}\n", "row 1 (line 2), column \"b\", holds a NUL byte"),
    ("a,b\n1,2,\"", "opens a quote that is never closed"),
  ])
  func `a file that breaks a rule is refused with its place`(text: String, expected: String) throws {
    let message = try #require(try refusal(of: text.utf8))
    #expect(message.contains(expected), "\(message)")
    #expect(message.contains("train.csv"))
  }

  @Test(
    arguments: [
      // In order: Shift JIS, a lone continuation byte, overlong forms, a surrogate, above U+10FFFF, a cut character.
      [0x93, 0xFA], [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xE3, 0x81],
      [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xF0, 0x8F, 0xBF, 0xBF],
    ] as [[UInt8]])
  func `invalid UTF-8 is refused with row and column`(bytes: [UInt8]) throws {
    for cell in [bytes, Array("\"x\n".utf8) + bytes + Array("\"".utf8)] {
      let file = Array("a,b\n12345678901234567890,日本語\n1,".utf8) + cell
      let message = try #require(try refusal(of: file + Array("\n".utf8)))
      #expect(message.contains("row 2 (line "))
      #expect(message.contains("column \"b\", is not valid UTF-8 (byte 0x"))
      #expect(try refusal(of: file) != nil)
    }
    #expect(
      try refusal(of: Array("a".utf8) + bytes + Array("\n1\n".utf8))?.contains("name of column 1") == true)
  }

  @Test func `UTF-16 is recognised`() throws {
    #expect(try refusal(of: [0xFF, 0xFE, 0x61, 0x00])?.contains("UTF-16") == true)
  }

  @Test func `other formats are refused with a way out`() throws {
    let parquet = try #require(try refusal(of: [], named: "x.parquet"))
    #expect(parquet.contains("python3 -c 'import pandas; pandas.read_parquet(\"/") && parquet.contains("/x.jsonl\", "))
    #expect(try refusal(of: [], named: "it's.parquet")?.contains("read_parquet(\"in.parquet\")") == true)
    #expect(try refusal(of: [], named: "csv")?.contains("none of .csv, .tsv, .json and .jsonl") == true)
  }

  @Test func `what is no readable file is refused`() throws {
    let missing = #expect(throws: TableError.self) { try Table.read(path: "/no/such/file.csv") }
    #expect(missing?.description == "cannot read /no/such/file.csv: No such file or directory")
    try withFile([], named: "x") { path in
      let directory = String(path.dropLast(2)) + "/folder.csv"
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let error = #expect(throws: TableError.self) { try Table.read(path: directory) }
      #expect(error?.description.contains("not a regular file") == true)
    }
  }

  @Test func `what csvText writes comes back cell by cell`() throws {
    var numbers = TestNumbers()
    let pieces = ["", ",", "\"", "\n", "\r", "\r\n", "日本", "a", " ", "\t", "\u{FEFF}", "e\u{301}", "🎉", "NA"]
    for round in 0..<300 {
      let width = numbers.next(3) + 1
      func row() -> [String] {
        (0..<width).map { _ in (0...numbers.next(4)).map { _ in pieces[numbers.next(pieces.count)] }.joined()
        }
      }
      // A number keeps the names apart.
      let columns = row().enumerated().map { $1 + String($0) }
      let rows = (0...numbers.next(4)).map { _ in row() }
      let read = try table(Table.csvText(columns: columns, rows: rows))
      #expect(read.columns == columns, "round \(round)")
      #expect(read.rows == rows.map { $0.map { $0.isEmpty ? nil : $0 } }, "round \(round)")
    }
  }

  @Test func `csvText quotes only what needs quotes`() {
    let text = Table.csvText(columns: ["a", "b c"], rows: [["1,2", "x"], ["say \"hi\"", ""]])
    #expect(text == "a,b c\n\"1,2\",x\n\"say \"\"hi\"\"\",\n")
    #expect(Table.csvText(columns: ["a"], rows: [[""]]) == "a\n\"\"\n")
  }

  @Test func `no damaged byte can crash the reader`() throws {
    var numbers = TestNumbers()
    let whole = try Array(Data(contentsOf: URL(filePath: fixture("minimal-crlf.csv"))))
    let likely = Array("\",\n\r\t".utf8) + [0, 0xFF, 0xE3]
    var accepted = 0
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0...numbers.next(4) {
        bytes[numbers.next(bytes.count)] =
          numbers.next(2) == 0 ? likely[numbers.next(likely.count)] : UInt8(numbers.next(256))
      }
      if numbers.next(4) == 0 { bytes.removeLast(numbers.next(bytes.count)) }
      try withFile(bytes) { path in
        do throws(TableError) {
          let table = try Table.read(path: path)
          accepted += 1
          #expect(table.rows.count == table.rowCount)
        } catch {
          #expect(error.description.contains(path))
        }
      }
    }
    #expect((1..<3000).contains(accepted))
  }
}
