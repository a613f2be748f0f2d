import Foundation
import Tables
import Testing

@Suite struct JSONValueTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Data(text.utf8)) }

  @Test func `objects keep the order of the text both ways`() throws {
    let text = "{\"z\":1,\"a\":{\"y\":[],\"b\":{}},\"m\":null}"
    let value = try parse(text)
    #expect(value.objectMembers?.map(\.key) == ["z", "a", "m"])
    #expect(value.line() == text)
    #expect(value["a"]?["y"] == [])
    #expect(value["q"] == nil)
  }

  @Test func `a document is indented and ends in a newline`() throws {
    let value: JSONValue = ["b": [1, true], "a": [:], "c": []]
    #expect(
      String(decoding: value.document(), as: UTF8.self) == """
        {
          "b": [
            1,
            true
          ],
          "a": {},
          "c": []
        }

        """)
    #expect(try JSONValue(parsing: value.document()) == value)
  }

  @Test func `text is escaped where lines or readers need it and kept elsewhere`() throws {
    let value = JSONValue.string("\"\\/\u{8}\n\r\t\u{1F}\u{7F}\u{2028}\u{2029}é日本🎉e\u{301}")
    #expect(value.line() == "\"\\\"\\\\/\\u0008\\n\\r\\t\\u001f\\u007f\\u2028\\u2029é日本🎉e\u{301}\"")
    #expect(
      try parse(value.line()).stringValue?.unicodeScalars.elementsEqual(value.stringValue!.unicodeScalars)
        == true)
  }

  @Test func `every escape is read`() throws {
    #expect(try parse(#""\"\\\/\b\f\n\r\t\u0041\u65e5\uD83C\uDF89""#) == .string("\"\\/\u{8}\u{C}\n\r\tA日🎉"))
  }

  @Test(
    arguments: [
      ("0", .integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
      ("1.5e-3", .number(0.0015)), ("1E2", .number(100)), ("0.1", .number(0.1)),
      ("5e-324", .number(.leastNonzeroMagnitude)),
    ] as [(String, JSONValue)])
  func `numbers are read`(text: String, expected: JSONValue) throws {
    #expect(try parse(text) == expected)
  }

  @Test func `floating-point numbers survive bit for bit`() throws {
    var numbers = TestNumbers()
    for _ in 0..<2000 {
      let value = Double(bitPattern: UInt64(numbers.next(1 << 31)) << 33 | UInt64(numbers.next(1 << 31)) << 2)
      guard value.isFinite else { continue }
      #expect(
        try parse(JSONValue.number(value).line()).doubleValue?.bitPattern == value.bitPattern, "\(value)")
    }
    #expect(JSONValue.number(.nan).line() == "null")
    #expect(JSONValue.number(3).line() == "3")
  }

  @Test(arguments: [
    "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "'a'", "\"", "\"\\", "\"\\x\"",
    "\"\\u12\"",
    "\"\\u00g0\"", "\"\\uD800\"", "\"\\uDC00\"", "\"\\uD800\\u0041\"", "\"\\uD800x\"", "\"a\nb\"",
    "\"\u{1}\"", "01", "-",
    "+1", ".5", "1.", "1e", "1e+", "1e999", "0x1", "NaN", "Infinity", "tru", "nul", "True", "1 1", "[] x",
    "// c\n1", "\u{FEFF}1",
  ])
  func `an ill-formed document throws`(text: String) throws {
    #expect(throws: TableError.self) { try parse(text) }
  }

  @Test func `the error says where`() throws {
    let error = #expect(throws: TableError.self) { try parse("{\n  \"a\": 1\n  \"b\": 2\n}") }
    #expect(error?.description == "cannot parse JSON at line 3, byte 3: expected '}', found '\"'")
  }

  @Test func `invalid UTF-8 in a string throws`() {
    for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0x5C, 0x6E, 0xE3, 0x81, 0x22], [0xFF]] {
      #expect(throws: TableError.self) { try JSONValue(parsing: Data(bytes)) }
    }
  }

  @Test func `a key that appears twice throws however many keys there are`() throws {
    #expect(throws: TableError.self) { try parse("{\"a\":1,\"a\":2}") }
    for count in [7, 8, 9, 40] {
      let members = (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
      #expect(try parse("{\(members)}").objectMembers?.count == count)
      for repeated in [0, count / 2, count - 1] {
        #expect(throws: TableError.self) { try parse("{\(members),\"k\(repeated)\":0}") }
      }
    }
  }

  @Test func `keys that only look the same are different keys`() throws {
    #expect(try parse("{\"が\":1,\"か\u{3099}\":2}").objectMembers?.count == 2)
  }

  @Test func `deep nesting throws instead of exhausting the stack`() throws {
    let depth = 1_000_000
    #expect(throws: TableError.self) { try parse(String(repeating: "[", count: depth)) }
    #expect(throws: TableError.self) { try parse(String(repeating: "{\"a\":", count: depth)) }
    #expect(
      try parse(String(repeating: "[", count: 256) + String(repeating: "]", count: 256)).arrayValue != nil)
  }

  @Test func `accessors answer only for their kind`() {
    #expect(JSONValue.integer(3).doubleValue == 3)
    #expect(JSONValue.number(3).integerValue == nil)
    #expect(JSONValue.string("x").boolValue == nil)
    #expect(JSONValue.bool(true).boolValue == true)
    #expect(JSONValue.null.stringValue == nil)
  }

  @Test func `decoding through Decodable gives the same values with sorted keys`() throws {
    let data = Data("{\"b\":[1,2.5,\"x\",null,true],\"a\":{}}".utf8)
    let value = try JSONDecoder().decode(JSONValue.self, from: data)
    #expect(value == ["a": [:], "b": [1, 2.5, "x", nil, true]])
  }
}
