extension ExperimentConfiguration {
  /// The section `dataset`.
  public struct Dataset: Sendable {
    /// As written: see `ExperimentConfiguration.absolutePath`.
    public let trainDataframe: String
    public let validationStrategy: ValidationStrategy
    /// Empty for none.
    public let validationDataframe: String
    /// Empty for none.
    public let testDataframe: String
    public let validationSize: Double
    public let splitSeed: Int
    public let dataSample: Double
    public let dataSampleChoice: [DataSampleChoice]
    public let systemColumn: String?
    /// At least one.
    public let promptColumns: [String]
    /// Escapes are decoded, as in every marker.
    public let promptColumnSeparator: String
    public let answerColumn: String
    public let parentIDColumn: String?
    public let idColumn: String?
    public let limitChainedSamples: Bool
    public let onlyLastAnswer: Bool
    public let textSystemStart: String
    public let textPromptStart: String
    public let textAnswerSeparator: String
    public let addEOSTokenToSystem: Bool
    public let addEOSTokenToPrompt: Bool
    public let addEOSTokenToAnswer: Bool
    public let maskPromptLabels: Bool

    init(_ read: SettingsReader) {
      trainDataframe = read.text("dataset.train_dataframe")
      validationStrategy = read.choice("dataset.validation_strategy")
      validationDataframe = read.text("dataset.validation_dataframe")
      testDataframe = read.text("dataset.test_dataframe")
      validationSize = read.number("dataset.validation_size")
      splitSeed = read.integer("dataset.split_seed")
      dataSample = read.number("dataset.data_sample")
      dataSampleChoice = read.choices("dataset.data_sample_choice")
      systemColumn = read.optionalText("dataset.system_column")
      promptColumns = read.texts("dataset.prompt_column")
      promptColumnSeparator = read.text("dataset.prompt_column_separator")
      answerColumn = read.text("dataset.answer_column")
      parentIDColumn = read.optionalText("dataset.parent_id_column")
      idColumn = read.optionalText("dataset.id_column")
      limitChainedSamples = read.bool("dataset.limit_chained_samples")
      onlyLastAnswer = read.bool("dataset.only_last_answer")
      textSystemStart = read.text("dataset.text_system_start")
      textPromptStart = read.text("dataset.text_prompt_start")
      textAnswerSeparator = read.text("dataset.text_answer_separator")
      addEOSTokenToSystem = read.bool("dataset.add_eos_token_to_system")
      addEOSTokenToPrompt = read.bool("dataset.add_eos_token_to_prompt")
      addEOSTokenToAnswer = read.bool("dataset.add_eos_token_to_answer")
      maskPromptLabels = read.bool("dataset.mask_prompt_labels")
    }
  }

  /// The section `tokenizer`.
  public struct Tokenizer: Sendable {
    /// Tokens.
    public let maxLengthPrompt: Int
    /// Tokens, the end token counted.
    public let maxLengthAnswer: Int
    /// Tokens.
    public let maxLength: Int
    public let paddingQuantile: Double
    public let addPromptAnswerTokens: Bool
    public let addPrefixSpace: Bool
    /// Recorded only.
    public let useFast: Bool

    init(_ read: SettingsReader) {
      maxLengthPrompt = read.integer("tokenizer.max_length_prompt")
      maxLengthAnswer = read.integer("tokenizer.max_length_answer")
      maxLength = read.integer("tokenizer.max_length")
      paddingQuantile = read.number("tokenizer.padding_quantile")
      addPromptAnswerTokens = read.bool("tokenizer.add_prompt_answer_tokens")
      addPrefixSpace = read.bool("tokenizer.add_prefix_space")
      useFast = read.bool("tokenizer.use_fast")
    }
  }

  /// The section `augmentation`.
  public struct Augmentation: Sendable {
    public let tokenMaskProbability: Double
    public let skipParentProbability: Double
    public let randomParentProbability: Double
    public let neftuneNoiseAlpha: Double

    init(_ read: SettingsReader) {
      tokenMaskProbability = read.number("augmentation.token_mask_probability")
      skipParentProbability = read.number("augmentation.skip_parent_probability")
      randomParentProbability = read.number("augmentation.random_parent_probability")
      neftuneNoiseAlpha = read.number("augmentation.neftune_noise_alpha")
    }
  }
}
