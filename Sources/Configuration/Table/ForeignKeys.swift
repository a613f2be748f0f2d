extension ParameterTable {
  /// Keys of H2O LLM Studio's files that have no counterpart here: accepted with one warning that names them.
  public static let foreignKeys: Set<String> = {
    let bySection: [String: [String]] = [
      "": ["problem_type"],
      "dataset": ["chatbot_author", "chatbot_name", "personalize"],
      "tokenizer": ["tokenizer_kwargs"],
      "training": [
        "adaptive_kl_control", "advantages_gamma", "advantages_lambda", "attention_implementation",
        "freeze_layers",
        "full_kl_penalty", "initial_kl_coefficient", "kl_horizon", "kl_target", "lora_unfreeze_layers",
        "offload_reward_model", "ppo_batch_size", "ppo_clip_policy", "ppo_clip_value", "ppo_epochs",
        "ppo_generate_temperature", "reward_model", "rollout_steps", "save_checkpoint",
        "scaling_factor_value_loss", "use_flash_attention_2", "use_rlhf",
      ],
      "prediction": ["num_history", "prompt_lookup_num_tokens"],
      "environment": [
        "compile_model", "deepspeed_allgather_bucket_size", "deepspeed_method",
        "deepspeed_reduce_bucket_size",
        "deepspeed_stage3_max_live_parameters", "deepspeed_stage3_max_reuse_distance",
        "deepspeed_stage3_param_persistence_threshold", "deepspeed_stage3_prefetch_bucket_size",
        "find_unused_parameters", "gpus", "mixed_precision_dtype", "trust_remote_code", "use_deepspeed",
        "use_fsdp",
      ],
      "logging": [
        "log_all_ranks", "log_step_size", "logger", "neptune_project", "number_of_texts", "wandb_entity",
        "wandb_project",
      ],
    ]
    return Set(
      bySection.flatMap { section, names in names.map { section.isEmpty ? $0 : section + "." + $0 } })
  }()

  /// The full foreign key a name written in a file stands for, if it is one.
  static func foreignKey(_ name: String) -> String? {
    if foreignKeys.contains(name) { return name }
    return name.contains(".") ? nil : foreignKeys.first { $0.hasSuffix("." + name) }
  }
}
