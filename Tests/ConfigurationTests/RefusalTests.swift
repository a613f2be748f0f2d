import Configuration
import Foundation
import Tables
import Testing

@Test func `a typo is refused with its place and the nearest key`() throws {
  let error = try refusal(needed + "training:\n  learning_rte: 0.1\n")
  #expect(error.line == 5)
  #expect(error.column == 3)
  #expect(error.key == "training.learning_rte")
  #expect(error.nearest == "training.learning_rate")
  #expect(
    error.description
      == "test.yaml:5:3: unknown key 'training.learning_rte'; did you mean 'training.learning_rate'?")
}

@Test func `a key in the wrong section names the right one`() throws {
  #expect(try refusal(needed + "environment:\n  lora_r: 8\n").nearest == "training.lora_r")
}

@Test func `a misspelt section is refused`() throws {
  let error = try refusal(needed + "trainning:\n  lora_r: 8\n")
  #expect(error.line == 4)
  #expect(error.description == "test.yaml:4:1: unknown section 'trainning'; did you mean 'training'?")
  #expect(try refusal(needed + "trainig:\n").nearest == "training")
}

@Test func `of two keys one letter away the longer one is meant`() throws {
  #expect(try refusal(needed, ["lorar=3"]).nearest == "training.lora_r")
}

@Test func `a choice that is none is named among several`() throws {
  let error = try refusal(needed, ["data_sample_choice=[Train, Foo]"])
  #expect(error.problem.contains(", and \"Foo\" is none of what it must be: a list of"))
}

@Test func `a refusal that the model gives says where its setting was written`() throws {
  let sentence = "training.lora_target_modules is x, and x matches no linear layer."
  let file = try parse(needed + "training:\n  lora_target_modules: x\n")
  #expect(file.refusal(sentence)?.description == "test.yaml:5:24: " + sentence)
  let override = try parse(needed, ["lora_target_modules=x"])
  let drawn = try override.setting("experiment_name", to: "drawn")
  for configuration in [override, drawn] {
    #expect(configuration.refusal(sentence)?.description == "override 'lora_target_modules=x': " + sentence)
  }
  // A default was written nowhere.
  #expect(try parse(needed).refusal(sentence) == nil)
  #expect(file == (try parse(needed, ["lora_target_modules=x"])))
}

@Test(arguments: [
  ("training.lora_r", "eight", "a whole number from 1 to 65536"),
  ("training.lora_r", "0", "a whole number from 1 to 65536"),
  ("training.lora_r", "8.5", "a whole number from 1 to 65536"),
  ("training.lora_r", "'8'", "a whole number from 1 to 65536"),
  ("training.lora_r", "99999999999999999999", "a whole number from 1 to 65536"),
  ("training.lora_r", "[8]", "a whole number from 1 to 65536"),
  ("training.learning_rate", "0", "a number above 0"),
  ("training.learning_rate", ".nan", "a number above 0"),
  ("training.learning_rate", ".inf", "a number above 0"),
  ("training.learning_rate", "1e999", "a number above 0"),
  ("training.learning_rate", "fast", "a number above 0"),
  ("training.lora_dropout", "1.0", "a number of at least 0 and below 1"),
  ("training.lora", "yes", "true or false"),
  ("training.lora", "1", "true or false"),
  ("training.schedule", "cosine", "one of Cosine, Linear, Constant"),
  ("dataset.prompt_column", "[]", "a name or a list of names"),
  ("dataset.prompt_column", "{a: b}", "a name or a list of names"),
  ("dataset.data_sample_choice", "[Train, Test]", "a list of one or more of Train, Validation"),
  ("dataset.answer_column", "[a]", "a text"),
  ("tokenizer.max_length", "1", "a whole number from 2 to 1048576"),
])
func `a value of the wrong type or range is refused with what is allowed`(
  _ key: String, _ value: String, _ allowed: String
) throws {
  let error = try refusal("\(needed)\(key): \(value)\n")
  #expect(error.line == 4)
  #expect(error.key == key)
  #expect(error.allowed == allowed)
  #expect(error.description.contains("\(key) is "))
}

@Test func `a choice in the wrong case names the right one`() throws {
  #expect(try refusal(needed + "training.schedule: cosine\n").nearest == "Cosine")
}

@Test(arguments: [
  "architecture.backbone_dtype: int8", "architecture.backbone_dtype: int4",
])
func `what is not built yet is refused, and says so`(_ line: String) throws {
  let error = try refusal(needed + line + "\n")
  #expect(error.description.contains("not supported yet"))
  #expect(error.line == 4)
}

@Test func `what is not built yet may be written with its default`() throws {
  let text =
    needed + "environment.huggingface_branch: main\nenvironment.mixed_precision: False\n"
    + "training.loss_function: CrossEntropy\n"
  #expect(try parse(text) == parse(needed))
}

@Test(arguments: [
  ("dataset:\n  train_dataframe: a.csv\n", "llm_backbone"),
  ("llm_backbone: model\n", "dataset.train_dataframe"),
  ("", "llm_backbone"),
  ("# only a comment\n", "llm_backbone"),
  (needed + "dataset.validation_strategy: custom\n", "dataset.validation_strategy"),
  (needed + "training.warmup_epochs: 1.5\n", "training.warmup_epochs"),
  (
    needed + "prediction: {min_length_inference: 9, max_length_inference: 8}\n",
    "prediction.min_length_inference"
  ),
  (needed + "prediction.max_length_inference: 1\n", "prediction.max_length_inference"),
  (needed + "experiment_name: ../escape\n", "experiment_name"),
  (needed + "experiment_name: \"two words\"\n", "experiment_name"),
  (needed + "experiment_name: base@2\n", "experiment_name"),
])
func `a combination that cannot work is refused`(_ text: String, _ key: String) throws {
  let error = try refusal(text)
  #expect(error.key == key)
  #expect(error.file == "test.yaml")
}

@Test func `a combination is refused at the line that made it`() throws {
  let error = try refusal(needed + "training:\n  epochs: 2\n  warmup_epochs: 3\n")
  #expect(error.line == 6)
  #expect(error.description.contains("must not exceed training.epochs, which is 2"))
}

@Test func `zero epochs may have a warm-up, because nothing is trained`() throws {
  #expect(try parse(needed + "training: {epochs: 0, warmup_epochs: 1}\n").training.epochs == 0)
}

@Test func `a newer format is refused`() throws {
  #expect(try refusal("format: 2\n" + needed).key == "format")
}
