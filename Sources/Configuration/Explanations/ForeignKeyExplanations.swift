extension ParameterTable {
  /// Why a setting of H2O LLM Studio means nothing here; `nil` for a key that is not such a one.
  ///
  /// - Returns: the full key and the reason.
  public static func foreignExplanation(_ name: String) -> (key: String, reason: ExplanationText)? {
    guard let key = foreignKey(name) else { return nil }
    let section = key.split(separator: ".").first.map(String.init) ?? ""
    return (key, reasons[key] ?? (section == "logging" ? logging : general(key)))
  }

  private static func general(_ key: String) -> ExplanationText {
    let name = key.split(separator: ".").last.map(String.init) ?? key
    if name.hasPrefix("deepspeed_") { return graphicsCards }
    return reinforcement.contains(name) ? reward : none
  }

  private static let reinforcement: Set<String> = [
    "adaptive_kl_control", "advantages_gamma", "advantages_lambda", "full_kl_penalty", "initial_kl_coefficient",
    "kl_horizon", "kl_target", "offload_reward_model", "ppo_batch_size", "ppo_clip_policy", "ppo_clip_value",
    "ppo_epochs", "ppo_generate_temperature", "reward_model", "rollout_steps", "scaling_factor_value_loss", "use_rlhf",
  ]

  private static let none = ExplanationText(
    "There is nothing like it here.", "ここには相当する機能がありません。")
  private static let graphicsCards = ExplanationText(
    "It spreads work over graphics cards; Kiseki computes on the processor.",
    "複数の GPU に計算を分けるための項目です。Kiseki は CPU で計算します。")
  private static let reward = ExplanationText(
    "It belongs to reinforcement learning from feedback, which Kiseki does not do.",
    "人の評価による強化学習のための項目です。Kiseki は行いません。")
  private static let logging = ExplanationText(
    "Kiseki sends nothing to a logging service: metrics are in the experiment's own files and reports.",
    "Kiseki は外部の記録サービスに何も送りません。記録は実験のフォルダとレポートにあります。")
  private static let speed = ExplanationText(
    "It chooses between ways to compute the same; Kiseki has one, made for the processor.",
    "同じ計算の方法を選ぶ項目です。Kiseki の方法は CPU 用の一つだけです。")
  private static let layers = ExplanationText(
    "Which layers learn is decided by lora, lora_target_modules and differential_learning_rate_layers here.",
    "どの層が学習するかは、lora、lora_target_modules、differential_learning_rate_layers で決まります。")

  private static let reasons: [String: ExplanationText] = [
    "problem_type": ExplanationText(
      "Kiseki tunes causal language models only, so there is nothing to choose.",
      "Kiseki が扱うのは文章を生成する言語モデルだけなので、選ぶものはありません。"),
    "dataset.personalize": personal, "dataset.chatbot_name": personal, "dataset.chatbot_author": personal,
    "tokenizer.tokenizer_kwargs": ExplanationText(
      "Of it, use_fast and add_prefix_space are read as the settings of those names; anything else has no effect.",
      "中の use_fast と add_prefix_space は、同じ名前の項目として読みます。ほかは効果がありません。"),
    "training.save_checkpoint": ExplanationText(
      "best is read as save_best_checkpoint true, last as false; the other choices have no counterpart.",
      "best は save_best_checkpoint の true、last は false として読みます。ほかの選択肢に相当するものはありません。"),
    "training.attention_implementation": speed, "training.use_flash_attention_2": speed,
    "training.freeze_layers": layers, "training.lora_unfreeze_layers": layers,
    "environment.gpus": graphicsCards, "environment.use_deepspeed": graphicsCards,
    "environment.use_fsdp": graphicsCards,
    "environment.find_unused_parameters": graphicsCards,
    "environment.compile_model": speed,
    "environment.mixed_precision_dtype": ExplanationText(
      "Mixed precision is always bfloat16 here.", "ここでの混合精度は常に bfloat16 です。"),
    "environment.trust_remote_code": ExplanationText(
      "Kiseki never runs code that comes with a model.", "Kiseki は、モデルに付いてくるコードを実行することはありません。"),
  ]

  private static let personal = ExplanationText(
    "It replaces names in H2O LLM Studio's own sample data; write the names you want into your rows.",
    "H2O LLM Studio のサンプルデータの中の名前を置き換える項目です。使いたい名前は、自分のデータに直接書きます。")
}
