/// What a training run reports while it goes on.
public enum TrainingEvent: Sendable {
  case step(StepReport)
  /// After `step` optimizer steps; 0 is the model before training.
  case evaluationStarted(step: Int)
  /// Rows of the running evaluation answered so far.
  case evaluationProgress(done: Int, total: Int)
  case evaluated(step: Int, epoch: Double, tokens: Int, Evaluation)
  /// It is time to write the trainer's state and position.
  case checkpointDue
}

/// The receiver's answer: whether training goes on.
public enum TrainingVerdict: Sendable {
  case `continue`
  case stop
}

/// One optimizer step.
public struct StepReport: Sendable {
  /// Optimizer steps done, this one included.
  public let step: Int
  public let epoch: Double
  /// Tokens seen since the start of the run.
  public let tokens: Int
  /// The mean the options ask for, over the whole step, in nats.
  public let loss: Double
  /// Before clipping.
  public let gradientNorm: Double
  public let learningRate: Double
  /// Seconds of training since the start, evaluations left out.
  public let seconds: Double
}

/// How a run ended.
public struct TrainingOutcome: Sendable {
  public let stepCount: Int
  public let tokens: Int
  public let trainingSeconds: Double
  /// Stopped by the receiver before the end.
  public let wasStopped: Bool
  /// Ended before the plan's last step, because evaluations did not improve any more.
  public let endedEarly: Bool
  /// The step after which the weights were as the model has them now.
  public let savedStep: Int
  /// The last evaluation of this call, if the run came to its end.
  public let last: Evaluation?
}
