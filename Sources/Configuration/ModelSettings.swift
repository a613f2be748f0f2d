extension ExperimentConfiguration {
  /// The section `architecture`.
  public struct Architecture: Sendable {
    public let backboneDtype: BackboneDtype
    public let pretrained: Bool
    public let gradientCheckpointing: Bool
    public let forceEmbeddingGradients: Bool
    public let intermediateDropout: Double
    public let pretrainedWeights: String

    init(_ read: SettingsReader) {
      backboneDtype = read.choice("architecture.backbone_dtype")
      pretrained = read.bool("architecture.pretrained")
      gradientCheckpointing = read.bool("architecture.gradient_checkpointing")
      forceEmbeddingGradients = read.bool("architecture.force_embedding_gradients")
      intermediateDropout = read.number("architecture.intermediate_dropout")
      pretrainedWeights = read.text("architecture.pretrained_weights")
    }
  }
}
