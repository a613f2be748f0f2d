import Configuration
import Foundation
import Tables
import Testing

@Test func `the resolved configuration lists every key and reads back equal, without a warning`() throws {
  let configuration = try parse(needed + "training.lora_r: 8\n")
  let text = configuration.resolvedYAML()
  #expect(text.hasPrefix("format: 1\nexperiment_name: \"\"\nllm_backbone: model\n"))
  for parameter in ParameterTable.all { #expect(text.contains("\(parameter.name): ")) }
  #expect(text.contains("  optimizer_epsilon: 1.0e-08\n"))
  #expect(text.contains("  prompt_column_separator: \"\\n\\n\"\n"))
  #expect(text.contains("  data_sample_choice: [Train, Validation]\n"))
  let again = try parsing(text)
  #expect(again.configuration == configuration)
  #expect(again.warnings.isEmpty)
  #expect(again.configuration.resolvedYAML() == text)
}

@Test(arguments: 0..<200)
func `any configuration reads back equal`(_ seed: Int) throws {
  var generator = SplitMix(state: UInt64(seed))
  var configuration = try parse(needed)
  for parameter in ParameterTable.all where Bool.random(using: &generator) {
    let value = randomValue(parameter, &generator)
    // A value that does not fit the others is refused; the rest must survive.
    guard let changed = try? configuration.setting(parameter.key, to: value) else { continue }
    configuration = changed
  }
  let text = configuration.resolvedYAML()
  let again = try parse(text)
  #expect(again == configuration)
  #expect(again.difference(from: configuration).isEmpty)
  #expect(again.resolvedYAML() == text)
}

@Test(arguments: [
  "null", "~", "true", "yes", "No", "1e-4", "0x10", "-", "a: b", "a #b", "#c", " lead", "trail ", "'q'",
  "\"d\"", "[x",
  "{y", "*z", "&w", "!t", "%p", "@q", "`r", "line\nbreak", "\r\n", "tab\t", "back\\slash", "\\n",
  "\u{85}\u{2028}",
  "\u{7F}\u{1B}[0m", "指示:\n", "👩‍👩‍👧", "\u{FEFF}bom", "None", "",
])
func `every marker survives being written and read`(_ marker: String) throws {
  let configuration = try parse(needed).setting("dataset.text_prompt_start", to: .string(marker))
  #expect(Array(configuration.dataset.textPromptStart.unicodeScalars) == Array(marker.unicodeScalars))
  let again = try parse(configuration.resolvedYAML())
  #expect(Array(again.dataset.textPromptStart.unicodeScalars) == Array(marker.unicodeScalars))
}

@Test func `a changed setting is checked like a file's`() throws {
  let configuration = try parse(needed)
  #expect(throws: ConfigurationError.self) { try configuration.setting("training.lora_r", to: 0) }
  #expect(throws: ConfigurationError.self) { try configuration.setting("training.lora_r", to: "8") }
  #expect(throws: ConfigurationError.self) { try configuration.setting("training.warmup_epochs", to: 2.0) }
  #expect(throws: ConfigurationError.self) { try configuration.setting("lora_rank", to: 8) }
}

@Test func `the difference names keys in table order with both values`() throws {
  let one = try parse(needed)
  let other = try parse(needed + "training: {epochs: 3, lora_r: 8}\n")
  let difference = other.difference(from: one)
  #expect(difference.map(\.key) == ["training.lora_r", "training.epochs"])
  #expect(difference.map(\.value) == [8, 3])
  #expect(difference.map(\.otherValue) == [4, 1])
}

@Test func `a drawn seed is recorded, a given one stays`() throws {
  var generator = SplitMix(state: 1)
  let drawn = try parse(needed + "environment.seed: -1\n").drawingSeed(using: &generator)
  #expect(drawn.environment.seed >= 0)
  #expect(try parse(drawn.resolvedYAML()).environment.seed == drawn.environment.seed)
  #expect(try parse(needed).drawingSeed(using: &generator).environment.seed == 1)
}

private func randomValue(_ parameter: Parameter, _ generator: inout SplitMix) -> JSONValue {
  switch parameter.kind {
  case .bool: return .bool(Bool.random(using: &generator))
  case .integer(let range): return .integer(Int.random(in: range, using: &generator))
  case .number(let range):
    let high = min(range.maximum, range.minimum + 1)
    let tiny = Bool.random(using: &generator) ? 1 : 1e-12
    return .number(
      range.minimum + (high - range.minimum) * tiny * Double.random(in: 0...1, using: &generator))
  case .text, .optionalText, .marker, .path, .backbone, .adapter, .template:
    let pool = Array("ab あ指:#\\n\n\t\"'{}[],&*!|>%@`~-?.0 1e5null\u{85}\u{2028}😀".unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      if let scalar = pool.randomElement(using: &generator) { text.append(scalar) }
    }
    return .string(String(text))
  case .choice(let names, _): return .string(names.randomElement(using: &generator) ?? "")
  case .texts: return ["a", .string("b\(Int.random(in: 0..<9, using: &generator)), (c)"), "null", "#"]
  case .choices(let names): return [.string(names.randomElement(using: &generator) ?? "")]
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
