extension ExperimentConfiguration {
  /// The section `prediction`.
  public struct Prediction: Sendable {
    public let metric: Metric
    public let bleuTokenize: BleuTokenization
    /// New tokens.
    public let minLengthInference: Int
    /// New tokens.
    public let maxLengthInference: Int
    /// Rows; 0 is the training batch size.
    public let batchSizeInference: Int
    public let doSample: Bool
    public let numBeams: Int
    public let temperature: Double
    public let topK: Int
    public let topP: Double
    public let repetitionPenalty: Double
    public let stopTokens: String
    /// Seconds; 0 for no limit.
    public let maxTime: Double
    /// As the endpoint calls it.
    public let metricGptModel: String
    /// As written: see `judgeTemplateLocation`.
    public let metricGptTemplate: String
    public let judgeConcurrency: Int
    /// Seconds.
    public let judgeTimeout: Double
    public let judgeAttempts: Int

    init(_ read: SettingsReader) {
      metric = read.choice("prediction.metric")
      bleuTokenize = read.choice("prediction.bleu_tokenize")
      minLengthInference = read.integer("prediction.min_length_inference")
      maxLengthInference = read.integer("prediction.max_length_inference")
      batchSizeInference = read.integer("prediction.batch_size_inference")
      doSample = read.bool("prediction.do_sample")
      numBeams = read.integer("prediction.num_beams")
      temperature = read.number("prediction.temperature")
      topK = read.integer("prediction.top_k")
      topP = read.number("prediction.top_p")
      repetitionPenalty = read.number("prediction.repetition_penalty")
      stopTokens = read.text("prediction.stop_tokens")
      maxTime = read.number("prediction.max_time")
      metricGptModel = read.text("prediction.metric_gpt_model")
      metricGptTemplate = read.text("prediction.metric_gpt_template")
      judgeConcurrency = read.integer("prediction.judge_concurrency")
      judgeTimeout = read.number("prediction.judge_timeout")
      judgeAttempts = read.integer("prediction.judge_attempts")
    }
  }

  /// The section `environment`.
  public struct Environment: Sendable {
    public let mixedPrecision: Bool
    public let numberOfWorkers: Int
    /// -1 until one is drawn.
    public let seed: Int
    public let huggingfaceBranch: String

    init(_ read: SettingsReader) {
      mixedPrecision = read.bool("environment.mixed_precision")
      numberOfWorkers = read.integer("environment.number_of_workers")
      seed = read.integer("environment.seed")
      huggingfaceBranch = read.text("environment.huggingface_branch")
    }
  }
}
