import Experiments
import TestSupport
import Testing

struct NameTests {
  @Test(arguments: [
    "base", "日本語の実験", "lora_r=8,learning_rate=1e-4", "sweep/lora_r=8,learning_rate=1e-4", "a.b", "plan-b",
    "100%",
  ])
  func `a good name is kept, and git agrees`(text: String) throws {
    let name = try ExperimentName(text)
    #expect(name.text == text)
    try runGit(["check-ref-format", RefLayout.experiment(name)])
    #expect(RefLayout.experimentName(ofReference: RefLayout.experiment(name)) == name)
  }

  @Test(
    arguments: [
      ("", "empty", nil), ("two words", "a space", "two-words"), ("a..b", "'..'", "a.b"),
      ("a.lock", "'.lock'", "a"),
      ("a@{b", "'@'", "a-{b"), ("name@2", "'@'", "name-2"), ("-rf", "option", "rf"),
      (".hidden", "dot", "hidden"),
      ("end.", "ends with a dot", "end"), ("a\u{7}b", "U+7", "a-b"), ("a\u{202E}b", "U+202E", "a-b"),
      ("a~b", "'~'", "a-b"), ("a:b", "':'", "a-b"), ("a*", "'*'", "a"), ("a\\b", "'\\'", "a-b"),
      ("plan", "reserved", "my-plan"), ("sweep/plan", "reserved", "sweep/my-plan"),
      ("a/b/c", "two levels", "a/b"),
      ("/a", "empty part", "a"), ("../../etc", "two levels", "etc"), ("~~~", "'~'", nil),
    ] as [(String, String, String?)])
  func `a bad name is refused with the reason and a better one`(
    text: String, reason: String, suggestion: String?
  ) throws {
    let error = try #require(throws: ExperimentsError.self) { try ExperimentName(text) }
    #expect(error.kind == .invalidName)
    #expect(error.description.contains(reason))
    if let suggestion {
      #expect(error.description.contains("Try '\(suggestion)'"))
      _ = try ExperimentName(suggestion)
    } else {
      #expect(!error.description.contains("Try"))
    }
  }

  @Test func `an over-long name is refused without repeating all of it`() throws {
    let error = try #require(throws: ExperimentsError.self) {
      try ExperimentName(String(repeating: "軌", count: 5000))
    }
    #expect(error.description.contains("15000 bytes"))
    #expect(error.description.utf8.count < 1000)
  }

  @Test func `two spellings of one Japanese name are one name`() throws {
    let composed = try ExperimentName("が")
    let decomposed = try ExperimentName("か\u{3099}")
    #expect(Array(composed.text.utf8) == Array(decomposed.text.utf8))
  }

  @Test func `a version is read after the name`() throws {
    #expect(try ExperimentReference(parsing: "base@12").version == 12)
    #expect(try ExperimentReference(parsing: "sweep/a=1").version == nil)
    for text in ["base@", "base@0", "base@-1", "base@two", "base@+1", "base@99999999999999999999", "@2"] {
      #expect(throws: ExperimentsError.self) { try ExperimentReference(parsing: text) }
    }
  }

  @Test func `a drawn name is valid and avoids those that are taken`() throws {
    var taken: Set<ExperimentName> = []
    for _ in 0..<5 {
      let name = try DrawnName.draw(randomIndex: { $0 - 1 }, isTaken: { taken.contains($0) })
      #expect(taken.insert(name).inserted)
    }
    #expect(taken.contains(try ExperimentName("winter-wisteria-5")))
  }
}
