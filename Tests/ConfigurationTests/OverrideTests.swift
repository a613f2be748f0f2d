import Configuration
import Foundation
import Testing

@Test func `overrides win over the file, later ones over earlier ones`() throws {
  let configuration = try parse(
    needed + "training.lora_r: 2\n",
    ["lora_r=4", "training.lora_r=8", "text_prompt_start=質問:\\n", "prompt_column=[a, b]"])
  #expect(configuration.training.loraR == 8)
  #expect(configuration.dataset.textPromptStart == "質問:\n")
  #expect(configuration.dataset.promptColumns == ["a", "b"])
}

@Test(arguments: [
  ("lora_r=x", "override 'lora_r=x': training.lora_r is x, but must be a whole number from 1 to 65536"),
  ("lora_rr=8", "override 'lora_rr=8': unknown key 'lora_rr'; did you mean 'training.lora_r'?"),
  ("lora_r", "override 'lora_r': an override has the form key=value, for example training.lora_r=8"),
  ("=8", "override '=8': an override has the form key=value, for example training.lora_r=8"),
])
func `a bad override names itself`(_ override: String, _ description: String) throws {
  let error = try refusal(needed, [override])
  #expect(error.description == description)
  #expect(error.file == nil)
  #expect(error.override == override)
}

@Test func `an override that YAML takes for a comment is refused`() throws {
  let error = try refusal(needed, ["text_prompt_start=### 指示:"])
  #expect(error.description.contains("double quotes"))
  #expect(try parse(needed, ["text_prompt_start=\"### 指示:\""]).dataset.textPromptStart == "### 指示:")
}

@Test func `an empty override empties a text`() throws {
  #expect(
    try parse(needed + "dataset.text_prompt_start: x\n", ["text_prompt_start="]).dataset.textPromptStart == ""
  )
}

@Test func `an override that YAML cannot read is refused`() throws {
  #expect(try refusal(needed, ["lora_r=[1"]).override == "lora_r=[1")
}

@Test func `an override can replace what is not supported yet`() throws {
  let text = needed + "architecture.backbone_dtype: int8\n"
  #expect(try parse(text, ["backbone_dtype=float16"]).architecture.backboneDtype == .float16)
}

@Test func `the source is kept byte for byte with the overrides as comments`() throws {
  let text = needed + "# my comment"
  #expect(try parsing(text).source() == Data(text.utf8))
  let source = try parsing(text, ["lora_r=8", "text_prompt_start=\"a\nb\""]).source()
  let comments = "\n# override: lora_r=8\n# override: text_prompt_start=\"a\n#   b\"\n"
  #expect(String(decoding: source, as: UTF8.self) == text + comments)
}

@Test func `an absolute path of an override is recorded as the record calls it`() throws {
  let words = [
    "train_dataframe=/home/ann/work/a b.csv", "llm_backbone=/home/ann/model", "text_prompt_start=/x/",
    "test_dataframe=b.csv",
  ]
  let source = String(
    decoding: try parsing(needed, words).source { "from " + $0.split(separator: "/").last! }, as: UTF8.self)
  #expect(
    source.dropFirst(needed.count)
      == "# override: train_dataframe=\"from a b.csv\"\n# override: llm_backbone=\"from model\"\n"
      + "# override: text_prompt_start=/x/\n# override: test_dataframe=b.csv\n")
}

@Test func `keys of H2O LLM Studio without counterpart get one warning`() throws {
  let text =
    needed
    + "environment:\n  gpus: ['0', '1']\n  compile_model: false\nlogging:\n  logger: None\nproblem_type: text_causal_language_modeling\n"
  let warnings = try parsing(text, ["trust_remote_code=true"]).warnings
  #expect(
    warnings == [
      "known from H2O LLM Studio, without a counterpart here and ignored: environment.gpus, "
        + "environment.compile_model, logging.logger, environment.trust_remote_code"
    ])
}

@Test(arguments: [
  ("tokenizer.use_fast: true", "without meaning here"),
  ("dataset.validation_dataframe: v.csv", "is not read"),
  (
    "dataset: {train_dataframe: t.csv, validation_strategy: custom, validation_dataframe: t.csv}", "same file"
  ),
  ("dataset.answer_column: instruction", "shown the answer"),
  ("training: {lora: false, lora_r: 8}", "without effect, because training.lora is false: training.lora_r"),
  (
    "training: {lora: false, use_dora: true}\narchitecture.force_embedding_gradients: true",
    "without effect, because training.lora is false: training.use_dora, architecture.force_embedding_gradients"
  ),
  ("architecture.pretrained: false", "random weights"),
  ("prediction: {temperature: 0.7, top_p: 0.9}", "do_sample is false: prediction.temperature, prediction.top_p"),
  (
    "training: {optimizer: SGD, optimizer_beta1: 0.9, optimizer_epsilon: 0.1}",
    "without effect, because training.optimizer is SGD: training.optimizer_beta1, training.optimizer_epsilon"
  ),
  ("training.differential_learning_rate: 0.1", "names no parameters"),
])
func `what works but is hardly meant gets a warning`(_ line: String, _ part: String) throws {
  let text = line.hasPrefix("dataset:") ? "llm_backbone: m\n" + line : needed + line
  let warnings = try parsing(text + "\n").warnings
  #expect(warnings.count == 1)
  #expect(warnings.first?.contains(part) == true)
}

@Test func `a resolved configuration lists every key, and none of that is worth a warning`() throws {
  let given = try parse(needed + "training: {optimizer: Adadelta, lora: false}\n")
  #expect(try parsing(given.resolvedYAML()).warnings.isEmpty)
  let overridden = try parsing(given.resolvedYAML(), ["optimizer_beta2=0.99"]).warnings
  #expect(overridden == ["without effect, because training.optimizer is Adadelta: training.optimizer_beta2"])
}

@Test(arguments: ["Adam", "AdamW", "AdamW8bit"])
func `the settings of the Adams have effect in each of them`(_ optimizer: String) throws {
  let text = needed + "training: {optimizer: \(optimizer), optimizer_beta1: 0.8, optimizer_beta2: 0.9}\n"
  #expect(try parsing(text).warnings.isEmpty)
}

@Test func `an ordinary configuration has no warning`() throws {
  #expect(try parsing(needed).warnings.isEmpty)
}
