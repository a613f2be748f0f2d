import Experiments
import Foundation
import Testing

@Suite struct FilterTests {
  private static let fields: [String: [FilterValue]] = [
    "lora_r": [.number(8)], "learning_rate": [.number(1e-4)], "bleu": [.number(21.5)], "scheduler": [.text("Cosine")],
    "lora": [.bool(true)], "name": [.text("grid/lora_r=8,learning_rate=1e-4")], "tag": [.text("base"), .text("良い")],
    "note": [.text("ランクは あ まり効かない")], "layers": [.text("c_attn"), .text("c_proj")],
    "time": [.time("2026-11-01T09:30:00")], "build": [.text("10")], "odd": [.text("say \"hi\"\n")],
  ]

  @Test(arguments: [
    ("lora_r >= 8 and bleu > 20 or tag = \"base\"", true), ("lora_r = 8.0", true), ("lora_r == 8", true),
    ("lora_r != 8", false), ("lora_r != 4", true), ("lora_r < 8.5", true), ("lora_r <= 8", true), ("lora_r > 8", false),
    ("learning_rate = 0.0001", true), ("learning_rate = \"1e-4\"", true), ("learning_rate >= 1e-4", true),
    ("lora_r in (4, 8)", true), ("lora_r in(4,16)", false), ("lora_r not in (4, 16)", true),
    ("lora_r in (x, '8')", true),
    ("scheduler = Cosine", true), ("scheduler = cosine", false), ("scheduler contains COS", true),
    ("lora = true", true), ("lora = True", true), ("lora != false", true), ("lora > false", false),
    ("name contains \"LR\"", false), ("name contains 'lora_r=8'", true), ("name not contains zzz", true),
    ("tag = 良い", true), ("tag = 'other'", false), ("tag != base", false), ("tag in (a, base)", true),
    ("note contains \"あ\"", true), ("note contains ''", true), ("layers contains attn and layers = c_proj", true),
    ("time >= 2026-11-01", true), ("time > 2026-11-01", false), ("time <= 2026-11-01", true), ("time = 2026", true),
    ("time < \"2026-11-01 09:31\"", true), ("time > 2026-11-01T09", false), ("time contains '11-01'", true),
    ("build > 9", true), ("build = 10", true), ("build = 10.0", false), ("lora_r = eight", false),
    ("lora_r > a", false),
    ("odd = 'say \\\"hi\\\"\\n'", true), ("odd contains \"\\\"hi\"", true),
    // Precedence and grouping.
    ("lora_r = 4 and bleu > 100 or lora = true", true), ("lora_r = 4 and (bleu > 100 or lora = true)", false),
    ("not lora_r = 4 and bleu > 20", true), ("not (lora_r = 8 or bleu > 20)", false), ("NOT NOT lora_r IN (8)", true),
    // Missing values: every comparison is false, its 'not' true.
    ("chrf > 1", false), ("chrf <= 1", false), ("chrf != 1", false), ("chrf not in (1)", false), ("not chrf > 1", true),
    ("chrf contains ''", false), ("chrf > 1 or bleu > 1", true), ("not (chrf > 1 and bleu > 1)", true),
  ])
  func `a filter says yes or no`(text: String, expected: Bool) throws {
    let filter = try Filter(parsing: text)
    #expect(filter.matches { Self.fields[$0] ?? [] } == expected)
  }

  @Test(arguments: [
    ("", 0, "expected the name of a field, such as lora_r or bleu, found the end"),
    ("lora_r", 6, "expected =, !=, <, <=, >, >=, in or contains after 'lora_r', found the end"),
    ("lora_r >= and bleu > 2", 10, "expected a value after '>=', found 'and'"),
    ("lora_r => 8", 8, "expected a value after '=', found '>'"),
    ("bleu > 20 lora_r = 8", 10, "expected 'and', 'or' or the end, found 'lora_r'"),
    ("(bleu > 20", 10, "expected 'and', 'or' or ')', found the end"), ("bleu > 20)", 9, "found ')'"),
    ("lora_r in 4, 8", 10, "expected '(' after 'in', as in lora_r in (4, 8), found '4'"),
    ("lora_r in ()", 11, "expected a value after '(', found ')'"), ("lora_r in (4 8)", 13, "expected ',' or ')'"),
    ("note = \"あ", 7, "no closing \""), ("note = 'a\\q'", 9, "found '\\' before 'q'"),
    ("note = 'a\\", 9, "found the end"),
    ("! lora", 0, "write 'not'"), ("8 <= lora_r", 0, "the name of a field"), ("lora_r not 8", 11, "'in' or 'contains'"),
    ("\"x\" = 3", 0, "found the text 'x'"), ("bleu > \u{1B}[2J and", 15, "found the end"),
  ])
  func `a mistake is shown where it is`(text: String, offset: Int, problem: String) throws {
    let error = try #require(throws: FilterError.self) { _ = try Filter(parsing: text) }
    #expect(error.problem.contains(problem), "\(error.problem)")
    #expect(text.unicodeScalars.distance(from: text.startIndex, to: error.place) == offset)
    #expect(!error.description.unicodeScalars.contains("\u{1B}"))
  }

  @Test(arguments: [
    String(repeating: "(", count: 5_000) + "a = 1", String(repeating: "not ", count: 4_000) + "a = 1",
    String(repeating: "a = 1 or ", count: 100_000) + "a = 1", String(repeating: "x", count: 30_000),
  ])
  func `endless and deep filters are refused in a short sentence`(text: String) throws {
    let error = try #require(throws: FilterError.self) { _ = try Filter(parsing: text) }
    #expect(error.description.utf8.count < 500)
  }

  @Test func `many conditions side by side are no depth`() throws {
    let filter = try Filter(parsing: Array(repeating: "lora_r = 4", count: 1_000).joined(separator: " or "))
    #expect(filter.fields.count == 1_000 && !filter.matches { Self.fields[$0] ?? [] })
  }

  @Test func `a field that nothing has is refused with the most similar name`() throws {
    let filter = try Filter(parsing: "bleu > 2 and lora_rr = 8")
    let error = try #require(throws: FilterError.self) {
      try filter.requireFields({ Self.fields[$0] != nil }, candidates: { Self.fields.keys.sorted() })
    }
    #expect(error.problem.hasSuffix("did you mean 'lora_r'?"))
    #expect(error.text[error.place...].hasPrefix("lora_rr"))
  }
}
