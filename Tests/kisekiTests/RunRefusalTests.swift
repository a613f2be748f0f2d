import Foundation
import Tables
import Testing

/// A run that cannot start: one sentence, the right exit code, and not a trace left.
@Suite struct RunRefusalTests {
  struct Refusal: CustomTestStringConvertible, Sendable {
    let testDescription: String
    var code: Int32 = 1
    let sentence: String
    var arguments: [String] = []
    var prepare: @Sendable (RunWorkspace) throws -> Void = { _ in }
  }

  private static func model(_ change: @Sendable @escaping (inout RunModel) -> Void)
    -> @Sendable (RunWorkspace) throws
    -> Void
  {
    { workspace in
      var model = RunModel()
      change(&model)
      try model.write(to: workspace.path + "/model")
    }
  }

  private static func weights(_ change: @Sendable @escaping (inout Data) -> Void)
    -> @Sendable (RunWorkspace) throws
    -> Void
  {
    { workspace in
      var content = try workspace.data("model/model.safetensors")
      change(&content)
      try workspace.write(content, to: "model/model.safetensors")
    }
  }

  private static func train(_ content: String) -> @Sendable (RunWorkspace) throws -> Void {
    { try $0.write(content, to: "train.csv") }
  }

  private static func remove(_ name: String) -> @Sendable (RunWorkspace) throws -> Void {
    { try FileManager.default.removeItem(atPath: $0.path + "/" + name) }
  }

  static let models: [Refusal] = [
    Refusal(
      testDescription: "no model directory", code: 64,
      sentence: "there is no such directory. Give llm_backbone a folder",
      prepare: remove("model")),
    Refusal(testDescription: "no config", sentence: "config.json is missing", prepare: remove("model/config.json")),
    Refusal(
      testDescription: "no weights", sentence: "it has no model.safetensors. Copy the file there",
      prepare: remove("model/model.safetensors")),
    Refusal(
      testDescription: "no tokenizer", sentence: "it has no SentencePiece tokenizer",
      prepare: remove("model/tokenizer.model")),
    Refusal(
      testDescription: "damaged tokenizer", sentence: "the file is damaged or no SentencePiece model",
      prepare: { try $0.write("no model at all", to: "model/tokenizer.model") }),
    Refusal(
      testDescription: "weights cut short", sentence: "but the file has 100000 bytes; the file may be cut short",
      prepare: weights { $0 = $0.prefix(100_000) }),
    Refusal(
      testDescription: "empty weights", sentence: "it has 0 bytes, too few for a safetensors file",
      prepare: weights { $0 = Data() }),
    Refusal(
      testDescription: "lying header", sentence: "announce a header of 9223372036854775807 bytes",
      prepare: weights { $0.replaceSubrange(0..<8, with: [255, 255, 255, 255, 255, 255, 255, 127]) }),
    Refusal(
      testDescription: "missing tensor", sentence: "the tensor transformer.ln_f.bias is missing",
      prepare: model { $0.tensors.removeLast() }),
    Refusal(
      testDescription: "extra tensor", sentence: "the tensor transformer.h.2.more is not part of a gpt2 model",
      prepare: model {
        $0.tensors.append(RunModel.Weight(name: "transformer.h.2.more", shape: [1], values: [1]))
      }),
    Refusal(
      testDescription: "wrong shape", sentence: "has shape [96, 32], and config.json asks for [32, 96]",
      prepare: model { $0.change("h.1.attn.c_attn.weight") { $0.shape = [96, 32] } }),
    Refusal(
      testDescription: "NaN weights", sentence: "transformer.h.1.mlp.c_fc.bias holds NaN or infinite values",
      prepare: model { $0.change("h.1.mlp.c_fc.bias") { $0.values[7] = .nan } }),
    Refusal(
      testDescription: "tokenizer larger than the vocabulary",
      sentence: "it has 480 pieces, and the model's vocabulary only 400",
      prepare: { try RunModel(vocabulary: 400).write(to: $0.path + "/model") }),
    Refusal(
      testDescription: "a layer that is not there", code: 64,
      sentence:
        "override 'lora_target_modules=c_attn,q_proj': training.lora_target_modules is c_attn,q_proj, and q_proj matches "
        + "no linear layer of the model. Name some "
        + "of attn.c_attn, attn.c_proj, mlp.c_fc, mlp.c_proj, or all-linear alone.",
      arguments: ["lora_target_modules=c_attn,q_proj"]),
    Refusal(
      testDescription: "a backbone that is not there, as the file has it", code: 64,
      sentence: "experiments/tiny.yaml:3:15: cannot load the model", prepare: remove("model")),
    Refusal(
      testDescription: "no JSON object", sentence: "model/config.json: it is not a JSON object. Copy it again",
      prepare: { try $0.write("[1]", to: "model/config.json") }),
    Refusal(
      testDescription: "a folder as config.json",
      sentence: "model/config.json is a directory. Put the file of that name there instead.",
      prepare: {
        try remove("model/config.json")($0)
        try $0.write("", to: "model/config.json/file")
      }),
    Refusal(
      testDescription: "pruned heads", sentence: "pruned_heads is {\"0\":[1]}, and models without some of their",
      prepare: {
        let text = try $0.text("model/config.json")
        let brace = try #require(text.firstIndex(of: "{"))
        try $0.write("{\"pruned_heads\": {\"0\": [1]}," + text[text.index(after: brace)...], to: "model/config.json")
      }),
    Refusal(
      testDescription: "a folder as tokenizer",
      sentence: "/model/tokenizer.model: it is a directory, not a regular file",
      prepare: {
        try remove("model/tokenizer.model")($0)
        try $0.write("", to: "model/tokenizer.model/file")
      }),
    Refusal(
      testDescription: "an end of sequence outside the vocabulary",
      sentence: "/model/generation_config.json: eos_token_id is 480, and must be a token id from 0 to 479",
      prepare: { try $0.write("{\"eos_token_id\": 480}", to: "model/generation_config.json") }),
  ]

