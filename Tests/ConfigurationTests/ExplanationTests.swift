import CommandLine
import Configuration
import Testing

@Suite struct ExplanationTests {
  private static func hasJapanese(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x3040...0x30FF).contains($0.value) || (0x4E00...0x9FFF).contains($0.value) }
  }

  private func check(_ text: ExplanationText, _ key: String) {
    #expect(text.english.hasSuffix("."), "\(key)")
    #expect(text.japanese.hasSuffix("。"), "\(key)")
    #expect(Self.hasJapanese(text.japanese), "\(key)")
    // Markers are quoted as they are.
    #expect(!Self.hasJapanese(text.english.replacing("指示", with: "")), "\(key)")
    for text in [text.english, text.japanese] {
      #expect(!text.contains("  ") && !text.contains("\n"), "\(key): \(text)")
      #expect((10...420).contains(text.count), "\(key): \(text.count)")
    }
  }

  @Test(arguments: ParameterTable.all.map(\.key)) func `every setting says when to change it, in both languages`(
    _ key: String
  ) throws {
    let parameter = try #require(ParameterTable.parameter(key))
    let advice = try #require(parameter.advice, "there is no advice on \(key) in Explanations")
    check(advice.use, key)
    if let correction = advice.correction { check(correction, key) }
    #expect(Self.hasJapanese(parameter.allowed(in: .japanese)) && parameter.allowed(in: .english) == parameter.allowed)
  }

  /// Settings that a text names have to exist, or the beginner looks for them in vain.
  @Test(arguments: ParameterTable.all.map(\.key)) func `settings named in a text are settings`(_ key: String) throws {
    let parameter = try #require(ParameterTable.parameter(key))
    let texts = [parameter.explanation, parameter.advice?.use, parameter.advice?.correction].compactMap { $0 }
    let others: Set<String> = [
      // Names of other programs, files and metrics.
      "c_attn", "parent_id", "grad_norm", "dataset.parent_id", "rsLoRA", "OPENAI_BASE_URL",
      "OPENAI_API_KEY",
    ]
    for text in texts.flatMap({ [$0.english, $0.japanese] }) {
      let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber || "._".contains($0))) }
      for word in words.map({ $0.hasSuffix(".") ? String($0.dropLast()) : String($0) })
      where word.contains("_") && !others.contains(word) {
        #expect(!ParameterTable.parameters(named: word).isEmpty, "\(key) names \(word)")
      }
    }
  }

  @Test func `what the tutorial's page has wrong is said`() throws {
    func correction(_ key: String) throws -> ExplanationText {
      try #require(ParameterTable.parameter(key)?.advice?.correction)
    }
    #expect(try correction("tokenizer.padding_quantile").english.contains("not a value that padding is filled with"))
    #expect(try correction("training.gradient_clip").english.contains("does not clamp single values"))
    #expect(try correction("training.warmup_epochs").english.contains("0 means no warm-up"))
    #expect(try correction("architecture.intermediate_dropout").japanese.contains("H2O LLM Studio"))
  }

  @Test func `every foreign key says why it means nothing here`() throws {
    for key in ParameterTable.foreignKeys.sorted() {
      let explanation = try #require(ParameterTable.foreignExplanation(key))
      #expect(explanation.key == key)
      check(explanation.reason, key)
    }
    #expect(ParameterTable.foreignExplanation("gpus")?.key == "environment.gpus")
    #expect(ParameterTable.foreignExplanation("lora_r") == nil)
  }

  @Test func `values of the tutorial are values that settings take`() throws {
    for parameter in ParameterTable.all where parameter.tutorialValue != parameter.defaultValue {
      #expect(parameter.isInTutorial, "\(parameter.key)")
    }
    for parameter in ParameterTable.all where parameter.isInTutorial {
      let value = Parameter.text(parameter.tutorialValue)
      let (_, refusals) = try loadingWhatIsSupported(
        parameter.key == "llm_backbone"
          ? "dataset.train_dataframe: a\nllm_backbone: \(value)" : needed + "\(parameter.key): \(value)\n")
      for error in refusals { #expect(error.description.contains("is not supported yet"), "\(error)") }
    }
  }

  /// Every setting of the tutorial's program is on one of three lists; anything else is refused.
  @Test(arguments: [
    "dataset": [
      "train_dataframe", "validation_strategy", "validation_dataframe", "validation_size", "data_sample",
      "data_sample_choice", "system_column", "prompt_column", "answer_column", "parent_id_column", "text_system_start",
      "text_prompt_start", "text_answer_separator", "limit_chained_samples", "add_eos_token_to_system",
      "add_eos_token_to_prompt", "add_eos_token_to_answer", "mask_prompt_labels", "personalize", "chatbot_name",
      "chatbot_author", "test_dataframe", "prompt_column_separator", "only_last_answer", "id_column",
    ],
    "tokenizer": [
      "max_length_prompt", "max_length_answer", "max_length", "padding_quantile", "add_prompt_answer_tokens",
      "use_fast", "add_prefix_space", "tokenizer_kwargs",
    ],
    "augmentation": [
      "token_mask_probability", "skip_parent_probability", "random_parent_probability", "neftune_noise_alpha",
    ],
    "architecture": [
      "backbone_dtype", "pretrained", "gradient_checkpointing", "force_embedding_gradients", "intermediate_dropout",
      "pretrained_weights",
    ],
    "training": [
      "loss_function", "optimizer", "learning_rate", "differential_learning_rate_layers", "differential_learning_rate",
      "batch_size", "drop_last_batch", "epochs", "schedule", "warmup_epochs", "weight_decay", "gradient_clip",
      "grad_accumulation", "lora", "lora_r", "lora_alpha", "lora_dropout", "lora_target_modules", "use_dora",
      "use_rslora", "save_best_checkpoint", "evaluation_epochs", "evaluate_before_training", "train_validation_data",
      "min_learning_rate_ratio", "use_rlhf", "freeze_layers", "attention_implementation", "lora_unfreeze_layers",
      "save_checkpoint", "use_flash_attention_2",
    ],
    "prediction": [
      "metric", "metric_gpt_model", "metric_gpt_template", "min_length_inference", "max_length_inference",
      "batch_size_inference", "do_sample", "num_beams", "temperature", "repetition_penalty", "stop_tokens", "top_k",
      "top_p", "max_time", "num_history",
    ],
    "environment": [
      "gpus", "mixed_precision", "mixed_precision_dtype", "compile_model", "use_fsdp", "use_deepspeed",
      "find_unused_parameters", "trust_remote_code", "huggingface_branch", "number_of_workers", "seed",
    ],
    "logging": ["logger", "neptune_project", "number_of_texts", "wandb_project", "wandb_entity"],
  ])
  func `every setting of the tutorial's program is known`(_ section: String, _ names: [String]) {
    for key in names.map({ section + "." + $0 }) {
      #expect((ParameterTable.parameter(key) != nil) != ParameterTable.foreignKeys.contains(key), "\(key)")
    }
  }
}
