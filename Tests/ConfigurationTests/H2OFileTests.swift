import Configuration
import Foundation
import Testing

/// Complete files as H2O LLM Studio writes them: every key of the version of summer 2023, which the tutorial used, and of
/// a late 2024 one, with that version's defaults.
@Suite struct H2OFileTests {
  static let versions = ["h2o-2023", "h2o-2024"]

  private func file(_ version: String) throws -> String {
    let path = URL(fileURLWithPath: #filePath)
      .appendingPathComponent("../../Fixtures/Configurations/\(version).yaml").standardized.path
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test(arguments: versions) func `a complete file loads with one warning`(_ version: String) throws {
    let (loaded, refusals) = try loadingWhatIsSupported(try file(version))
    #expect(loaded.warnings.count == 1, "\(loaded.warnings)")
    // What needs another kind of computation stays refused: int4, which is the default of 2024.
    let types = refusals.filter { $0.description.contains("architecture.backbone_dtype int4 is not supported yet") }
    #expect(types.count == refusals.count && types.count == (version == "h2o-2024" ? 1 : 0), "\(refusals)")
  }

  @Test(arguments: versions) func `the warning names every key without a counterpart, and no other`(
    _ version: String
  ) throws {
    let text = try file(version)
    let loaded = try loadingWhatIsSupported(text).loaded
    let warning = try #require(loaded.warnings.first)
    var section = ""
    for line in text.split(separator: "\n") where line.contains(":") && !line.contains("- ") {
      let name = String(line.split(separator: ":")[0].filter { $0 != " " })
      if !line.hasPrefix(" ") { section = line.hasSuffix(":") ? name + "." : "" }
      let key = line.hasPrefix(" ") ? section + name : name
      guard !key.hasSuffix(":"), !(line.hasSuffix(":") && !line.hasPrefix(" ")) else { continue }
      let isNamed = warning.contains(" \(key),") || warning.contains(" \(key);") || warning.hasSuffix(" \(key)")
      let isOurs = ParameterTable.parameter(key) != nil
      let hasOtherName = ["problem_type", "training.save_checkpoint", "tokenizer.tokenizer_kwargs"].contains(key)
      let isRead = (isOurs && key != "output_directory" && key != "tokenizer.use_fast") || hasOtherName
      #expect(isNamed != isRead, "\(key)")
    }
  }

  @Test func `values are read as H2O LLM Studio means them`() throws {
    let configuration = try loadingWhatIsSupported(try file("h2o-2023")).loaded.configuration
    #expect(configuration.dataset.textPromptStart == "### 指示:\n")
    #expect(configuration.dataset.textAnswerSeparator == "\n\n### 応答:\n")
    #expect(configuration.dataset.promptColumns == ["instruction", "input"])
    #expect(configuration.dataset.parentIDColumn == nil && configuration.dataset.systemColumn == nil)
    #expect(configuration.dataset.validationDataframe.isEmpty)
    #expect(configuration.experimentName == "quiet-heron.1")
    #expect(configuration.outputDirectory.isEmpty)
    #expect(configuration.tokenizer.useFast)
    #expect(configuration.training.differentialLearningRateLayers.isEmpty)
    #expect(configuration.environment.seed == -1)
  }

  @Test(arguments: [
    ("training.save_checkpoint: last", "training.save_best_checkpoint", "false"),
    ("tokenizer.tokenizer_kwargs: '{\"use_fast\": true}'", "tokenizer.use_fast", "true"),
    ("prediction.stop_tokens: []", "prediction.stop_tokens", "\"\""),
    ("training.lora_target_modules: [c_attn, c_fc]", "training.lora_target_modules", "\"c_attn,c_fc\""),
    ("training.loss_function: CrossEntropy", "training.loss_function", "TokenAveragedCrossEntropy"),
    ("dataset.prompt_column: !!python/tuple [a]", "dataset.prompt_column", "[a]"),
    ("prediction.temperature: 0.0", "prediction.temperature", "0.0"),
  ])
  func `other spellings stand for settings of ours`(_ line: String, _ key: String, _ value: String) throws {
    let configuration = try parse(needed + line + "\n")
    #expect(configuration[key].map(Parameter.text) == value)
  }

  @Test func `saving the best checkpoint is the setting of that name`() throws {
    let (loaded, refusals) = try loadingWhatIsSupported(needed + "training.save_checkpoint: best\n")
    #expect(
      loaded.configuration.training.saveBestCheckpoint
        != refusals.contains { $0.key == "training.save_best_checkpoint" })
    #expect(loaded.warnings.isEmpty)
    let other = try parsing(needed + "training.save_checkpoint: each_evaluation_epoch\n")
    #expect(other.warnings.first?.contains("training.save_checkpoint") == true)
  }

  @Test(arguments: ["GPT", "GPT3.5", "GPT4"]) func `every name of the judge means the same`(_ name: String) throws {
    let parameter = try #require(ParameterTable.parameter("prediction.metric"))
    guard case .choice(_, let aliases) = parameter.kind else {
      Issue.record("prediction.metric is no choice")
      return
    }
    #expect(aliases[name] == "OpenAI API")
  }

  @Test func `arguments of a tokenizer that mean nothing here are named`() throws {
    let text = needed + "tokenizer.tokenizer_kwargs: '{\"legacy\": false, \"add_prefix_space\": false}'\n"
    #expect(try parsing(text).warnings.first?.contains("tokenizer.tokenizer_kwargs") == true)
    #expect(try parsing(needed + "tokenizer_kwargs: '{'\n").warnings.count == 1)
  }

  @Test(arguments: [
    "text_causal_classification_modeling", "text_sequence_to_sequence_modeling", "text_rlhf_language_modeling",
  ])
  func `a file of another problem type is refused at its line`(_ type: String) throws {
    let error = try refusal(needed + "problem_type: \(type)\nlogging: {logger: None}\n")
    #expect(error.line == 4 && error.key == "problem_type")
    #expect(error.description.contains("only text_causal_language_modeling can be trained here"))
  }

  @Test(arguments: ["int8", "int4"]) func `quantized weights are refused by name`(_ type: String) throws {
    let error = try refusal(needed + "architecture.backbone_dtype: \(type)\n")
    #expect(error.description.contains("architecture.backbone_dtype \(type) is not supported yet; use "))
  }

  @Test func `an output directory of our own is still a setting`() throws {
    #expect(try parse(needed + "output_directory: elsewhere\n").outputDirectory == "elsewhere")
    #expect(try parse(needed + "output_directory: ''\n") == parse(needed))
  }

  @Test func `sampling without a temperature is refused`() throws {
    let error = try refusal(needed + "prediction: {do_sample: true, temperature: 0}\n")
    #expect(error.key == "prediction.temperature")
    #expect(error.description.contains("must be above 0 when prediction.do_sample is true"))
  }
}

/// Loads a configuration whose every unsupported value is given up for the default, one by one.
///
/// - Returns: what was loaded, and why values were given up.
func loadingWhatIsSupported(_ text: String, name: String = "test.yaml", baseDirectory: String = "/folder") throws -> (
  loaded: LoadedConfiguration, refusals: [ConfigurationError]
) {
  var overrides: [String] = []
  var refusals: [ConfigurationError] = []
  while true {
    do {
      let loaded = try ExperimentConfiguration.parse(
        Data(text.utf8), name: name, overrides: overrides, baseDirectory: baseDirectory)
      return (loaded, refusals)
    } catch {
      guard let key = error.key, let parameter = ParameterTable.parameter(key),
        !refusals.contains(where: { $0.key == key })
      else { throw error }
      refusals.append(error)
      overrides.append("\(key)=\(Parameter.text(parameter.defaultValue))")
    }
  }
}