  private static let longText = String(repeating: "save the file and close the page ", count: 9)

  static let data: [Refusal] = [
    Refusal(
      testDescription: "no data file", code: 64, sentence: "there is no such file. Correct dataset.train_dataframe",
      prepare: remove("train.csv")),
    Refusal(
      testDescription: "a folder as data", sentence: "it is a directory, not a regular file",
      arguments: ["train_dataframe=../data.csv"],
      prepare: { try $0.write("", to: "data.csv/file") }),
    Refusal(testDescription: "empty data", sentence: "the file is empty", prepare: train("")),
    Refusal(testDescription: "a header only", sentence: "it has no data rows", prepare: train("instruction,output\n")),
    Refusal(
      testDescription: "missing prompt column",
      sentence: "it has no column \"question\", which dataset.prompt_column names; its columns are \"instruction\"",
      arguments: ["prompt_column=question"]),
    Refusal(
      testDescription: "missing answer column",
      sentence: "it has no column \"reply\", which dataset.answer_column names",
      arguments: ["answer_column=reply"]),
    Refusal(
      testDescription: "invalid UTF-8", sentence: "row 2 (line 3), column \"output\", is not valid UTF-8 (byte 0xFF)",
      prepare: { try $0.write(Data("instruction,output\na,b\nc,".utf8) + [0xFF, 0x0A], to: "train.csv") }),
    Refusal(
      testDescription: "one row", sentence: "cannot split ../train.csv: one row with an answer",
      prepare: train("instruction,output\na,b\n")),
    Refusal(
      testDescription: "no answers", sentence: "none of its 2 rows has text in the column \"output\"",
      prepare: train("instruction,output\na,\nb,\n")),
    Refusal(
      testDescription: "validation without answers",
      sentence: "cannot evaluate on ../held-out.csv: none of its 1 row has text in the column",
      arguments: ["validation_strategy=custom", "validation_dataframe=../held-out.csv"],
      prepare: { try $0.write("instruction,output\na,\n", to: "held-out.csv") }),
    Refusal(
      testDescription: "empty prompts", sentence: "of ../train.csv: its prompt is empty; fill it",
      arguments: ["add_eos_token_to_prompt=False"], prepare: train("instruction,output\n,a\n,b\n,c\n")),
    Refusal(
      testDescription: "a row longer than the positions", code: 64,
      sentence: "cannot train: row 2 of ../held-out.csv has 130 tokens, and the model has 64 positions; set "
        + "tokenizer.max_length to 64 or less",
      arguments: ["validation_strategy=custom", "validation_dataframe=../held-out.csv"],
      prepare: { try $0.write("instruction,output\na,b\n\(longText),a\nd,e\n", to: "held-out.csv") }),
    Refusal(
      testDescription: "a prompt as long as the positions", sentence: "lower tokenizer.max_length_prompt",
      arguments: ["max_length=64"], prepare: train("instruction,output\n\(longText),a\n\(longText),b\n")),
  ]

