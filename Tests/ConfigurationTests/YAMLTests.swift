import Configuration
import Foundation
import Testing

@Test(arguments: [
  (needed + "training:\n  lora_r: 8\n  lora_r: 16\n", 6, "second time, first on line 5"),
  (needed + "training.lora_r: 8\nlora_r: 16\n", 5, "second time, first on line 4"),
  (needed + "training:\n  lora_r: 8\ntraining:\n  epochs: 2\n", 6, "second time, first on line 4"),
  (needed + "training:\n\tlora_r: 8\n", 5, "not valid YAML"),
  (needed + "training: [\n", 5, "not valid YAML"),
  (needed + "training: 5\n", 4, "lines of 'key: value'"),
  (needed + "---\nother: 1\n", 4, "second document"),
  (needed + "training: *nothing\n", 4, "stands for nothing"),
  (needed + "training: !!python/object/apply:os.system [ls]\n", 4, "the tag"),
  ("%YAML 1.2\n---\n" + needed, 1, "must not start with %"),
  ("\u{FEFF}%YAML 1.2\n---\n" + needed, 1, "must not start with %"),
  (needed + "? [a, b]\n: 1\n", 4, "a key must be a name"),
  ("- a\n- b\n", 1, "lines of 'key: value'"),
  (needed + "training.learning_rate: \"\u{1}\"\n", 4, "control character 1"),
])
func `malformed YAML is refused with its line`(_ text: String, _ line: Int, _ part: String) throws {
  let error = try refusal(text)
  #expect(error.line == line, "\(error)")
  #expect(error.description.contains(part), "\(error)")
}

@Test func `invalid UTF-8 is refused at the byte`() throws {
  let error = try refusal(ofBytes: Array("llm_backbone: あ".utf8) + [0xFF, 0x0A])
  #expect(error.description == "test.yaml:1:16: it is not valid UTF-8; save it as UTF-8")
  let cut = try refusal(ofBytes: Array("a: 1\nb: ".utf8) + [0xE3, 0x81])
  #expect(cut.line == 2)
}

@Test func `UTF-16 is refused with what to do`() throws {
  let error = try refusal(ofBytes: [0xFF, 0xFE] + "a: 1".utf8.flatMap { [$0, 0] })
  #expect(error.description.contains("save it as UTF-8"))
}

@Test func `a byte order mark and Windows line ends do not matter`() throws {
  let windows = "\u{FEFF}" + needed.replacingOccurrences(of: "\n", with: "\r\n")
  #expect(try parse(windows) == parse(needed))
}

@Test func `a huge file is refused`() throws {
  let error = try refusal(ofBytes: [UInt8](repeating: 0x23, count: 262_145))
  #expect(error.description.contains("more than"))
}

@Test func `deep nesting is refused`() throws {
  for depth in [33, 1_000, 500_000] {
    _ = try refusal("a: " + String(repeating: "[", count: depth))
  }
}

@Test func `aliases that multiply are refused`() throws {
  var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
  for level in 1...9 {
    let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
    text += "a\(level): &a\(level) [\(aliases)]\n"
  }
  #expect(try refusal(text).description.contains("aliases stand for too many values"))
}

@Test func `an alias reads as what it stands for`() throws {
  let text = "llm_backbone: m\ndataset:\n  train_dataframe: &file x.csv\n  test_dataframe: *file\n"
  #expect(try parse(text).dataset.testDataframe == "x.csv")
}

@Test(arguments: [
  ("0.0001", 0.0001), ("1e-4", 0.0001), ("1.0e-04", 0.0001), (".5", 0.5), ("+2", 2), ("3", 3), ("1E-2", 0.01),
])
func `numbers may be written in every usual way`(_ written: String, _ value: Double) throws {
  #expect(try parse("\(needed)training.learning_rate: \(written)\n").training.learningRate == value)
}

@Test(arguments: [("True", true), ("true", true), ("TRUE", true), ("False", false), ("false", false)])
func `truth values may be written as in Python`(_ written: String, _ value: Bool) throws {
  #expect(try parse("\(needed)training.lora: \(written)\n").training.lora == value)
}

@Test(arguments: [
  ("question", ["question"]), ("[instruction]", ["instruction"]), ("(instruction,)", ["instruction"]),
  ("('instruction', \"input\")", ["instruction", "input"]), ("\n  - a\n  - b", ["a", "b"]),
  ("!!python/tuple [a, b]", ["a", "b"]), ("[1, true]", ["1", "true"]), ("\"(a, b)\"", ["(a, b)"]),
])
func `columns may be one name, a list or a Python tuple`(_ written: String, _ columns: [String]) throws {
  #expect(try parse("\(needed)dataset.prompt_column: \(written)\n").dataset.promptColumns == columns)
}

@Test(arguments: [
  ("\"### 指示:\\n\"", "### 指示:\n"), ("\\n\\n", "\n\n"), ("'### 指示:\\n'", "### 指示:\n"),
  ("a\\tb", "a\tb"), ("\\u3042\\x41", "あA"), ("C:\\dir", "C:\\dir"), ("'\\\\n'", "\\n"), ("x\\", "x\\"),
  ("\\ud800", "\\ud800"), ("|\n  ### 指示:", "### 指示:\n"), ("<|prompt|>", "<|prompt|>"), ("", ""), ("null", ""),
])
func `escapes in markers are decoded and other scripts survive`(_ written: String, _ marker: String) throws {
  #expect(try parse("\(needed)dataset.text_prompt_start: \(written)\n").dataset.textPromptStart == marker)
}

@Test func `a name keeps the digits it was written with`() throws {
  #expect(try parse(needed + "experiment_name: 007\n").experimentName == "007")
}
