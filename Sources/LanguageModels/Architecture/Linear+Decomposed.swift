import Tensors

/// The passes of a layer whose adapter is weight-decomposed (DoRA). With f = m / ||W + factor B A|| by output, and drop()
/// the adapter's dropout:
///
///     y += x W + (f - 1) (drop(x) W) + f factor (drop(x) A^T) B^T
///
/// as in PEFT, which is f (x W + factor (x A^T) B^T) without dropout.
extension Linear {
  func forwardDecomposed(
    _ engine: Engine, into y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, tokens: Int,
    low: UnsafeMutablePointer<Float>, _ adapter: LowRankAdapter, _ decomposition: WeightDecomposition,
    draw: DropoutDraw?, scratch: LinearScratch
  ) {
    refreshDecomposition(engine, adapter, decomposition)
    let product = scratch.product  // [T, O]
    let input = droppedInput(engine, x, tokens, adapter, draw, scratch)
    engine.multiply(
      Matrix(input, stride: inputWidth), Matrix(adapter.down.values, stride: inputWidth, transposed: true), into: low,
      strideC: adapter.rank, m: tokens, n: adapter.rank, k: inputWidth)
    multiplyByWeight(engine, input, into: product, tokens: tokens, beta: 0)
    let isDropped = draw?.adapter(site: adapter.site) != nil
    if isDropped {
      multiplyByWeight(engine, x, into: y, tokens: tokens, beta: 1)
      engine.addScaledColumns(y, product, decomposition.factors, shift: -1, rows: tokens, width: outputWidth)
    }
    multiplyByUp(engine, low, into: product, adapter, tokens: tokens, beta: isDropped ? 0 : 1)
    engine.addScaledColumns(y, product, decomposition.factors, rows: tokens, width: outputWidth)
  }

  /// dm += the sum over tokens of dy (drop(x) W + factor low B^T) / norm; then dB and dA, from f dy.
  func decomposedGradients(
    _ engine: Engine, dy: UnsafePointer<Float>, x: UnsafePointer<Float>, tokens: Int, low: UnsafePointer<Float>,
    _ adapter: LowRankAdapter, _ decomposition: WeightDecomposition, draw: DropoutDraw?, scratch: LinearScratch
  ) {
    guard let dMagnitude = decomposition.magnitude.gradient else { return }
    let product = scratch.product  // [T, O]
    // Computed again: keeping it for every layer would nearly double the activations' memory.
    let input = droppedInput(engine, x, tokens, adapter, draw, scratch)
    multiplyByWeight(engine, input, into: product, tokens: tokens, beta: 0)
    multiplyByUp(engine, low, into: product, adapter, tokens: tokens, beta: 1)
    engine.addColumnQuotients(
      dMagnitude, dy, product, divisors: decomposition.norms, rows: tokens, width: outputWidth)
    engine.scaleColumns(product, dy, decomposition.factors, rows: tokens, width: outputWidth)
    lowRankGradients(engine, adapter, dy: product, input: input, tokens: tokens, low: low, scratch: scratch)
  }

  /// dx = dy W^T + mask(((f - 1) dy) W^T + factor ((f dy) B) A), without dropout (f dy) W^T + factor ((f dy) B) A.
  func decomposedInputGradient(
    _ engine: Engine, into dx: UnsafeMutablePointer<Float>, dy: UnsafePointer<Float>, tokens: Int,
    _ adapter: LowRankAdapter, _ decomposition: WeightDecomposition, draw: DropoutDraw?, scratch: LinearScratch
  ) {
    let product = scratch.product  // [T, O]
    engine.scaleColumns(product, dy, decomposition.factors, rows: tokens, width: outputWidth)
    lowGradient(engine, adapter, dy: product, tokens: tokens, scratch: scratch)
    let low = Matrix(scratch.low, stride: adapter.rank)
    let down = Matrix(adapter.down.values, stride: inputWidth)
    guard let draw, let dropout = draw.adapter(site: adapter.site) else {
      multiplyByWeightTransposed(engine, product, into: dx, tokens: tokens, beta: 0)
      engine.multiply(low, down, into: dx, strideC: inputWidth, m: tokens, n: inputWidth, k: adapter.rank, beta: 1)
      return
    }
    engine.scaleColumns(product, dy, decomposition.factors, shift: -1, rows: tokens, width: outputWidth)
    multiplyByWeightTransposed(engine, product, into: scratch.dropped, tokens: tokens, beta: 0)
    engine.multiply(
      low, down, into: scratch.dropped, strideC: inputWidth, m: tokens, n: inputWidth, k: adapter.rank, beta: 1)
    multiplyByWeightTransposed(engine, dy, into: dx, tokens: tokens, beta: 0)
    engine.dropAdd(
      dx, residual: dx, scratch.dropped, count: tokens * inputWidth, first: draw.first(width: inputWidth), dropout)
  }

  /// y[T, O] = x[T, I] W + beta y
  func multiplyByWeight(
    _ engine: Engine, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, tokens: Int, beta: Float,
    precision: ProductPrecision = .mixed
  ) {
    engine.multiply(
      Matrix(x, stride: inputWidth), matrix, into: y, strideC: outputWidth, m: tokens, n: outputWidth, k: inputWidth,
      beta: beta, precision: precision)
  }

  /// dx[T, I] = dy[T, O] W^T + beta dx
  private func multiplyByWeightTransposed(
    _ engine: Engine, _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>, tokens: Int, beta: Float
  ) {
    engine.multiply(
      Matrix(dy, stride: outputWidth), matrix.transposed, into: dx, strideC: inputWidth, m: tokens, n: inputWidth,
      k: outputWidth, beta: beta)
  }

  /// y[T, O] = factor low[T, R] B^T + beta y
  private func multiplyByUp(
    _ engine: Engine, _ low: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ adapter: LowRankAdapter,
    tokens: Int, beta: Float
  ) {
    engine.multiply(
      Matrix(low, stride: adapter.rank), Matrix(adapter.up.values, stride: adapter.rank, transposed: true), into: y,
      strideC: outputWidth, m: tokens, n: outputWidth, k: adapter.rank, alpha: adapter.factor, beta: beta)
  }
}
