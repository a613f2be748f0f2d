extension ExperimentConfiguration {
  /// Where the rows for measuring come from.
  public enum ValidationStrategy: String, Sendable, CaseIterable {
    case automatic, custom
  }

  /// A side of the data that sampling applies to.
  public enum DataSampleChoice: String, Sendable, CaseIterable {
    case train = "Train"
    case validation = "Validation"
  }

  public enum LossFunction: String, Sendable, CaseIterable {
    case tokenAveragedCrossEntropy = "TokenAveragedCrossEntropy"
    case sampleAveragedCrossEntropy = "SampleAveragedCrossEntropy"
  }

  /// What frozen weights are held in.
  public enum BackboneDtype: String, Sendable, CaseIterable {
    case float32, bfloat16, float16
  }

  public enum Optimizer: String, Sendable, CaseIterable {
    case adamW = "AdamW"
    case adam = "Adam"
    case adamW8bit = "AdamW8bit"
    case sgd = "SGD"
    case rmsProp = "RMSprop"
    case adadelta = "Adadelta"
  }

  public enum Schedule: String, Sendable, CaseIterable {
    case cosine = "Cosine"
    case linear = "Linear"
    case constant = "Constant"
  }

  /// The score that decides what is best.
  public enum Metric: String, Sendable, CaseIterable {
    case bleu = "BLEU"
    case perplexity = "Perplexity"
    /// Scores that another model gives, asked through an interface like OpenAI's.
    case judge = "OpenAI API"

    /// Whether answers have to be generated for it.
    public var needsText: Bool { self != .perplexity }
  }

  /// How BLEU cuts text into words; `automatic` is replaced by the choice made before a run is recorded.
  public enum BleuTokenization: String, Sendable, CaseIterable {
    case automatic = "auto"
    case japanese = "ja-mecab"
    case character = "char"
    case thirteenA = "13a"
    case international = "intl"
    case chinese = "zh"
    case none
  }
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
  static var allNames: [String] { allCases.map(\.rawValue) }
}
