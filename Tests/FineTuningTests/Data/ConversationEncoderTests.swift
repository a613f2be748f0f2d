import FineTuning
import Testing

@Suite struct ConversationEncoderTests {
  private static let turns = [
    ConversationTurn(prompt: "ab", answer: "cd"), ConversationTurn(prompt: "ef", answer: "gh"),
  ]

  private func options(maxLength: Int = 100, maxLengthPrompt: Int = 100, maxLengthAnswer: Int = 100)
    -> SampleEncodingOptions
  {
    var options = SampleEncodingOptions(
      promptStart: "<", answerSeparator: ">", maxLengthPrompt: maxLengthPrompt, maxLengthAnswer: maxLengthAnswer,
      maxLength: maxLength)
    options.systemStart = "!"
    return options
  }

  private func encode(
    _ prompt: String, _ options: SampleEncodingOptions, system: String = "", limit: Int = .max
  ) throws -> ConversationEncoder<ScalarEncoder>.Prompt {
    try ConversationEncoder(options, tokenizer: ScalarEncoder(), source: "the prompt")
      .encode(prompt, after: Self.turns, system: system, limit: limit)
  }

  /// End of sequence is 1.
  private func text(_ tokens: [Int32]) -> String {
    String(String.UnicodeScalarView(tokens.compactMap { Unicode.Scalar($0 == 1 ? 0x2E : UInt32($0)) }))
  }

  @Test func `a conversation is encoded as the sample of training that it would be`() throws {
    for (maxLengthPrompt, maxLengthAnswer) in [(100, 100), (4, 2)] {
      let options = options(maxLengthPrompt: maxLengthPrompt, maxLengthAnswer: maxLengthAnswer)
      var columns = TextColumns(prompt: ["p"], promptSeparator: "", answer: "a")
      (columns.system, columns.parentID, columns.id) = ("s", "parent", "id")
      let cells = [["0", nil, "sys", "ab", "cd"], ["1", "0", "", "ef", "gh"], ["2", "1", "", "ij", "kl"]]
      let rows = try TextRows(
        source: "chat.csv", columns: ["id", "parent", "s", "p", "a"], rowCount: 3, selection: columns
      ) { cells[$0][$1] }
      let data = try EncodedDataset(
        rows.rows, of: rows.conversations, source: "chat.csv", tokenizer: ScalarEncoder(), options: options)
      let prompt = try encode("ij", options, system: "sys")
      #expect(prompt.tokens == Array(data[2].promptTokens), "\(text(prompt.tokens))")
      #expect(prompt.leftOutTurnCount == 0 && prompt.cutCount == (maxLengthPrompt == 4 ? 1 : 0))
    }
  }

  @Test func `whole turns are left out from the oldest on, the system text and the prompt stay`() throws {
    // Each turn takes 8 tokens, the system text 4, the prompt 4.
    let cases: [(limit: Int, text: String, leftOut: Int)] = [
      (24, "!yz.<ab.>cd.<ef.>gh.<i.>", 0), (23, "!yz.<ef.>gh.<i.>", 1), (16, "!yz.<ef.>gh.<i.>", 1),
      (15, "!yz.<i.>", 2), (8, "!yz.<i.>", 2), (7, "!yz.i.>", 2),
    ]
    for (limit, expected, leftOut) in cases {
      for prompt in [
        try encode("i", options(maxLength: limit), system: "yz"),
        try encode("i", options(), system: "yz", limit: limit),
      ] {
        #expect(text(prompt.tokens) == expected && prompt.leftOutTurnCount == leftOut, "\(limit)")
        #expect(prompt.cutCount == (limit == 7 ? 1 : 0))
      }
    }
  }
}
