import Tensors

extension Pass {
  /// The cross-entropy of the targets, after `forward`; the results are in `losses`.
  ///
  /// Only targets reach the vocabulary, a chunk at a time, so the memory of the logits does not grow with the batch.
  ///
  /// - Parameters:
  ///   - gradientWeight: what each target's gradient is multiplied by, beside its own weight; with it, the gradient of the
  ///     last block's output is left for `backward`, and the head's own is summed if it is trained.
  ///   - likeliestTokens: takes the token with the largest logit at every target [targets], the lowest of equals.
  public func loss(
    _ targets: TargetBatch, tokenCount: Int, gradientWeight: Float? = nil,
    likeliestTokens: UnsafeMutablePointer<Int32>? = nil
  ) {
    precondition(
      targets.count <= limits.targetCount, "\(targets.count) targets in a pass for \(limits.targetCount)")
    precondition(
      keepsActivations || gradientWeight == nil, "a gradient in a pass that was planned without training")
    let (width, vocabulary) = (model.architecture.width, model.architecture.vocabularySize)
    let states = arena[memory.gathered]  // [chunk, C]
    let normed = arena[memory.gatheredNormed]  // [chunk, C]
    let dStates = arena[memory.gatheredGradient]  // [chunk, C]
    let logits = arena[memory.logits]  // [chunk, V]
    let statistics = arena[memory.headStatistics]
    if gradientWeight != nil { engine.clear(arena[memory.gradient], count: tokenCount * width) }
    for start in stride(from: 0, to: targets.count, by: memory.headChunk) {
      let rows = min(memory.headChunk, targets.count - start)
      gather(states, from: arena[memory.output], targets.sources + start, rows, width)
      model.finalNorm.forward(engine, into: normed, states, statistics: statistics, rows: rows)
      engine.multiply(
        Matrix(normed, stride: width), StoredMatrix(model.head.stored, stride: width, transposed: true), into: logits,
        strideC: vocabulary, m: rows, n: vocabulary, k: width)
      if let likeliestTokens {
        engine.indicesOfLargest(likeliestTokens + start, logits, rows: rows, width: vocabulary)
      }
      engine.crossEntropy(
        losses: arena[memory.losses] + start, logits: logits, targets: targets.targets + start,
        weights: targets.weights.map { $0 + start }, rows: rows, vocabulary: vocabulary,
        gradientWeight: gradientWeight)
      guard gradientWeight != nil else { continue }
      if let gradient = model.head.gradient {
        engine.multiply(
          Matrix(logits, stride: vocabulary, transposed: true), Matrix(normed, stride: width), into: gradient,
          strideC: width, m: vocabulary, n: width, k: rows, beta: 1, precision: .mixed)
      }
      // The normed states are done with: their memory takes their gradient.
      engine.multiply(
        Matrix(logits, stride: vocabulary), StoredMatrix(model.head.stored, stride: width), into: normed,
        strideC: width,
        m: rows, n: width, k: vocabulary)
      engine.clear(dStates, count: rows * width)
      model.finalNorm.backward(engine, dx: dStates, dy: normed, x: states, statistics: statistics, rows: rows)
      scatter(dStates, into: arena[memory.gradient], targets.sources + start, rows, width)
    }
  }

  /// The logits [count, V] of single tokens of the last batch, after `forward`.
  ///
  /// Each row is computed as the decoder does, so that its bits do not depend on the others.
  public func logits(
    of sources: UnsafePointer<Int32>, count: Int, into logits: UnsafeMutablePointer<Float>
  ) {
    let width = model.architecture.width
    let chunk = min(memory.headChunk, max(limits.targetCount, 1))
    for start in stride(from: 0, to: count, by: chunk) {
      let rows = min(chunk, count - start)
      gather(arena[memory.gathered], from: arena[memory.output], sources + start, rows, width)
      model.finalNorm.forward(
        engine, into: arena[memory.gatheredNormed], arena[memory.gathered], statistics: arena[memory.headStatistics],
        rows: rows)
      engine.decode(
        logits + start * model.architecture.vocabularySize, arena[memory.gatheredNormed],
        outputMajor: model.head.stored, rows: rows, inner: width, columns: model.architecture.vocabularySize)
    }
  }

  private func gather(
    _ y: UnsafeMutablePointer<Float>, from x: UnsafePointer<Float>, _ sources: UnsafePointer<Int32>, _ rows: Int,
    _ width: Int
  ) {
    for row in 0..<rows { (y + row * width).update(from: x + Int(sources[row]) * width, count: width) }
  }

  /// Sources are distinct, so copying is enough.
  private func scatter(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, _ sources: UnsafePointer<Int32>, _ rows: Int,
    _ width: Int
  ) {
    for row in 0..<rows { (y + Int(sources[row]) * width).update(from: x + row * width, count: width) }
  }
}
