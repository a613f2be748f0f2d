import Foundation
import Tables
import Testing

/// Settings of training from the configuration to their effect.
@Suite struct RunOptionTests {
  private let adapter = "adapter/adapter_model.safetensors"

  private func losses(_ workspace: RunWorkspace, _ name: String) throws -> [Double] {
    try workspace.lines("experiments/\(name)/metrics.jsonl").compactMap { $0["train/loss"]?.doubleValue }
  }

  @Test(arguments: [
    ["token_mask_probability=0.3"], ["neftune_noise_alpha=5"], ["intermediate_dropout=0.2"], ["use_dora=true"],
    ["use_dora=true", "use_rslora=true", "lora_dropout=0.3", "lora_target_modules=all-linear"],
    ["force_embedding_gradients=true"], ["add_prefix_space=true"],
    ["add_prompt_answer_tokens=true", "text_prompt_start=<|指示|>", "text_answer_separator=<|答え|>"],
  ])
  func `acts, and a run with it is made again bit for bit and answers`(settings: [String]) throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("-n", "plain").code == 0)
    let ended = try workspace.start(["run", "experiments/tiny.yaml", "-n", "set"] + settings).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try losses(workspace, "set") != losses(workspace, "plain"))
    #expect(
      try workspace.data("experiments/set/\(adapter)") != workspace.data("experiments/plain/\(adapter)"))
    let verified = try workspace.kiseki("verify", "set", environment: ["KISEKI_THREADS": "3"])
    #expect(verified.output.hasPrefix("set@1: identical: "), "\(verified.output)\(verified.errors)")
    let answers = try [[], ["--base"]].map { try workspace.start(["generate", "set", "open the file"] + $0).wait() }
    #expect(answers.allSatisfy { $0.code == 0 }, "\(answers.map(\.errors))")
    if settings.contains("use_dora=true") {
      #expect(try workspace.json("experiments/set/adapter/adapter_config.json")["use_dora"] == true)
      let compared = try workspace.kiseki("diff", "set", "plain")
      #expect(compared.code == 0, "\(compared.errors)")
    }
  }

  @Test(arguments: [true, false]) func `markers become tokens that are saved with the weights`(isLoRA: Bool) throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.run(
      "add_prompt_answer_tokens=true", "text_prompt_start=<|指示|>", "text_answer_separator=</s>", "lora=\(isLoRA)")
    #expect(ended.code == 0, "\(ended.errors)")
    let folder = "experiments/tiny/" + (isLoRA ? "adapter" : "model")
    // The separator is a piece already.
    #expect(try workspace.json(folder + "/added_tokens.json") == ["<|指示|>": 480])
    #expect(workspace.exists(folder + "/tokenizer.model"))
    if !isLoRA { #expect(try workspace.json(folder + "/config.json")["vocab_size"] == 481) }
    // One token for the marker, one for the separator, and no end of sequence but the prompt's own.
    let data = try workspace.kiseki("generate", "tiny", "open", "--json")
    #expect(data.code == 0, "\(data.errors)")
    #expect(try workspace.kiseki("verify", "tiny").output.hasPrefix("tiny@1: identical: "))
    let again = try workspace.run("-n", "again", "add_prompt_answer_tokens=true", "lora=\(isLoRA)")
    #expect(again.errors.contains("tokenizer.add_prompt_answer_tokens has no effect"), "\(again.errors)")
  }

  @Test func `an experiment with markers of its own goes on with them`() throws {
    let workspace = try RunWorkspace()
    let settings = ["add_prompt_answer_tokens=true", "text_prompt_start=<|指示|>"]
    #expect(try workspace.start(["run", "experiments/tiny.yaml", "-n", "first"] + settings).wait().code == 0)
    // The embedding's gradients are on by themselves.
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml", "-n", "second", "pretrained_weights=first"] + settings
    ).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    let without = try workspace.run("-n", "third", "pretrained_weights=first")
    #expect(without.code == 64 && without.sentence.contains("its adapter holds a token embedding"), "\(without.errors)")
  }
}
