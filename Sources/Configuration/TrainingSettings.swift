extension ExperimentConfiguration {
  /// The section `training`.
  public struct Training: Sendable {
    public let lossFunction: LossFunction
    public let optimizer: Optimizer
    public let optimizerBeta1: Double
    public let optimizerBeta2: Double
    public let optimizerEpsilon: Double
    public let learningRate: Double
    public let differentialLearningRate: Double
    public let differentialLearningRateLayers: [String]
    /// Rows.
    public let batchSize: Int
    public let dropLastBatch: Bool
    public let gradAccumulation: Int
    public let weightDecay: Double
    /// 0 is off.
    public let gradientClip: Double
    public let trainValidationData: Bool
    public let lora: Bool
    public let loraR: Int
    public let loraAlpha: Int
    public let loraDropout: Double
    public let useRSLoRA: Bool
    public let useDoRA: Bool
    /// Comma-separated; see `loraTargetNames`.
    public let loraTargetModules: String
    /// 0 evaluates only.
    public let epochs: Int
    public let schedule: Schedule
    public let warmupEpochs: Double
    public let minLearningRateRatio: Double
    public let evaluationEpochs: Double
    public let evaluateBeforeTraining: Bool
    public let saveBestCheckpoint: Bool
    public let earlyStoppingPatience: Int
    public let checkpointSeconds: Int
    public let checkpointSteps: Int

    init(_ read: SettingsReader) {
      lossFunction = read.choice("training.loss_function")
      optimizer = read.choice("training.optimizer")
      optimizerBeta1 = read.number("training.optimizer_beta1")
      optimizerBeta2 = read.number("training.optimizer_beta2")
      optimizerEpsilon = read.number("training.optimizer_epsilon")
      learningRate = read.number("training.learning_rate")
      differentialLearningRate = read.number("training.differential_learning_rate")
      differentialLearningRateLayers = read.texts("training.differential_learning_rate_layers")
      batchSize = read.integer("training.batch_size")
      dropLastBatch = read.bool("training.drop_last_batch")
      gradAccumulation = read.integer("training.grad_accumulation")
      weightDecay = read.number("training.weight_decay")
      gradientClip = read.number("training.gradient_clip")
      trainValidationData = read.bool("training.train_validation_data")
      lora = read.bool("training.lora")
      loraR = read.integer("training.lora_r")
      loraAlpha = read.integer("training.lora_alpha")
      loraDropout = read.number("training.lora_dropout")
      useRSLoRA = read.bool("training.use_rslora")
      useDoRA = read.bool("training.use_dora")
      loraTargetModules = read.text("training.lora_target_modules")
      epochs = read.integer("training.epochs")
      schedule = read.choice("training.schedule")
      warmupEpochs = read.number("training.warmup_epochs")
      minLearningRateRatio = read.number("training.min_learning_rate_ratio")
      evaluationEpochs = read.number("training.evaluation_epochs")
      evaluateBeforeTraining = read.bool("training.evaluate_before_training")
      saveBestCheckpoint = read.bool("training.save_best_checkpoint")
      earlyStoppingPatience = read.integer("training.early_stopping_patience")
      checkpointSeconds = read.integer("training.checkpoint_seconds")
      checkpointSteps = read.integer("training.checkpoint_steps")
    }
  }
}

extension ExperimentConfiguration.Training {
  /// The names in `lora_target_modules`; empty for the family's default.
  public var loraTargetNames: [String] {
    loraTargetModules.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
  }
}
