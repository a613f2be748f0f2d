public import Tensors

/// A rule that turns gradients into changes of the parameters it was made for, with the memory it needs between steps.
public protocol Optimizer: AnyObject {
  /// Updates so far; set when a run is resumed.
  var stepCount: Int { get set }
  /// Everything that outlives a step, in a fixed order: written to a checkpoint and read back as it is.
  var state: [OptimizerBuffer] { get }

  /// Updates every parameter from its gradient.
  func step(_ engine: Engine, learningRate: Float)
}

/// A piece of an optimizer's memory.
public struct OptimizerBuffer {
  /// Unique within the optimizer, such as `first`.
  public let name: String
  /// Owned by the optimizer.
  public let bytes: UnsafeMutableRawBufferPointer

  public init(name: String, bytes: UnsafeMutableRawBufferPointer) {
    self.name = name
    self.bytes = bytes
  }
}
