import Tensors

/// Gradient descent with Nesterov's momentum 0.9, as `torch.optim.SGD(momentum=0.9, nesterov=True)`.
final class MomentumDescent: Optimizer {
  private static let momentum: Float = 0.9
  private let trained: TrainedTensors
  private let velocity: Storage
  var stepCount = 0

  var state: [OptimizerBuffer] { [OptimizerBuffer(name: "velocity", bytes: velocity.bytes)] }

  init(_ trained: TrainedTensors) throws(TensorError) {
    self.trained = trained
    velocity = try Storage(count: trained.count)
  }

  func step(_ engine: Engine, learningRate: Float) {
    stepCount += 1
    for tensor in trained.tensors {
      engine.momentumDescent(
        tensor.values, gradients: tensor.gradients, velocity: velocity.pointer + tensor.offset, count: tensor.count,
        learningRate: learningRate * tensor.rateFactor, momentum: Self.momentum, weightDecay: tensor.weightDecay)
    }
  }
}
