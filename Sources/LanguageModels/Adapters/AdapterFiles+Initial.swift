import TensorFiles

extension AdapterFiles {
  /// Gives a new adapter, and an embedding trained with it, the values of a stored one to begin with.
  ///
  /// - Parameter label: what the stored adapter is called in messages.
  /// - Throws: `ModelError` of kind `setting` when the model's adapter has other settings; as `load(into:from:)` does.
  public static func loadInitialValues(
    into model: CausalLanguageModel, from directory: String, label: String
  ) throws {
    guard let wanted = model.adapterSettings else {
      throw ModelError(
        "cannot start from \(label): the model has no adapter. Set training.lora to true.", kind: .setting)
    }
    let stored = try settings(in: directory)
    func refusal(_ found: String, _ setting: String, _ advice: String) -> ModelError {
      ModelError("cannot start from \(label): \(found), and \(setting). \(advice)", kind: .setting)
    }
    if stored.rank != wanted.rank {
      throw refusal(
        "its adapter has r \(stored.rank)", "training.lora_r is \(wanted.rank)",
        "Set training.lora_r to \(stored.rank), or start from another adapter.")
    }
    if stored.isDecomposed != wanted.isDecomposed {
      throw refusal(
        "its adapter has use_dora \(stored.isDecomposed)", "training.use_dora is \(wanted.isDecomposed)",
        "Set training.use_dora to \(stored.isDecomposed), or start from another adapter.")
    }
    if stored.factor != wanted.factor {
      throw refusal(
        "its adapter is multiplied by \(stored.factor) (lora_alpha \(stored.alpha), use_rslora "
          + "\(stored.usesRankStabilization))",
        "training.lora_alpha \(wanted.alpha) and training.use_rslora \(wanted.usesRankStabilization) make that "
          + "\(wanted.factor)", "Set both to the adapter's values, so that the training begins where it ended.")
    }
    if stored.trainsEmbedding, !wanted.trainsEmbedding {
      throw refusal(
        "its adapter holds a token embedding", "architecture.force_embedding_gradients is false",
        "Set it to true, or start from another adapter.")
    }
    let suffix = ".lora_A.weight"
    let layers = Set(
      try open(directory).names.filter { $0.hasSuffix(suffix) }
        .map { String($0.dropLast(suffix.count).dropFirst($0.hasPrefix(prefix) ? prefix.count : 0)) })
    if layers != Set(model.adaptedLayers) {
      throw refusal(
        "its adapter has the layers \(shortened(layers))",
        "training.lora_target_modules selects \(shortened(Set(model.adaptedLayers)))",
        "Name the adapter's layers there, or start from an adapter of this backbone.")
    }
    try load(into: model, from: directory, embeddingMayLack: true)
  }

  /// `attn.c_attn in 12 blocks` where all blocks are alike, else every name, at most eight of them.
  private static func shortened(_ layers: Set<String>) -> String {
    let kinds = Dictionary(grouping: layers) { $0.split(separator: ".").dropFirst(2).joined(separator: ".") }
    let isRegular = Set(kinds.values.map(\.count)).count == 1
    let names = isRegular ? kinds.keys.sorted() : layers.sorted()
    return names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", ..." : "")
      + (isRegular ? " in \(kinds.values.first?.count ?? 0) blocks" : "")
  }
}
