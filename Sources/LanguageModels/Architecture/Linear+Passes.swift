import Tensors

/// Scratch that a linear layer's passes need; planned once for the largest layer.
struct LinearScratch {
  /// [T, max(I)]: a dropped input. Only with adapter dropout.
  let dropped: UnsafeMutablePointer<Float>
  /// [T, R]
  let low: UnsafeMutablePointer<Float>
  /// [T, max(O)]. Only with weight-decomposed adapters.
  let product: UnsafeMutablePointer<Float>
}

extension Linear {
  /// y[T, O] += x[T, I] W + factor (drop(x) A^T) B^T. The caller has put the bias, or a residual, in y.
  ///
  /// `low` [T, R] keeps drop(x) A^T for the backward pass.
  func forward(
    _ engine: Engine, into y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, tokens: Int,
    low: UnsafeMutablePointer<Float>, draw: DropoutDraw?, scratch: LinearScratch
  ) {
    if let adapter, let decomposition = adapter.decomposition {
      forwardDecomposed(
        engine, into: y, x, tokens: tokens, low: low, adapter, decomposition, draw: draw, scratch: scratch)
      return
    }
    engine.multiply(
      Matrix(x, stride: inputWidth), matrix, into: y, strideC: outputWidth, m: tokens, n: outputWidth, k: inputWidth,
      beta: 1)
    guard let adapter else { return }
    let input = droppedInput(engine, x, tokens, adapter, draw, scratch)
    engine.multiply(
      Matrix(input, stride: inputWidth), Matrix(adapter.down.values, stride: inputWidth, transposed: true), into: low,
      strideC: adapter.rank, m: tokens, n: adapter.rank, k: inputWidth)
    engine.multiply(
      Matrix(low, stride: adapter.rank), Matrix(adapter.up.values, stride: adapter.rank, transposed: true), into: y,
      strideC: outputWidth, m: tokens, n: outputWidth, k: adapter.rank, alpha: adapter.factor, beta: 1)
  }

  /// Sums the gradients of what is trained here, then dx[T, I] = dy W^T + the adapter's part, if asked for.
  ///
  /// - Parameter x: the layer's input, needed when `needsInput`; `dx` must be other memory.
  func backward(
    _ engine: Engine, dx: UnsafeMutablePointer<Float>?, dy: UnsafePointer<Float>, x: UnsafePointer<Float>, tokens: Int,
    low: UnsafePointer<Float>, draw: DropoutDraw?, scratch: LinearScratch
  ) {
    parameterGradients(engine, dy: dy, x: x, tokens: tokens, low: low, draw: draw, scratch: scratch)
    if let dx { inputGradient(engine, into: dx, dy: dy, tokens: tokens, draw: draw, scratch: scratch) }
  }

  /// dW += x^T dy, dBias += the sum of dy, and the adapter's dB and dA.
  func parameterGradients(
    _ engine: Engine, dy: UnsafePointer<Float>, x: UnsafePointer<Float>, tokens: Int, low: UnsafePointer<Float>,
    draw: DropoutDraw?, scratch: LinearScratch
  ) {
    if let gradient = weight.gradient {
      let (left, right) = isOutputMajor ? (dy, x) : (x, dy)
      let (leftWidth, rightWidth) = isOutputMajor ? (outputWidth, inputWidth) : (inputWidth, outputWidth)
      engine.multiply(
        Matrix(left, stride: leftWidth, transposed: true), Matrix(right, stride: rightWidth), into: gradient,
        strideC: rightWidth, m: leftWidth, n: rightWidth, k: tokens, beta: 1, precision: .mixed)
    }
    if let gradient = bias?.gradient { engine.sumRows(gradient, dy, rows: tokens, width: outputWidth) }
    guard let adapter else { return }
    if let decomposition = adapter.decomposition {
      decomposedGradients(
        engine, dy: dy, x: x, tokens: tokens, low: low, adapter, decomposition, draw: draw, scratch: scratch)
      return
    }
    let input = droppedInput(engine, x, tokens, adapter, draw, scratch)
    lowRankGradients(engine, adapter, dy: dy, input: input, tokens: tokens, low: low, scratch: scratch)
  }

