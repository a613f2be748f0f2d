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

  @Test func `experiments are found by any of their fields`() throws {
    let temporary = try TemporaryWorkspace()
    for (name, bleu) in [("base", 10.0), ("base", 12), ("grid/a", 30), ("left", 1)] {
      try temporary.record(name, bleu: bleu)
    }
    let workspace = try temporary.open()
    try workspace.updateNotes(of: ExperimentName("base")) {
      $0.tags = [.init("old", version: 1), .init("good", version: 2)]
      $0.notes.append(.init(version: 2, text: "よく効いた"))
    }
    let all = try workspace.experiments()
    let fields = ExperimentFields(all, settings: ["training.lora_r", "training.seed", "environment.seed"])
    func names(_ filter: String) throws -> [String] {
      try fields.select(all, where: Filter(parsing: filter)).map(\.name.text)
    }
    #expect(try names("lora_r = 4 and bleu > 11") == ["base", "grid/a"])
    #expect(try names("training.lora_r != 4") == [] && names("validation/bleu <= 1") == ["left"])
    #expect(try names("tag = good or note contains 効い") == ["base"] && names("tag = old") == [])
    #expect(try names("sweep = grid and trial = a and status = completed and version = 1") == ["grid/a"])
    #expect(try names("not tag = good") == ["grid/a", "left"] && names("time >= 2020-01-01").count == 3)
    #expect(try names("tokens_per_second = 128 and peak_bytes > 1e6 and seconds > 1") == [])
    #expect(try names("commit contains '\(all[0].commit?.short ?? "?")'") == ["base"])
    for (filter, place, problem) in [
      ("bleu > 2 and lora_rr = 8", "lora_rr", "did you mean 'lora_r'?"),
      ("seed = 1", "seed", "environment.seed or training.seed"), ("zzzzzzzz > 1", "zzz", "is called so"),
    ] {
      let error = try #require(throws: FilterError.self) { try names(filter) }
      #expect(error.problem.hasSuffix(problem) || error.problem.contains(problem), "\(error.problem)")
      #expect(error.text[error.place...].hasPrefix(place))
    }
  }
}
