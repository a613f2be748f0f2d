import Tensors

/// Adadelta (arXiv:1212.5701), as `torch.optim.Adadelta(rho=0.9, eps=1e-6)`.
final class Adadelta: Optimizer {
  private static let (rho, epsilon): (Float, Float) = (0.9, 1e-6)
  private let trained: TrainedTensors
  private let squares: Storage
  private let changes: Storage
  var stepCount = 0

  var state: [OptimizerBuffer] {
    [OptimizerBuffer(name: "squares", bytes: squares.bytes), OptimizerBuffer(name: "changes", bytes: changes.bytes)]
  }

  init(_ trained: TrainedTensors) throws(TensorError) {
    self.trained = trained
    squares = try Storage(count: trained.count)
    changes = try Storage(count: trained.count)
  }

  func step(_ engine: Engine, learningRate: Float) {
    stepCount += 1
    for tensor in trained.tensors {
      engine.adadelta(
        tensor.values, gradients: tensor.gradients, squares: squares.pointer + tensor.offset,
        changes: changes.pointer + tensor.offset, count: tensor.count,
        learningRate: learningRate * tensor.rateFactor, rho: Self.rho, epsilon: Self.epsilon,
        weightDecay: tensor.weightDecay)
    }
  }
}
