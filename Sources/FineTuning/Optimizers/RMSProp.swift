import Tensors

/// RMSprop with momentum, as `torch.optim.RMSprop(alpha=0.9, momentum=0.9, eps=1e-8)`.
final class RMSProp: Optimizer {
  private static let (alpha, momentum, epsilon): (Float, Float, Float) = (0.9, 0.9, 1e-8)
  private let trained: TrainedTensors
  private let squares: Storage
  private let velocity: Storage
  var stepCount = 0

  var state: [OptimizerBuffer] {
    [OptimizerBuffer(name: "squares", bytes: squares.bytes), OptimizerBuffer(name: "velocity", bytes: velocity.bytes)]
  }

  init(_ trained: TrainedTensors) throws(TensorError) {
    self.trained = trained
    squares = try Storage(count: trained.count)
    velocity = try Storage(count: trained.count)
  }

  func step(_ engine: Engine, learningRate: Float) {
    stepCount += 1
    for tensor in trained.tensors {
      engine.rmsProp(
        tensor.values, gradients: tensor.gradients, squares: squares.pointer + tensor.offset,
        velocity: velocity.pointer + tensor.offset, count: tensor.count,
        learningRate: learningRate * tensor.rateFactor, alpha: Self.alpha, momentum: Self.momentum,
        epsilon: Self.epsilon, weightDecay: tensor.weightDecay)
    }
  }
}
