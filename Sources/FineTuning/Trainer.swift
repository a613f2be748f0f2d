public import LanguageModels
import Tensors

/// Trains a model on encoded samples, reporting every step.
///
/// All memory is taken in `init`; a step allocates nothing. What happens at a step depends on the options and the data
/// alone: order and dropout come from counter-based streams.
public final class Trainer {
  public let plan: TrainingPlan
  private let model: CausalLanguageModel
  private let options: TrainingOptions
  private let data: EncodedDataset
  private let evaluator: Evaluator?
  private let order: BatchOrder
  private let pass: Pass
  private let batch: PackedBatch
  private let optimizer: any Optimizer

  /// - Throws: `TensorError` when the memory of passes and optimizer is not to be had.
  public init(
    _ model: CausalLanguageModel, data: EncodedDataset, options: TrainingOptions, evaluator: Evaluator?
  ) throws {
    self.model = model
    self.options = options
    self.data = data
    self.evaluator = evaluator
    order = BatchOrder(
      sampleCount: data.count, batchSize: options.batchSize, gradAccumulation: options.gradientAccumulation,
      dropLastBatch: options.dropLastBatch, seed: options.seed)
    plan = TrainingPlan(options, order: order)
    let capacity = PackedBatch.Capacity(anyRows: min(options.batchSize, data.count), of: data)
    batch = PackedBatch(capacity: capacity)
    pass = try Pass(
      model, limits: capacity.limits, forTraining: true, dropout: options.usesDropout,
      recomputesBlocks: options.gradientCheckpointing)
    optimizer = try AdamW(model.parameters, settings: options.optimizer)
  }

  /// Trains to the end, or until `receive` answers stop.
  ///
  /// - Throws: `FineTuningError` when the loss is no longer a number; whatever `receive` throws.
  public func run(_ receive: (TrainingEvent) throws -> TrainingVerdict) throws -> TrainingOutcome {
    let clock = ContinuousClock()
    var training = Duration.zero
    var tokens = 0
    var step = 0
    var last: Evaluation?
    func outcome(stopped: Bool) -> TrainingOutcome {
      TrainingOutcome(
        stepCount: step, tokens: tokens, trainingSeconds: training.seconds, wasStopped: stopped,
        last: stopped ? nil : last)
    }
    func evaluateIfDue() throws -> TrainingVerdict {
      guard plan.evaluationSteps.contains(step), let evaluator else { return .continue }
      if try receive(.evaluationStarted(step: step)) == .stop { return .stop }
      guard let evaluation = try evaluator.evaluate({ try receive(.evaluationProgress(done: $0, total: $1)) }) else {
        return .stop
      }
      guard evaluation.loss.isFinite else {
        throw FineTuningError(
          "training stopped by the evaluation after step \(step): its loss is no finite number; "
            + (step == 0
              ? "check the model's weights" : "use a lower training.learning_rate, or set training.gradient_clip"))
      }
      last = evaluation
      return try receive(.evaluated(step: step, epoch: epoch(step), tokens: tokens, evaluation))
    }

    if step == 0, plan.evaluationSteps.contains(0), try evaluateIfDue() == .stop { return outcome(stopped: true) }
    for epochNumber in 0..<options.epochs {
      let epoch = order.epoch(epochNumber)
      for stepOfEpoch in 0..<order.stepsPerEpoch {
        let start = clock.now
        let (loss, seen) = try update(epoch, stepOfEpoch: stepOfEpoch, step: step)
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
        training += clock.now - start
        step += 1
        tokens += seen
        let report = StepReport(
          step: step, epoch: self.epoch(step), tokens: tokens, loss: loss, gradientNorm: norm, learningRate: rate,
          seconds: training.seconds)
        if try receive(.step(report)) == .stop { return outcome(stopped: true) }
        if try evaluateIfDue() == .stop { return outcome(stopped: true) }
      }
    }
    return outcome(stopped: false)
  }

  private func epoch(_ step: Int) -> Double { Double(step) / Double(max(plan.stepsPerEpoch, 1)) }

  /// Sums the gradient of one optimizer step over its micro-batches.
  private func update(
    _ epoch: BatchOrder.Epoch, stepOfEpoch: Int, step: Int
  ) throws -> (loss: Double, tokens: Int) {
    let targets = data.targetCount(of: epoch.samples(ofStep: stepOfEpoch))
    model.engine.clear(model.parameters.gradients, count: model.parameters.count)
    var loss = 0.0
    var tokens = 0
    for number in epoch.batches(ofStep: stepOfEpoch) {
      batch.fill(epoch.samples(ofBatch: number), of: data, weighting: .perToken(targetsInStep: targets))
      let draw = DropoutDraw(
        seed: options.seed, step: UInt32(step), firstToken: tokens, hidden: Float(options.hiddenDropout),
        adapter: Float(options.adapterDropout))
      pass.forward(batch.tokenBatch, draw: draw)
      pass.loss(batch.targetBatch, tokenCount: batch.tokenCount, gradientWeight: 1 / Float(targets))
      pass.backward(batch.tokenBatch, draw: draw)
      for target in 0..<batch.targetCount { loss += Double(pass.losses[target]) }
      tokens += batch.tokenCount
    }
    return (loss / Double(targets), tokens)
  }
}

extension PackedBatch.Capacity {
  var limits: PassLimits { PassLimits(tokenCount: tokenCount, rowLength: rowLength, targetCount: targetCount) }
}

extension PackedBatch {
  var tokenBatch: TokenBatch {
    TokenBatch(
      tokens: tokens, positions: positions, rowOffsets: rowOffsets, rowCount: rowCount, tokenCount: tokenCount)
  }

  var targetBatch: TargetBatch { TargetBatch(sources: targetSources, targets: targets, count: targetCount) }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
