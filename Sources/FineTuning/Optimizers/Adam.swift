import Tensors

/// Adam and AdamW with both moments in float32.
final class Adam: Optimizer {
  private let settings: OptimizerSettings
  private let trained: TrainedTensors
  private let first: Storage
  private let second: Storage
  var stepCount = 0

  var state: [OptimizerBuffer] {
    [OptimizerBuffer(name: "first", bytes: first.bytes), OptimizerBuffer(name: "second", bytes: second.bytes)]
  }

  init(_ trained: TrainedTensors, settings: OptimizerSettings) throws(TensorError) {
    self.settings = settings
    self.trained = trained
    first = try Storage(count: trained.count)
    second = try Storage(count: trained.count)
  }

  func step(_ engine: Engine, learningRate: Float) {
    stepCount += 1
    for tensor in trained.tensors {
      engine.adam(
        tensor.values, gradients: tensor.gradients, first: first.pointer + tensor.offset,
        second: second.pointer + tensor.offset, count: tensor.count,
        settings.adamStep(tensor, learningRate: learningRate, count: stepCount))
    }
  }
}
