import FineTuning
import Foundation
import Tables
import Testing
import Tokenization

@Suite struct ConversationTests {
  private static let columns = ["id", "parent", "system", "instruction", "output"]

  private func rows(
    _ cells: [[String?]], limit: Bool = false, columns: [String] = columns,
    _ change: (inout TextColumns) -> Void = { _ in }
  ) throws -> TextRows {
    var selection = TextColumns(prompt: ["instruction"], promptSeparator: "", answer: "output")
    selection.system = "system"
    selection.parentID = "parent"
    selection.id = "id"
    selection.limitsToWholeConversations = limit
    change(&selection)
    return try TextRows(source: "chat.csv", columns: columns, rowCount: cells.count, selection: selection) {
      cells[$0][$1]
    }
  }

  @Test func `samples equal those put together from the ids of spm_encode`() throws {
    let tokenizer = try SentencePieceTokenizer(
      modelPath: testFixtures.appending(path: "Tokenization/plain.model").path)
    let document = try JSONValue(
      parsing: Data(contentsOf: testFixtures.appending(path: "Samples/conversations.json")))
    let cells = try #require(document["rows"]?.arrayValue).map { row in
      try #require(row.arrayValue).map { $0.stringValue }
    }
    let cases = try #require(document["cases"]?.arrayValue)
    var refused = 0
    for value in cases {
      let options = try options(try #require(value["options"]))
      let text = try rows(cells, limit: value["options"]?["limit"]?.boolValue == true)
      #expect(text.rowsWithoutAnswer == [3, 8])
      #expect(text.conversations.rowsWithUnknownParent == integers(document["unknown_parents"]))
      let expected = try #require(value["samples"]?.arrayValue)
      func encode() throws -> EncodedDataset {
        try EncodedDataset(
          text.rows, of: text.conversations, source: "chat.csv", tokenizer: tokenizer, options: options)
      }
      if let empty = expected.first(where: { $0["targets"] == .array([]) }) {
        let row = try #require(empty["row"]?.integerValue) + 1
        #expect {
          try encode()
        } throws: {
          "\($0)".hasPrefix("cannot train on row \(row) of chat.csv: cut to at most")
        }
        refused += 1
        continue
      }
      let encoded = try encode()
      #expect(encoded.count == expected.count)
      for (number, sample) in expected.enumerated() {
        let ours = encoded[number]
        #expect(ours.row == sample["row"]?.integerValue)
        #expect(ours.tokens.map(Int.init) == integers(sample["tokens"]), "row \(ours.row), \(options)")
        #expect(ours.targetIndices == integers(sample["targets"]), "row \(ours.row), \(options)")
        #expect(ours.promptTokens.map(Int.init) == integers(sample["prompt"]), "row \(ours.row), \(options)")
        #expect(encoded.targetCount(of: number) == ours.targetIndices.count)
        #expect(Int(encoded.lengths.joined[number]) == sample["uncut"]?.integerValue)
      }
    }
    #expect(cases.count == 48 && refused == 4)
  }

  private func integers(_ value: JSONValue?) -> [Int]? { value?.arrayValue?.compactMap(\.integerValue) }

  private func options(_ value: JSONValue) throws -> SampleEncodingOptions {
    func flag(_ key: String) throws -> Bool { try #require(value[key]?.boolValue as Bool?) }
    func text(_ key: String) throws -> String { try #require(value[key]?.stringValue) }
    func length(_ key: String) throws -> Int { try #require(value[key]?.integerValue) }
    var options = SampleEncodingOptions(
      promptStart: try text("start"), answerSeparator: try text("separator"), addEOSToPrompt: try flag("eos_prompt"),
      addEOSToAnswer: try flag("eos_answer"), maskPromptLabels: try flag("mask"),
      maxLengthPrompt: try length("max_prompt"), maxLengthAnswer: try length("max_answer"),
      maxLength: try length("max_joined"))
    options.systemStart = try text("system_start")
    options.addEOSToSystem = try flag("eos_system")
    options.onlyLastAnswer = try flag("only_last")
    return options
  }

  @Test func `what is cut is counted once per row and once per sample`() throws {
    let text = try rows([
      ["a", nil, "sys", "abcdef", "u"], ["b", "a", nil, "ab", "uvwxyz"], ["c", "b", nil, "ab", "x"],
    ])
    var options = SampleEncodingOptions(
      addEOSToPrompt: false, addEOSToAnswer: false, maxLengthPrompt: 4, maxLengthAnswer: 4, maxLength: 10)
    options.addEOSToSystem = false
    let encoded = try EncodedDataset(
      text.rows, of: text.conversations, source: "chat.csv", tokenizer: ScalarEncoder(), options: options)
    #expect(Array(encoded[2].tokens) == ids("sys") + ids("uvwx") + ids("abx"))
    let cut = encoded.truncation
    #expect((cut.prompt.rows, cut.prompt.tokens) == (1, 2))
    #expect((cut.answer.rows, cut.answer.tokens) == (1, 2))
    // sys cdef u, sys cdef u ab uvwx, sys cdef u ab uvwx ab x: 8, 14 and 17 tokens.
    #expect((cut.joined.rows, cut.joined.tokens) == (2, 11))
    #expect(encoded.lengths.joined == [10, 18, 21])
  }

  @Test func `a person reads the whole conversation as the prompt`() throws {
    let text = try rows([
      ["a", nil, "sys", "p1", "a1"], ["b", "a", "other", "p2", nil], ["c", "b", nil, "p3", "a3"],
      ["d", "c", nil, "p4", "a4"],
    ])
    #expect(
      text.rows.map { text.conversations.promptText(of: $0) } == [
        "sys\np1", "sys\np1\na1\np3", "sys\np1\na1\np3\na3\np4",
      ])
  }

  @Test func `only rows that nothing continues are samples when conversations shall be whole`() throws {
    let cells: [[String?]] = [
      ["a", nil, nil, "p", "x"], ["b", "a", nil, "p", "x"], ["c", "b", nil, "p", nil], ["d", "a", nil, "p", "x"],
      ["e", "c", nil, "p", nil],
    ]
    #expect(try rows(cells).rows.map(\.row) == [0, 1, 3])
    #expect(try rows(cells, limit: true).rows.map(\.row) == [1, 3])
  }

  @Test(
    arguments: [
      ([["a", nil], ["b", "b"]], "row 2 (id \"b\") names itself as its parent"),
      ([["a", nil], ["b", "a"], ["a", "b"]], "rows 1 and 3 have the same id \"a\""),
      ([["a", "c"], ["x", "a"], ["b", "a"], ["c", "b"]], "rows 1, 4, 3 continue each other in a circle"),
    ] as [([[String?]], String)])
  func `links that cannot be are refused with their rows`(_ links: [[String?]], _ sentence: String) throws {
    let cells = links.map { $0 + [nil, "p", "x"] }
    #expect {
      try rows(cells)
    } throws: {
      "\($0)".hasPrefix("cannot read chat.csv: \(sentence)")
    }
  }

  @Test func `ids are compared byte by byte, and a missing id names nothing`() throws {
    // Two spellings of one letter, which `String` takes for equal.
    let text = try rows([
      ["\u{304C}", nil, nil, "p", "x"], ["\u{304B}\u{3099}", "\u{304C}", nil, "p", "x"], [nil, nil, nil, "p", "x"],
      [nil, nil, nil, "p", "x"],
    ])
    #expect(text.conversations.previousRow(of: 1) == 0)
    #expect(text.conversations.rowsWithUnknownParent.isEmpty)
  }

  @Test func `the id column is called id unless named, and missing columns are refused`() throws {
    let cells: [[String?]] = [["a", nil, nil, "p", "x"], ["b", "a", nil, "p", "x"]]
    #expect(try rows(cells) { $0.id = nil }.conversations.hasChains)
    let unnamed = ["name", "parent", "system", "instruction", "output"]
    #expect {
      try rows(cells, columns: unnamed) { $0.id = nil }
    } throws: {
      "\($0)".contains("there is no column \"id\"; name the column that holds them with dataset.id_column")
    }
    for (key, change) in [
      ("id_column", { $0.id = "no" }), ("parent_id_column", { $0.parentID = "no" }),
      ("system_column", { $0.system = "no" }),
    ] as [(String, (inout TextColumns) -> Void)] {
      #expect {
        try rows(cells, change)
      } throws: {
        "\($0)".contains("no column \"no\", which dataset.\(key) names")
      }
    }
  }

  @Test func `a very long conversation takes neither time by its square nor the stack`() throws {
    let count = 60_000
    let cells: [[String?]] = (0..<count).map { ["\($0)", $0 == 0 ? nil : "\($0 - 1)", nil, "p", "x"] }
    let text = try rows(cells)
    let options = SampleEncodingOptions(maxLengthPrompt: 9, maxLengthAnswer: 9, maxLength: 10)
    let encoded = try EncodedDataset(
      text.rows, of: text.conversations, source: "chat.csv", tokenizer: ScalarEncoder(), options: options)
    #expect(encoded.tokenCount(of: count - 1) == 10)
    #expect(Int(encoded.lengths.joined[count - 1]) == count * 4)
  }

  @Test func `whole conversations go to one side of the split`() throws {
    // Conversations of 1 to 5 rows, spread over the file.
    let groups = (0..<100).map { ($0 * 37) % 11 < 5 ? ($0 * 37) % 11 : 100 + $0 / 3 }
    for seed in 0..<20 {
      let split = try DataSplit.automatic(groups: groups, validationSize: 0.2, seed: UInt64(seed))
      let sides = (Set(split.training.map { groups[$0] }), Set(split.validation.map { groups[$0] }))
      #expect(sides.0.isDisjoint(with: sides.1))
      #expect((split.training + split.validation).sorted() == Array(0..<100))
      #expect(split.validation.count >= 20 && !split.training.isEmpty)
    }
    #expect(
      try DataSplit.automatic(groups: Array(0..<20), validationSize: 0.2, seed: 1337)
        == DataSplit.automatic(rowCount: 20, validationSize: 0.2, seed: 1337))
    #expect(throws: FineTuningError.self) {
      try DataSplit.automatic(groups: [3, 3, 3], validationSize: 0.2, seed: 1)
    }
    let pair = try DataSplit.automatic(groups: [3, 3, 5], validationSize: 0.9, seed: 1)
    #expect(!pair.training.isEmpty && !pair.validation.isEmpty)
  }
}
