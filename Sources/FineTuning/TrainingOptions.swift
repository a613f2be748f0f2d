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
  public var optimizer = AdamWSettings()
  /// The largest L2 norm of all gradients together; 0 = no limit.
  public var gradientClip = 0.0
  public var adapterDropout = 0.0
  public var hiddenDropout = 0.0
  /// Compute every block again in the backward pass instead of keeping what it computed: never changes a result.
  public var gradientCheckpointing = false
  public var seed: UInt64 = 0
  /// Epochs between evaluations; fractions and values above 1 allowed.
  public var evaluationEpochs = 1.0
  public var evaluatesBeforeTraining = false

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

  init(_ options: TrainingOptions, order: BatchOrder) {
    stepsPerEpoch = order.stepsPerEpoch
    stepCount = options.epochs * order.stepsPerEpoch
    keepsOnlyBatch = order.keepsOnlyBatch
    schedule = LearningRateSchedule(
      options.schedule, baseRate: options.learningRate, stepCount: stepCount,
      warmupStepCount: Int((options.warmupEpochs * Double(stepsPerEpoch)).rounded()),
      minimumRatio: options.minimumLearningRateRatio)
    var steps: Set<Int> = [stepCount]
    if options.evaluatesBeforeTraining { steps.insert(0) }
    let interval = options.evaluationEpochs * Double(stepsPerEpoch)
    var due = interval
    while due < Double(stepCount) {
      steps.insert(max(1, Int(due.rounded())))
      due += max(interval, 1)
    }
    evaluationSteps = steps.sorted()
  }
}
