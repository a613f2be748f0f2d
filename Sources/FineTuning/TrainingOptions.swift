/// How a model is trained. The meanings are those of the configuration keys with these names.
public struct TrainingOptions: Sendable {
  public var epochs = 1
  public var batchSize = 4
  public var dropLastBatch = true
  public var gradientAccumulation = 1
  public var learningRate = 1e-4
  public var schedule = LearningRateSchedule.Shape.cosine
  public var warmupEpochs = 0.0
  public var minimumLearningRateRatio = 0.0
  /// For some parameters in place of `learningRate`.
  public var differentialLearningRate: DifferentialLearningRate?
  public var optimizer = OptimizerSettings()
  public var lossAveraging = LossAveraging.tokens
  /// The largest L2 norm of all gradients together; 0 = no limit.
  public var gradientClip = 0.0
  public var adapterDropout = 0.0
  public var hiddenDropout = 0.0
  /// Compute every block again in the backward pass instead of keeping what it computed: never changes a result.
  public var gradientCheckpointing = false
  /// Alpha of NEFTune; 0 = no noise.
  public var embeddingNoise = 0.0
  /// How often a token is hidden; 0 = never.
  public var tokenMaskProbability = 0.0
  /// The token that stands for a hidden one.
  public var maskTokenID: Int32 = 0
  public var seed: UInt64 = 0
  public var variation = SampleVariation()
  /// Epochs between evaluations; fractions and values above 1 allowed.
  public var evaluationEpochs = 1.0
  public var evaluatesBeforeTraining = false
  /// What decides which evaluation is best.
  public var metric = EvaluationMetric.perplexity
  /// Keep the weights of the best evaluation instead of the last.
  public var savesBestWeights = false
  /// Evaluations without improvement after which the training ends; 0 = never.
  public var earlyStoppingPatience = 0
  public var checkpoints = CheckpointCadence()

  public init() {}

  var usesDropout: Bool { adapterDropout > 0 || hiddenDropout > 0 }
}

/// What a run will do, known before it starts.
public struct TrainingPlan: Sendable {
  public let stepsPerEpoch: Int
  public let stepCount: Int
  /// After how many steps an evaluation follows, ascending; 0 before training. The last step is always among them.
  public let evaluationSteps: [Int]
  public let schedule: LearningRateSchedule
  /// The incomplete batch was to be dropped, but it is the only one.
  public let keepsOnlyBatch: Bool
  private let evaluated: Set<Int>

  init(_ options: TrainingOptions, order: BatchOrder) {
    stepsPerEpoch = order.stepsPerEpoch
    stepCount = options.epochs * order.stepsPerEpoch
    keepsOnlyBatch = order.keepsOnlyBatch
    schedule = LearningRateSchedule(
      options.schedule, baseRate: options.learningRate, stepCount: stepCount,
      warmupStepCount: options.warmupEpochs * Double(stepsPerEpoch),
      minimumRatio: options.minimumLearningRateRatio)
    var steps: Set<Int> = [stepCount]
    if options.evaluatesBeforeTraining { steps.insert(0) }
    let interval = max(options.evaluationEpochs * Double(stepsPerEpoch), 1)
    // Multiples, not sums: those would drift.
    var count = 1.0
    while count * interval < Double(stepCount) {
      steps.insert(Int((count * interval).rounded()))
      count += 1
    }
    evaluated = steps
    evaluationSteps = steps.sorted()
  }

  func isEvaluated(after step: Int) -> Bool { evaluated.contains(step) }
}