  static let settings: [Refusal] = [
    Refusal(
      testDescription: "typo", code: 64,
      sentence:
        "experiments/tiny.yaml:11:3: unknown key 'training.learning_rat'; did you mean 'training.learning_rate'?",
      prepare: {
        try $0.write(
          RunWorkspace.configuration.replacingOccurrences(of: "learning_rate", with: "learning_rat"),
          to: "experiments/tiny.yaml")
      }),
    Refusal(
      testDescription: "unknown override", code: 64,
      sentence: "override 'lora_rr=4': unknown key 'lora_rr'; did you mean 'training.lora_r'?",
      arguments: ["lora_rr=4"]),
    Refusal(
      testDescription: "wrong type", code: 64, sentence: "training.epochs is two, but must be a whole number",
      arguments: ["epochs=two"]),
    Refusal(
      testDescription: "out of range", code: 64, sentence: "training.learning_rate is -1, but must be a number above 0",
      arguments: ["learning_rate=-1"]),
    Refusal(
      testDescription: "not supported yet", code: 64,
      sentence: "architecture.backbone_dtype int8 is not supported yet; use ",
      arguments: ["backbone_dtype=int8"]),
    Refusal(
      testDescription: "sampling with beams", code: 64,
      sentence: "prediction.num_beams is 2, but must be 1 when prediction.do_sample is true",
      arguments: ["do_sample=true", "num_beams=2"]),
    Refusal(
      testDescription: "another rate for nothing", code: 64,
      sentence: "training.differential_learning_rate_layers is lora_B, wte, and wte is part of no trained parameter's "
        + "name. Name parts of some of h.*.attn.c_attn.lora_A.weight, h.*.attn.c_attn.lora_B.weight.",
      arguments: ["differential_learning_rate_layers=[lora_B, wte]"]),
    Refusal(
      testDescription: "no configuration", code: 64, sentence: "tiny.yaml: there is no such configuration file",
      prepare: remove("experiments/tiny.yaml")),
    Refusal(
      testDescription: "a name that git refuses", code: 64,
      sentence: "cannot name an experiment 'a..b': it contains '..'",
      arguments: ["-n", "a..b"]),
    Refusal(
      testDescription: "no option", code: 64, sentence: "did you mean '--dry-run'? See 'kiseki help run'.",
      arguments: ["--dry-rum"]),
    Refusal(
      testDescription: "a setting as an option", code: 64,
      sentence: "unknown option '--lora-r'; did you mean 'lora_r=4'? See", arguments: ["--lora-r=4"]),
    Refusal(
      testDescription: "a -C that leads nowhere", code: 64,
      sentence: "option '-C': '/nonexistent' is no directory that can be entered.", arguments: ["-C", "/nonexistent"]),
  ]

  @Test(arguments: models + data + settings)
  func `bad input is refused in one sentence and leaves nothing`(refusal: Refusal) throws {
    let workspace = try RunWorkspace()
    try refusal.prepare(workspace)
    let before = try FileManager.default.subpathsOfDirectory(atPath: workspace.path).sorted()
    let ended = try workspace.start(["run", "experiments/tiny.yaml"] + refusal.arguments).wait()
    #expect(ended.code == refusal.code, "\(ended.errors)")
    #expect(ended.output == "")
    #expect(ended.sentence.hasPrefix("kiseki: ") && ended.sentence.contains(refusal.sentence), "\(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    #expect(try FileManager.default.subpathsOfDirectory(atPath: workspace.path).sorted() == before)
  }
}
