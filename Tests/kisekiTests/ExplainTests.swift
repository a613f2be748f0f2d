import CommandLine
import Foundation
import Tables
import Testing

@Suite struct ExplainTests {
  private func explain(_ arguments: String..., environment: [String: String] = [:], expecting code: Int32 = 0) throws
    -> Program.Outcome
  {
    // No workspace is needed.
    let outcome = try Program.run(["explain"] + arguments, in: NSTemporaryDirectory(), environment: environment)
    #expect(outcome.exitCode == code, "\(arguments): \(outcome.errors)")
    return outcome
  }

  @Test func `a key is explained: what it does, may be, is by default, was in the tutorial, and what to try`() throws {
    let outcome = try explain("training.lora_r")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.first == "training.lora_r")
    #expect(outcome.output.contains("The rank of the added matrices"))
    #expect(lines.contains("  Values    a whole number from 1 to 65536"))
    #expect(lines.contains("  Default   4") && lines.contains("  Tutorial  4") && lines.contains("  Here      it acts"))
    #expect(lines.contains("When to change it, and what to try") && lines.contains("Often misread"))
    #expect(outcome.errors.contains("next: kiseki run experiments/demo.yaml lora_r="))
    for line in lines { #expect(displayWidth(of: line) <= 100, "\(line)") }
    #expect(try explain("lora_r").output == outcome.output)
    #expect(try explain("prompt_column_separator").output.contains("  Tutorial  \"  \"\n"))
  }

  @Test func `Japanese is spoken when asked for or by the locale`() throws {
    let japanese = try explain("gradient_clip", "--lang", "ja").output
    #expect(japanese.contains("チュートリアルの説明とは違い") && japanese.contains("既定値"))
    #expect(!japanese.contains("Default"))
    for line in japanese.split(separator: "\n") {
      #expect(displayWidth(of: String(line)) <= 100, "\(line)")
      #expect(!line.drop { $0 == " " }.hasPrefix("、") && !line.drop { $0 == " " }.hasPrefix("。"), "\(line)")
    }
    for environment in [
      ["LANG": "ja_JP.UTF-8"], ["LC_ALL": "ja", "LANG": "C"], ["LC_MESSAGES": "ja_JP", "LANG": "en_US"],
    ] {
      #expect(try explain("gradient_clip", environment: environment).output == japanese)
    }
    let english = try explain("gradient_clip").output
    for environment in [["LANG": "jam"], ["LC_ALL": "C", "LANG": "ja_JP.UTF-8"], ["LANG": "de_DE"]] {
      #expect(try explain("gradient_clip", environment: environment).output == english)
    }
    #expect(try explain("gradient_clip", "--lang", "en", environment: ["LANG": "ja_JP.UTF-8"]).output == english)
  }

  @Test func `without a key all are listed by section, one line each`() throws {
    let keys = try #require(try explain("--json").json().arrayValue)
    let lines = try explain().output.split(separator: "\n")
    #expect(keys.count > 70)
    let sections = Set(keys.compactMap { $0["section"]?.stringValue })
    #expect(lines.count == keys.count + sections.count)
    for key in keys {
      let name = try #require(key["name"]?.stringValue)
      #expect(lines.contains { $0.hasPrefix("  \(name) ") }, "\(name)")
    }
    #expect(try explain("--lang", "ja").output.contains("training: 学習の進め方"))
  }

  @Test func `JSON holds both languages and the values themselves`() throws {
    let json = try explain("batch_size", "--json").json()
    #expect(json["key"] == "training.batch_size" && json["default"] == 4 && json["tutorial"] == 4)
    #expect(json["support"]?["state"] == "acts" && json["is_in_tutorial"] == true)
    for part in ["explanation", "when_to_change"] {
      #expect(json[part]?["en"]?.stringValue?.hasSuffix(".") == true)
      #expect(json[part]?["ja"]?.stringValue?.hasSuffix("。") == true)
    }
    #expect(try explain("split_seed", "--json").json()["tutorial"] == .null)
  }

  @Test func `an unknown key ends with 64 and the nearest name`() throws {
    #expect(try explain("lora_rr", expecting: 64).errors.contains("did you mean 'training.lora_r'?"))
    #expect(try explain("dataset.lora_r", expecting: 64).errors.contains("did you mean 'training.lora_r'?"))
    #expect(try explain("", expecting: 64).errors.contains("unknown key ''"))
    try #expect(explain("lora_r", "--lang", "fr", expecting: 64).output == "")
  }

  @Test func `a key of H2O LLM Studio without counterpart is explained too`() throws {
    #expect(try explain("gpus").output.hasPrefix("environment.gpus\n"))
    #expect(try explain("environment.trust_remote_code", "--lang", "ja").output.contains("実行することはありません"))
    #expect(try explain("use_rlhf", "--json").json()["support"]?["state"] == "foreign")
  }

  @Test func `a shell completes keys`() throws {
    func complete(_ words: String...) throws -> [String] {
      let outcome = try Program.run(["complete", "--"] + words, in: NSTemporaryDirectory())
      return outcome.output.split(separator: "\n").map { String($0.split(separator: "\t")[0]) }
    }
    #expect(try complete("explain", "lora_") == ["lora_r", "lora_alpha", "lora_dropout", "lora_target_modules"])
    #expect(try complete("explain", "training.use_") == ["training.use_rslora", "training.use_dora"])
    #expect(try complete("explain", "lora_r", "--lang", "") == ["en", "ja"])
    #expect(try complete("explain", "lora_r", "").isEmpty)
  }
}
