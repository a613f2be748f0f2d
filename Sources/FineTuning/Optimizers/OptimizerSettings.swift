public import LanguageModels
public import Tensors

/// Which optimizer trains, and with what settings.
public struct OptimizerSettings: Sendable {
  public enum Method: Sendable, Hashable, CaseIterable {
    /// arXiv:1412.6980, weight decay in the gradient.
    case adam
    /// arXiv:1711.05101, weight decay decoupled.
    case adamW
    /// AdamW with moments of 8 bits (arXiv:2110.02861).
    case adamW8bit
    /// Gradient descent with Nesterov's momentum.
    case sgd
    case rmsProp
    /// arXiv:1212.5701
    case adadelta
  }

  public var method: Method
  /// Of the Adams alone, as are the next two.
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Float
  /// Applied to parameters that decay alone: decoupled in AdamW, a part of the gradient in the others.
  public var weightDecay: Float

  public init(
    _ method: Method = .adamW, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0
  ) {
    self.method = method
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// The optimizer for these parameters, with its memory, all zero.
  ///
  /// - Parameter rateFactors: what each parameter multiplies the learning rate of a step by; `nil` for ones.
  /// - Throws: `TensorError` when the memory is not to be had.
  public func makeOptimizer(
    for parameters: ParameterSet, rateFactors: [Float]? = nil
  ) throws(TensorError) -> any Optimizer {
    let trained = TrainedTensors(parameters, weightDecay: weightDecay, rateFactors: rateFactors)
    switch method {
    case .adam, .adamW: return try Adam(trained, settings: self)
    case .adamW8bit: return try AdamW8bit(trained, settings: self)
    case .sgd: return try MomentumDescent(trained)
    case .rmsProp: return try RMSProp(trained)
    case .adadelta: return try Adadelta(trained)
    }
  }

  /// Bytes that an optimizer keeps between steps for tensors of so many elements.
  public func stateByteCount(forTensorsOf counts: some Sequence<Int>) -> Int {
    switch method {
    case .adam, .adamW, .rmsProp, .adadelta: counts.reduce(0) { $0 + 8 * $1 }
    case .sgd: counts.reduce(0) { $0 + 4 * $1 }
    case .adamW8bit: AdamW8bit.Layout(counts).byteCount
    }
  }

  /// The memory it takes for them, in whole pages.
  func memoryByteCount(forTensorsOf counts: some Sequence<Int>) -> Int {
    switch method {
    case .adam, .adamW, .rmsProp, .adadelta: 2 * Storage.byteCount(counts.reduce(0, +))
    case .sgd: Storage.byteCount(counts.reduce(0, +))
    case .adamW8bit: AdamW8bit.Layout(counts).memoryByteCount
    }
  }

  /// The numbers of an Adam's update `count` for one tensor.
  func adamStep(_ tensor: TrainedTensors.Tensor, learningRate: Float, count: Int) -> AdamStep {
    AdamStep(
      learningRate: learningRate * tensor.rateFactor, beta1: beta1, beta2: beta2, epsilon: epsilon,
      decay: method == .adam ? .inGradient(tensor.weightDecay) : .decoupled(tensor.weightDecay), count: count)
  }
}

/// The tensors of a set as an optimizer goes through them.
struct TrainedTensors {
  struct Tensor {
    let values: UnsafeMutablePointer<Float>
    let gradients: UnsafePointer<Float>
    /// Floats from the set's start.
    let offset: Int
    let count: Int
    /// Its learning rate over the common one.
    let rateFactor: Float
    /// 0 where none applies.
    let weightDecay: Float
  }

  let tensors: [Tensor]
  /// Floats in the set, padding included.
  let count: Int
  /// Owns the memory.
  private let parameters: ParameterSet

  init(_ parameters: ParameterSet, weightDecay: Float, rateFactors: [Float]?) {
    precondition(
      rateFactors.map { $0.count == parameters.parameters.count } ?? true,
      "\(rateFactors?.count ?? 0) rates for \(parameters.parameters.count) tensors")
    tensors = parameters.parameters.enumerated().map { index, parameter in
      Tensor(
        values: parameters.values + parameter.offset, gradients: UnsafePointer(parameters.gradients + parameter.offset),
        offset: parameter.offset, count: parameter.count, rateFactor: rateFactors?[index] ?? 1,
        weightDecay: parameter.decays ? weightDecay : 0)
    }
    count = parameters.count
    self.parameters = parameters
  }
}
