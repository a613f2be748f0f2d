internal import LanguageModels
internal import TensorFiles
internal import Tensors

/// What outlives a step: written to a file between two steps, and read back by a trainer made with the same settings.
extension Trainer {
  private static let weights = "weights/"
  private static let best = "best/"
  private static let optimizerState = "optimizer/"

  /// Whether the weights are worth keeping.
  public var hasFiniteWeights: Bool { model.engine.allFinite(model.parameters.values, count: model.parameters.count) }

  /// Writes weights, the optimizer's memory and, where they are kept, the best weights so far as a safetensors file.
  ///
  /// With `position` it is the whole state. The file appears whole or not at all.
  ///
  /// - Throws: `TensorFileError` when the disk refuses.
  public func writeState(to path: String) throws {
    let tensors = stateTensors(withBest: position.best != nil).map { tensor in
      TensorToWrite(
        name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
        bytes: UnsafeRawBufferPointer(tensor.bytes))
    }
    try SafetensorsWriter.write(to: path, tensors: tensors)
  }

  /// Goes on from a state that `writeState` wrote.
  ///
  /// - Throws: `TensorFileError` for a file that cannot be read, `FineTuningError` for one that belongs to another
  ///   training; nothing has changed then.
  public func readState(from path: String, position: TrainingPosition) throws {
    guard position.step <= plan.stepCount else {
      throw FineTuningError(
        "cannot go on from \(path): it stands after step \(position.step) of a training with \(plan.stepCount)")
    }
    let file = try SafetensorsFile(path: path)
    let tensors = stateTensors(withBest: position.best != nil)
    for tensor in tensors {
      guard let entry = file.entry(named: tensor.name), entry.shape == tensor.shape,
        entry.elementType == tensor.elementType
      else {
        let found = file.entry(named: tensor.name).map { "\($0.elementType.rawValue) \($0.shape)" } ?? "missing"
        throw FineTuningError(
          "cannot go on from \(path): the tensor \(tensor.name) must be \(tensor.elementType.rawValue) "
            + "\(tensor.shape), and is \(found)")
      }
    }
    for tensor in tensors {
      guard let entry = file.entry(named: tensor.name) else { continue }
      file.withBytes(of: entry) { tensor.bytes.copyMemory(from: $0) }
    }
    optimizer.stepCount = position.step
    self.position = position
  }

  private struct StateTensor {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    let bytes: UnsafeMutableRawBufferPointer
  }

  /// - Parameter withBest: there has been a best evaluation.
  private func stateTensors(withBest: Bool) -> [StateTensor] {
    let parameters = model.parameters
    func tensors(_ prefix: String, _ values: UnsafeMutablePointer<Float>) -> [StateTensor] {
      parameters.parameters.map { parameter in
        StateTensor(
          name: prefix + parameter.name, elementType: .float32, shape: parameter.shape,
          bytes: UnsafeMutableRawBufferPointer(
            start: values + parameter.offset, count: parameter.count * MemoryLayout<Float>.stride))
      }
    }
    let ofOptimizer = optimizer.state.map { buffer in
      StateTensor(
        name: Self.optimizerState + buffer.name, elementType: .uint8, shape: [buffer.bytes.count],
        bytes: buffer.bytes)
    }
    return tensors(Self.weights, parameters.values) + ofOptimizer
      + (withBest ? bestWeights.map { tensors(Self.best, $0.pointer) } ?? [] : [])
  }
}
