import Tensors

/// One differentiable operation of the engine, described once: its value and its gradient are tested from this.
struct Operation: Sendable, CustomStringConvertible {
  let name: String
  /// The inputs a gradient exists for.
  let inputs: [[Float]]
  /// The textbook formula in double precision.
  let reference: @Sendable ([[Double]]) -> [Double]
  let forward: @Sendable (Engine, [[Float]]) -> [Float]
  /// The gradient of each input for the output's gradient.
  let backward: @Sendable (Engine, [[Float]], [Float]) -> [[Float]]
  var tolerance = 1e-6

  var description: String { name }

  /// An output gradient to push through.
  var outputGradient: [Float] {
    randomValues(reference(inputs.map { $0.map(Double.init) }).count, seed: 77)
  }

  var valueDifference: @Sendable (Engine) -> Double {
    { engine in relativeDifference(forward(engine, inputs), reference(inputs.map { $0.map(Double.init) })) }
  }

  /// How far the gradients are from central differences of the reference: the norm-relative distance of each input's
  /// gradient while inputs are small, and of its products with random directions otherwise.
  func gradientDifferences(_ engine: Engine) -> [Double] {
    let dy = outputGradient.map(Double.init)
    let ours = backward(engine, inputs, outputGradient)
    let exact = inputs.map { $0.map(Double.init) }
    func slope(_ input: Int, along direction: [(Int, Double)]) -> Double {
      let step = 1e-4
      func loss(_ sign: Double) -> Double {
        var moved = exact
        for (index, amount) in direction { moved[input][index] += sign * step * amount }
        return zip(dy, reference(moved)).reduce(0.0) { $0 + $1.0 * $1.1 }
      }
      return (loss(1) - loss(-1)) / (2 * step)
    }
    return inputs.indices.map { input in
      let count = inputs[input].count
      if count <= 400 {
        return relativeDifference(ours[input], (0..<count).map { slope(input, along: [($0, 1)]) })
      }
      var products: [Float] = []
      var slopes: [Double] = []
      for number in 0..<12 {
        let direction = randomValues(count, seed: UInt64(100 + number)).map(Double.init)
        let product = zip(ours[input], direction).reduce(0.0) { $0 + Double($1.0) * $1.1 }
        products.append(Float(product))
        slopes.append(slope(input, along: direction.enumerated().map { ($0, $1) }))
      }
      return relativeDifference(products, slopes)
    }
  }
}
