import Configuration
import Launching
import Testing

/// The values that words of a grid stand for.
@Suite struct GridTests {
  private func values(_ word: String) throws -> [String] { try SweepAxis(parsing: word).values.map(\.written) }

  @Test(arguments: [
    ("lora_r=4,8,16", ["4", "8", "16"]),
    ("training.lora_r= 4, 8", ["4", "8"]),
    ("prompt_column=[a,b],c", ["[a,b]", "c"]),
    (#"lora_target_modules="c_attn,c_proj",c_fc"#, [#""c_attn,c_proj""#, "c_fc"]),
    (#"prompt_column=['a,b', "c]"],[d]"#, [#"['a,b', "c]"]"#, "[d]"]),
    ("text_prompt_start=it's,'q,\"',\"a\\\",b\"", ["it's", "'q,\"'", "\"a\\\",b\""]),
    ("lora=true,false", ["true", "false"]),
  ])
  func `a comma separates values, and brackets and quotes protect it`(word: String, expected: [String]) throws {
    #expect(try values(word) == expected)
  }

  @Test(arguments: [
    ("learning_rate=1e-5..1e-3:log5", ["1e-5", "3.16e-5", "1e-4", "3.16e-4", "1e-3"]),
    ("lora_r=4..64:log5", ["4", "8", "16", "32", "64"]),
    ("lora_r=1..9:lin3", ["1", "5", "9"]),
    ("learning_rate=1e-3..4e-3:lin4", ["1e-3", "2e-3", "3e-3", "4e-3"]),
    ("learning_rate=0.0001..0.0004:lin4", ["0.0001", "0.0002", "0.0003", "0.0004"]),
    ("lora_r=9..1:lin3,100", ["9", "5", "1", "100"]),
    ("lora_dropout=0..0.3:lin4", ["0", "0.1", "0.2", "0.3"]),
    ("learning_rate=1000..2000:lin9", ["1000", "1125", "1250", "1375", "1500", "1625", "1750", "1875", "2000"]),
    ("learning_rate=0.001..1:log4", ["0.001", "0.01", "0.1", "1"]),
  ])
  func `a range has its ends as written and short values between them`(word: String, expected: [String]) throws {
    #expect(try values(word) == expected)
  }

  @Test func `the values between are in equal ratios`() throws {
    let numbers = try SweepAxis(parsing: "learning_rate=1e-6..1e-1:log37").values.compactMap(\.value.doubleValue)
    #expect(numbers.count == 37)
    for (low, high) in zip(numbers, numbers.dropFirst()) { #expect(abs(high / low / 1.3769 - 1) < 0.02) }
  }

  @Test func `two dots in a text are no range`() throws {
    #expect(try values("train_dataframe=../a.csv,../b.csv") == ["../a.csv", "../b.csv"])
  }

  @Test(arguments: [
    ("lora_r", "a setting and its values are written as lora_r=4,8,16"),
    ("=4,8", "a setting and its values are written as lora_r=4,8,16"),
    ("lora_rr=4,8", "there is no setting 'lora_rr'; did you mean 'training.lora_r'?"),
    ("dataset.lora_r=4,8", "did you mean 'training.lora_r'?"),
    ("lora_r=", "training.lora_r has no value"),
    ("lora_r=4,,8", "value 2 of training.lora_r is empty"),
    ("lora_r=4,8,", "value 3 of training.lora_r is empty"),
    ("lora_r=4,8,4", "training.lora_r has the value 4 twice; "),
    ("learning_rate=1e-4,0.0001", "training.learning_rate has the value 1e-4 twice, as 1e-4 and as 0.0001"),
    ("lora_r=1..3:lin9", "training.lora_r has the value 1 twice"),
    ("prompt_column=[a,b", "] is missing at the end of a value"),
    ("prompt_column='a,b", "' is missing at the end of a value"),
    ("learning_rate=1e-5..1e-3", "does not say how many values it has"),
    ("learning_rate=1e-5..1e-3:5", "does not say how many values it has"),
    ("learning_rate=1e-5..1e-3:log1", "has 1 values, but a range has from 2 to 1000"),
    ("learning_rate=1e-5..1e-3:log2000000000", "but a range has from 2 to 1000"),
    ("learning_rate=a..b:log5", "are not two numbers"),
    ("learning_rate=0..1:log5", "not both of its ends are above 0"),
    ("learning_rate=1..1:lin5", "begins where it ends"),
    ("experiment_name=a,b", "trials are named after their settings"),
    ("output_directory=a,b", "give output_directory one value"),
  ])
  func `what cannot be meant is refused with the reason`(word: String, reason: String) {
    let error = #expect(throws: LaunchingError.self) { try SweepAxis(parsing: word) }
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "nothing")")
    #expect(error?.kind == .usage)
  }

  @Test func `a value outside of what its setting allows is refused as in a configuration`() {
    let error = #expect(throws: ConfigurationError.self) { try SweepAxis(parsing: "lora_r=4,-1") }
    #expect(error?.description.contains("training.lora_r is -1, but must be a whole number from 1") == true)
  }
}
