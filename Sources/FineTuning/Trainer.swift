public import LanguageModels
public import Tensors

/// Trains a model on encoded samples, reporting every step.
///
/// All memory is taken in `init`; a step allocates nothing. What happens at a step depends on the options and the data
/// alone: order and dropout come from counter-based streams. So a training can go on from any step; see `readState`.
public final class Trainer {
  public let plan: TrainingPlan
  /// Where the training stands, whenever an event is received.
  public internal(set) var position = TrainingPosition()
  /// How the last evaluation stands beside the best one before it; `nil` for one that has no score or no part in it.
  public private(set) var choice: EvaluationChoice?
  let model: CausalLanguageModel
  let optimizer: any Optimizer
  /// The weights of the best evaluation so far; `nil` when the last ones are wanted.
  let bestWeights: Storage?
  let options: TrainingOptions
  let samples: TrainingSamples
  private let evaluator: Evaluator?
  let order: BatchOrder
  let pass: Pass
  let batch: PackedBatch
  private let clock = ContinuousClock()

  /// - Parameter shared: memory that evaluations have in their turn; its own when left out.
  /// - Throws: `FineTuningError` when a setting names no parameter; `TensorError` when the memory of passes and optimizer
  ///   is not to be had.
  public init(
    _ model: CausalLanguageModel, data: EncodedDataset, options: TrainingOptions, evaluator: Evaluator?,
    in shared: WorkingMemory? = nil
  ) throws {
    self.model = model
    self.options = options
    samples = TrainingSamples(data, variation: options.variation, seed: options.seed)
    self.evaluator = evaluator
    order = BatchOrder(options, sampleCount: data.count)
    plan = TrainingPlan(options, order: order)
    let limits = RowLengths(data).largestBatch(of: options)
    batch = PackedBatch(
      capacity: PackedBatch.Capacity(
        rowCount: min(options.batchSize, data.count), tokenCount: limits.tokenCount, targetCount: limits.targetCount,
        rowLength: limits.rowLength))
    pass = try Pass(
      model, limits: limits, forTraining: true, dropout: options.usesDropout,
      recomputesBlocks: options.gradientCheckpointing, in: shared)
    let rateFactors = try options.differentialLearningRate?.factors(
      for: model.parameters.parameters.map(\.name), baseRate: options.learningRate)
    optimizer = try options.optimizer.makeOptimizer(for: model.parameters, rateFactors: rateFactors)
    bestWeights = options.savesBestWeights ? try Storage(count: model.parameters.count) : nil
  }

  /// Trains from `position` to the end, or until `receive` answers stop.
  ///
  /// At the end the model has the weights to keep: the last ones, or those of the best evaluation.
  ///
  /// - Parameter isStopping: asked within evaluations, where events may be seconds apart.
  /// - Throws: `FineTuningError` when the loss is no longer a number; whatever `receive` throws.
  public func run(
    isStopping: () -> Bool = { false }, _ receive: (TrainingEvent) throws -> TrainingVerdict
  ) throws -> TrainingOutcome {
    var last: Evaluation?
    var checkpoints = CheckpointClock(options.checkpoints)
    var epoch = order.epoch(position.step / plan.stepsPerEpoch)
    func evaluateIfDue() throws -> TrainingVerdict {
      guard let evaluator, plan.isEvaluated(after: position.step), position.evaluatedStep != position.step else {
        return .continue
      }
      guard try receive(.evaluationStarted(step: position.step)) == .continue,
        let evaluation = try evaluator.evaluate(
          { try receive(.evaluationProgress(done: $0, total: $1)) }, isStopping: isStopping)
      else { return .stop }
      try note(evaluation)
      last = evaluation
      let (step, tokens) = (position.step, position.tokens)
      guard try receive(.evaluated(step: step, epoch: self.epoch(step), tokens: tokens, evaluation)) == .continue else {
        return .stop
      }
      return checkpoints.isDue(after: nil) ? try receive(.checkpointDue) : .continue
    }

    // Before the first step, or what a training that goes on had still to do.
    if try evaluateIfDue() == .stop { return outcome(stopped: true) }
    while position.step < plan.stepCount, !isOutOfPatience {
      let stepOfEpoch = position.step % plan.stepsPerEpoch
      if stepOfEpoch == 0 { epoch = order.epoch(position.step / plan.stepsPerEpoch) }
      let report = try takeStep(epoch, stepOfEpoch: stepOfEpoch)
      if try receive(.step(report)) == .stop { return outcome(stopped: true) }
      if checkpoints.isDue(after: position.step), try receive(.checkpointDue) == .stop {
        return outcome(stopped: true)
      }
      if try evaluateIfDue() == .stop { return outcome(stopped: true) }
    }
    return outcome(stopped: false, savedStep: takeBestWeights(), last: last)
  }