  /// The adapter's dB and dA; `input` is drop(x).
  func lowRankGradients(
    _ engine: Engine, _ adapter: LowRankAdapter, dy: UnsafePointer<Float>, input: UnsafePointer<Float>, tokens: Int,
    low: UnsafePointer<Float>, scratch: LinearScratch
  ) {
    guard let dUp = adapter.up.gradient, let dDown = adapter.down.gradient else { return }
    // dB[O, R] += factor dy^T low
    engine.multiply(
      Matrix(dy, stride: outputWidth, transposed: true), Matrix(low, stride: adapter.rank), into: dUp,
      strideC: adapter.rank, m: outputWidth, n: adapter.rank, k: tokens, alpha: adapter.factor, beta: 1)
    // dA[R, I] += dLow^T drop(x)
    lowGradient(engine, adapter, dy: dy, tokens: tokens, scratch: scratch)
    engine.multiply(
      Matrix(scratch.low, stride: adapter.rank, transposed: true), Matrix(input, stride: inputWidth), into: dDown,
      strideC: inputWidth, m: adapter.rank, n: inputWidth, k: tokens, beta: 1)
  }

  /// dx[T, I] = dy W^T + mask(dLow A).
  func inputGradient(
    _ engine: Engine, into dx: UnsafeMutablePointer<Float>, dy: UnsafePointer<Float>, tokens: Int, draw: DropoutDraw?,
    scratch: LinearScratch
  ) {
    if let adapter, let decomposition = adapter.decomposition {
      decomposedInputGradient(
        engine, into: dx, dy: dy, tokens: tokens, adapter, decomposition, draw: draw, scratch: scratch)
      return
    }
    engine.multiply(
      Matrix(dy, stride: outputWidth), matrix.transposed, into: dx, strideC: inputWidth, m: tokens, n: inputWidth,
      k: outputWidth)
    guard let adapter else { return }
    lowGradient(engine, adapter, dy: dy, tokens: tokens, scratch: scratch)
    let low = Matrix(scratch.low, stride: adapter.rank)
    let down = Matrix(adapter.down.values, stride: inputWidth)
    guard let draw, let dropout = draw.adapter(site: adapter.site) else {
      engine.multiply(
        low, down, into: dx, strideC: inputWidth, m: tokens, n: inputWidth, k: adapter.rank, beta: 1)
      return
    }
    engine.multiply(
      low, down, into: scratch.dropped, strideC: inputWidth, m: tokens, n: inputWidth, k: adapter.rank)
    engine.dropAdd(
      dx, residual: dx, scratch.dropped, count: tokens * inputWidth, first: draw.first(width: inputWidth), dropout)
  }

  /// dLow[T, R] = factor dy B, in `scratch.low`. Thin: computing it for both gradients costs less than keeping it.
  func lowGradient(
    _ engine: Engine, _ adapter: LowRankAdapter, dy: UnsafePointer<Float>, tokens: Int, scratch: LinearScratch
  ) {
    engine.multiply(
      Matrix(dy, stride: outputWidth), Matrix(adapter.up.values, stride: adapter.rank), into: scratch.low,
      strideC: adapter.rank, m: tokens, n: adapter.rank, k: outputWidth, alpha: adapter.factor)
  }

  func droppedInput(
    _ engine: Engine, _ x: UnsafePointer<Float>, _ tokens: Int, _ adapter: LowRankAdapter, _ draw: DropoutDraw?,
    _ scratch: LinearScratch
  ) -> UnsafePointer<Float> {
    guard let draw, let dropout = draw.adapter(site: adapter.site) else { return x }
    engine.drop(scratch.dropped, x, count: tokens * inputWidth, first: draw.first(width: inputWidth), dropout)
    return UnsafePointer(scratch.dropped)
  }
}

extension LayerNorm {
  func forward(
    _ engine: Engine, into y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>,
    statistics: UnsafeMutablePointer<Float>, rows: Int
  ) {
    engine.layerNorm(
      y, mean: statistics, reciprocalDeviation: statistics + rows, x, gain: gain.values, bias: bias.values, rows: rows,
      width: width, epsilon: epsilon)
  }

  /// dx += the gradient; `statistics` [2, rows] as the forward pass left it.
  func backward(
    _ engine: Engine, dx: UnsafeMutablePointer<Float>?, dy: UnsafePointer<Float>, x: UnsafePointer<Float>,
    statistics: UnsafePointer<Float>, rows: Int
  ) {
    engine.layerNormBackward(
      dx, dGain: gain.gradient, dBias: bias.gradient, dy: dy, x: x, mean: statistics,
      reciprocalDeviation: statistics + rows, gain: gain.values, rows: rows, width: width)
  }
}
