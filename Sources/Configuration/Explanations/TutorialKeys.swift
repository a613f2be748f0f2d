extension Parameter {
  /// Whether the tutorial's page sets it; a setting it does not have keeps the default there.
  public var isInTutorial: Bool { !Self.notInTutorial.contains(key) }

  private static let notInTutorial: Set<String> = [
    "experiment_name", "output_directory",
    "dataset.train_dataframe", "dataset.validation_dataframe", "dataset.split_seed", "dataset.parent_id_column",
    "dataset.id_column", "dataset.limit_chained_samples", "dataset.only_last_answer", "dataset.text_system_start",
    "dataset.add_eos_token_to_system",
    "tokenizer.add_prompt_answer_tokens", "tokenizer.add_prefix_space", "tokenizer.use_fast",
    "training.optimizer_beta1", "training.optimizer_beta2", "training.optimizer_epsilon",
    "training.differential_learning_rate", "training.differential_learning_rate_layers", "training.use_rslora",
    "training.use_dora", "training.early_stopping_patience", "training.checkpoint_seconds",
    "training.checkpoint_steps",
    "prediction.bleu_tokenize", "prediction.top_k", "prediction.top_p", "prediction.metric_gpt_model",
    "prediction.metric_gpt_template", "prediction.judge_concurrency", "prediction.judge_timeout",
    "prediction.judge_attempts",
    "environment.huggingface_branch",
  ]
}