  private var isOutOfPatience: Bool {
    options.earlyStoppingPatience > 0 && position.evaluationsWithoutImprovement >= options.earlyStoppingPatience
  }

  private func outcome(stopped: Bool, savedStep: Int? = nil, last: Evaluation? = nil) -> TrainingOutcome {
    TrainingOutcome(
      stepCount: position.step, tokens: position.tokens, trainingSeconds: position.trainingSeconds,
      wasStopped: stopped, endedEarly: !stopped && position.step < plan.stepCount,
      savedStep: savedStep ?? position.step, last: last)
  }

  private func epoch(_ step: Int) -> Double { Double(step) / Double(max(plan.stepsPerEpoch, 1)) }

  private func takeStep(_ epoch: BatchOrder.Epoch, stepOfEpoch: Int) throws -> StepReport {
    let start = clock.now
    let step = position.step
    let (loss, seen) = update(epoch, stepOfEpoch: stepOfEpoch, step: step)
    let norm =
      options.gradientClip > 0
      ? model.parameters.clipGradients(model.engine, to: options.gradientClip)
      : model.parameters.gradientNorm(model.engine)
    guard loss.isFinite, norm.isFinite else {
      throw FineTuningError(
        "training stopped at step \(step + 1): the \(loss.isFinite ? "gradient" : "loss") is no finite number any "
          + "more; use a lower training.learning_rate, or set training.gradient_clip")
    }
    let rate = plan.schedule[step]
    optimizer.step(model.engine, learningRate: Float(rate))
    position.trainingSeconds += (clock.now - start).seconds
    position.step += 1
    position.tokens += seen
    return StepReport(
      step: position.step, epoch: self.epoch(position.step), tokens: position.tokens, loss: loss, gradientNorm: norm,
      learningRate: rate, seconds: position.trainingSeconds)
  }

  /// Takes an evaluation of the weights as they are into account.
  private func note(_ evaluation: Evaluation) throws {
    let step = position.step
    guard evaluation.loss.isFinite else {
      throw FineTuningError(
        "training stopped by the evaluation after step \(step): its loss is no finite number; "
          + (step == 0
            ? "check the model's weights" : "use a lower training.learning_rate, or set training.gradient_clip"))
    }
    position.evaluatedStep = step
    choice = nil
    // The untouched model is what is improved upon: evaluating it must not change what is kept.
    // Nor does one whose score is missing say whether it is better.
    guard step > 0, let score = options.metric.score(evaluation) else { return }
    let rowScores = options.metric.rowScores(evaluation)
    let choice = EvaluationChoice(step: step, score: score, rowScores: rowScores, best: position.best)
    self.choice = choice
    switch choice.outcome {
    case .undecided: break
    case .notBetter: position.evaluationsWithoutImprovement += 1
    case .better:
      position.best = TrainingPosition.Best(step: step, score: score, rowScores: rowScores)
      position.evaluationsWithoutImprovement = 0
      bestWeights?.pointer.update(from: model.parameters.values, count: model.parameters.count)
    }
  }

  /// Gives the model the weights to keep; returns the step they are of.
  private func takeBestWeights() -> Int {
    guard let bestWeights, let best = position.best else { return position.step }
    model.parameters.values.update(from: bestWeights.pointer, count: model.parameters.count)
    return best.step
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
