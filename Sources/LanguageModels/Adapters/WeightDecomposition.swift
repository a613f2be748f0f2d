import Foundation
import Tensors

/// What a linear layer has beside its adapter when the size of each output is learned apart from its direction (DoRA,
/// arXiv:2402.09353): W' = m (W + factor B A) / ||W + factor B A||, the norm taken over each output's weights.
///
/// The norm counts as a constant in the gradient (section 4.3 of the paper), as in PEFT.
struct WeightDecomposition {
  /// m [O]
  let magnitude: Weight
  /// [O]: the squared norms of W.
  let squares: UnsafeMutablePointer<Float>
  /// [O]: ||W + factor B A||.
  let norms: UnsafeMutablePointer<Float>
  /// [O]: m / norms.
  let factors: UnsafeMutablePointer<Float>
  /// A [R, I] and B [O, R] that `norms` were computed from.
  let seenDown, seenUp: UnsafeMutablePointer<Float>
  /// Shared by all layers: A W [R, O] and A A^T [R, R].
  let product, gram: UnsafeMutablePointer<Float>
}

/// The memory of all decomposed layers of a model, planned as one block.
struct DecomposedLayers {
  fileprivate struct Places {
    let squares, norms, factors, seenDown, seenUp: ArenaPlan.Region
  }

  /// Where everything lies, before any memory is taken.
  struct Layout {
    private(set) var plan = ArenaPlan()
    fileprivate private(set) var places: [String: Places] = [:]
    fileprivate let product, gram: ArenaPlan.Region

    init(_ layers: [(name: String, input: Int, output: Int)], rank: Int) {
      product = plan.reserve(rank * (layers.map(\.output).max() ?? 0))
      gram = plan.reserve(layers.isEmpty ? 0 : rank * rank)
      for layer in layers {
        places[layer.name] = Places(
          squares: plan.reserve(layer.output), norms: plan.reserve(layer.output), factors: plan.reserve(layer.output),
          seenDown: plan.reserve(rank * layer.input), seenUp: plan.reserve(layer.output * rank))
      }
    }
  }

  let arena: Arena
  private let layout: Layout

  /// - Throws: `TensorError` when the memory is not to be had.
  init(_ layout: Layout) throws(TensorError) {
    self.layout = layout
    arena = try Arena(layout.plan)
  }

  /// `nil` when the layer is not among them.
  func layer(_ name: String, magnitude: Weight) -> WeightDecomposition? {
    layout.places[name].map {
      WeightDecomposition(
        magnitude: magnitude, squares: arena[$0.squares], norms: arena[$0.norms], factors: arena[$0.factors],
        seenDown: arena[$0.seenDown], seenUp: arena[$0.seenUp], product: arena[layout.product],
        gram: arena[layout.gram])
    }
  }
}

extension Linear {
  /// Computes the norms, and begins with a magnitude that changes nothing.
  ///
  /// - Parameter magnitude: [O], where the decomposition's values may be written.
  /// - Throws: `TensorError` when a narrow weight's float32 copy, needed here alone, finds no memory.
  func prepareDecomposition(_ engine: Engine, magnitude: UnsafeMutablePointer<Float>) throws(TensorError) {
    guard let adapter, let decomposition = adapter.decomposition else { return }
    if weight.stored.type == .float32 {
      computeSquares(engine, weight.values, into: decomposition.squares)
    } else {
      let copy = try Storage(count: inputWidth * outputWidth)
      engine.widen(weight.stored, into: copy.pointer, count: copy.count)
      withExtendedLifetime(copy) { computeSquares(engine, copy.pointer, into: decomposition.squares) }
    }
    computeNorms(engine, adapter, decomposition)
    magnitude.update(from: decomposition.norms, count: outputWidth)
  }

  private func computeSquares(
    _ engine: Engine, _ values: UnsafePointer<Float>, into squares: UnsafeMutablePointer<Float>
  ) {
    guard isOutputMajor else {
      engine.columnSquares(squares, values, rows: inputWidth, width: outputWidth)
      return
    }
    for output in 0..<outputWidth {
      squares[output] = Float(engine.sumOfSquares(values + output * inputWidth, count: inputWidth))
    }
  }

  /// Brings the norms up to the adapter's present values: one comparison when nothing has changed.
  func refreshDecomposition(_ engine: Engine, _ adapter: LowRankAdapter, _ decomposition: WeightDecomposition) {
    let size = MemoryLayout<Float>.stride * adapter.rank
    if memcmp(decomposition.seenDown, adapter.down.values, size * inputWidth) != 0
      || memcmp(decomposition.seenUp, adapter.up.values, size * outputWidth) != 0
    {
      computeNorms(engine, adapter, decomposition)
    }
    engine.divide(
      decomposition.factors, decomposition.magnitude.values, by: decomposition.norms, count: outputWidth)
  }

  private func computeNorms(_ engine: Engine, _ adapter: LowRankAdapter, _ decomposition: WeightDecomposition) {
    let rank = adapter.rank
    multiplyByWeight(
      engine, adapter.down.values, into: decomposition.product, tokens: rank, beta: 0, precision: .float32)
    let down = Matrix(adapter.down.values, stride: inputWidth)
    engine.multiply(
      down, down.transposed, into: decomposition.gram, strideC: rank, m: rank, n: rank, k: inputWidth)
    engine.decomposedNorms(
      decomposition.norms, squares: decomposition.squares, product: decomposition.product, up: adapter.up.values,
      gram: decomposition.gram, rank: rank, factor: adapter.factor, width: outputWidth)
    decomposition.seenDown.update(from: adapter.down.values, count: rank * inputWidth)
    decomposition.seenUp.update(from: adapter.up.values, count: rank * outputWidth)
  }
}
