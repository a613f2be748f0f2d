import Foundation
import Tensors

/// Initial values drawn from counter-based streams, one stream per tensor.
enum RandomWeights {
  /// Normal with mean 0 (Box and Muller).
  static func fillNormal(
    _ values: UnsafeMutablePointer<Float>, count: Int, deviation: Float, seed: UInt64, stream: UInt32
  ) {
    var random = RandomStream(seed: seed, purpose: .initialization, stream: stream)
    var index = 0
    while index < count {
      let radius = (-2 * log(1 - Double(random.nextUnitFloat()))).squareRoot()
      let angle = 2 * Double.pi * Double(random.nextUnitFloat())
      values[index] = deviation * Float(radius * cos(angle))
      if index + 1 < count { values[index + 1] = deviation * Float(radius * sin(angle)) }
      index += 2
    }
  }

  /// Uniform in (-bound, bound).
  static func fillUniform(
    _ values: UnsafeMutablePointer<Float>, count: Int, bound: Float, seed: UInt64, stream: UInt32
  ) {
    var random = RandomStream(seed: seed, purpose: .initialization, stream: stream)
    for index in 0..<count { values[index] = (2 * random.nextUnitFloat() - 1) * bound }
  }

  /// GPT-2's initialisation: normal weights, residual projections smaller by sqrt(2 L), gains 1, biases 0.
  static func fill(
    _ values: UnsafeMutablePointer<Float>, _ weight: WeightDescription, architecture: Architecture, seed: UInt64,
    stream: UInt32
  ) {
    switch weight.role {
    case .gain: values.update(repeating: 1, count: weight.count)
    case .bias: values.update(repeating: 0, count: weight.count)
    case .embedding, .matrix, .residualMatrix:
      var deviation = architecture.initializerRange
      if weight.role == .residualMatrix { deviation /= Float(2 * architecture.layerCount).squareRoot() }
      fillNormal(values, count: weight.count, deviation: deviation, seed: seed, stream: stream)
    }
  }
}
