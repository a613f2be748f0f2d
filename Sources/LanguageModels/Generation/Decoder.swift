package import Tensors

/// Several sequences being continued one token at a time, with their keys and values cached.
///
/// Every product here is computed row by row in a fixed order, and each prompt is read on its own, so a sequence comes
/// out the same whatever it is decoded beside.
package final class Decoder {
  private let model: CausalLanguageModel
  private let prompt: Pass
  private let arena: Arena
  private let memory: DecoderMemory
  private let positions: UnsafeMutablePointer<Int32>
  let shape: DecoderShape
  /// Tokens each sequence holds. Sequence b of slot s is number s * beamCount + b.
  private(set) var lengths: [Int]
  /// Tokens of each slot's prompt.
  private var promptLengths: [Int]
  /// Which of the two tables of places holds for a slot.
  private var turns: [Int]
  private var engine: Engine { model.engine }

  /// - Parameters:
  ///   - slotCount: sequences decoded at once.
  ///   - maximumLength: longest prompt and continuation together, at most the model's positions.
  package convenience init(_ model: CausalLanguageModel, slotCount: Int, maximumLength: Int) throws(TensorError) {
    try self.init(model, shape: DecoderShape(slotCount: slotCount, maximumLength: maximumLength))
  }

  /// - Parameter shared: memory that others have at other times; its own when left out.
  init(
    _ model: CausalLanguageModel, shape: DecoderShape, in shared: WorkingMemory? = nil
  ) throws(TensorError) {
    self.model = model
    self.shape = shape
    lengths = Array(repeating: 0, count: shape.sequenceCount)
    promptLengths = Array(repeating: 0, count: shape.slotCount)
    turns = Array(repeating: 0, count: shape.slotCount)
    memory = DecoderMemory(
      model.architecture, adapter: model.adapterSettings, threadCount: model.engine.parallel.threadCount,
      shape: shape)
    let shared = shared ?? WorkingMemory()
    arena = try Arena(memory.plan, in: shared)
    prompt = try Pass(
      model, limits: Self.promptLimits(shape), forTraining: false, in: shared, from: arena.end)
    positions = .allocate(capacity: shape.promptLength)
    for position in 0..<shape.promptLength { positions[position] = Int32(position) }
  }

  deinit { positions.deallocate() }

  /// Bytes of the decoder's buffers and those of the pass that reads prompts.
  package var byteCount: Int { memory.plan.byteCount + prompt.byteCount }

  /// Floats of its memory in front of what lies behind it.
  var end: Int { prompt.arena.end }

  static func promptLimits(_ shape: DecoderShape) -> PassLimits {
    PassLimits(tokenCount: shape.promptLength, rowLength: shape.promptLength, targetCount: 1)
  }

  /// The logits [V] row `row` of the last `read` or `step` left.
  package func logits(row: Int) -> UnsafePointer<Float> { UnsafePointer(changeableLogits(row: row)) }

  /// The logits [V] of a row, which whoever chooses a token may overwrite.
  func changeableLogits(row: Int) -> UnsafeMutablePointer<Float> {
    arena[memory.logits] + row * model.architecture.vocabularySize
  }

  /// Reads a prompt into a slot, for all its beams; the logits of its continuation are in row 0.
  package func read(_ tokens: [Int32], slot: Int) {
    precondition(
      !tokens.isEmpty && tokens.count <= shape.promptLength,
      "a prompt of \(tokens.count) tokens for \(shape.promptLength)")
    let offsets = [0, Int32(tokens.count)]
    let width = model.architecture.width
    tokens.withUnsafeBufferPointer { tokens in
      offsets.withUnsafeBufferPointer { offsets in
        let batch = TokenBatch(
          tokens: tokens.baseAddress!, positions: UnsafePointer(positions), rowOffsets: offsets.baseAddress!,
          rowCount: 1, tokenCount: tokens.count)
        prompt.forward(batch) { layer, qkv in
          let (keys, values) = self.cache(layer, slot)
          for token in 0..<tokens.count {
            (keys + token * width).update(from: qkv + (3 * token + 1) * width, count: width)
            (values + token * width).update(from: qkv + (3 * token + 2) * width, count: width)
          }
        }
      }
    }
    promptLengths[slot] = tokens.count
    for beam in 0..<shape.beamCount {
      lengths[slot * shape.beamCount + beam] = tokens.count
      if shape.beamCount > 1 {
        for turn in 0...1 { places(slot, beam, turn: turn).update(from: positions, count: tokens.count) }
      }
    }
    withUnsafePointer(to: Int32(tokens.count - 1)) { last in
      prompt.logits(of: last, count: 1, into: arena[memory.logits])
    }
  }

  /// Makes beam i of a slot the continuation of what beam `parents[i]` was. No key and no value is moved.
  func branch(slot: Int, parents: UnsafePointer<Int32>, count: Int) {
    let first = slot * shape.beamCount
    let shared = promptLengths[slot]
    // All beams that are followed have the same length.
    let length = lengths[first + Int(parents[0])]
    let turn = turns[slot]
    for beam in 0..<count {
      (places(slot, beam, turn: 1 - turn) + shared).update(
        from: places(slot, Int(parents[beam]), turn: turn) + shared, count: length - shared)
      lengths[first + beam] = length
    }
    turns[slot] = 1 - turn
  }

  /// Appends one token to each of `slots`, which have one beam each; row i of the logits then belongs to `slots[i]`.
  package func step(_ tokens: [Int32], slots: [Int]) {
    let slots = slots.map(Int32.init)
    tokens.withUnsafeBufferPointer { tokens in
      slots.withUnsafeBufferPointer { slots in
        step(tokens.baseAddress!, sequences: slots.baseAddress!, rows: slots.count)
      }
    }
  }

  /// Appends `tokens[i]` to `sequences[i]`; row i of the logits then belongs to that sequence.
  func step(_ tokens: UnsafePointer<Int32>, sequences: UnsafePointer<Int32>, rows: Int) {
    let architecture = model.architecture
    let width = architecture.width
    let x = arena[memory.state]  // [rows, C]
    let places = arena.integers(memory.positions)
    for row in 0..<rows {
      let sequence = Int(sequences[row])
      let length = lengths[sequence]
      precondition(
        length < shape.maximumLength, "a sequence longer than the \(shape.maximumLength) tokens planned for")
      places[row] = Int32(length)
      if shape.beamCount > 1 { addPlace(sequence, length) }
    }
    engine.embed(
      x, tokens: tokens, positions: places, tokenTable: model.tokenTable.stored,
      positionTable: model.positionTable.stored, rows: rows, width: width)
    for layer in 0..<architecture.layerCount { stepBlock(layer, sequences, rows) }
    let normed = arena[memory.normed]
    model.finalNorm.forward(engine, into: normed, x, statistics: arena[memory.statistics], rows: rows)
    engine.decode(
      arena[memory.logits], normed, outputMajor: model.head.stored, rows: rows, inner: width,
      columns: architecture.vocabularySize)
    for row in 0..<rows { lengths[Int(sequences[row])] += 1 }
  }

  private func stepBlock(_ layer: Int, _ sequences: UnsafePointer<Int32>, _ rows: Int) {
    let architecture = model.architecture
    let width = architecture.width
    let block = model.blocks[layer]
    let x = arena[memory.state]  // [rows, C]
    let normed = arena[memory.normed]  // [rows, C]
    let wide = arena[memory.wide]  // [rows, max(3C, F)]
    block.firstNorm.forward(engine, into: normed, x, statistics: arena[memory.statistics], rows: rows)
    apply(block.attentionInput, into: wide, normed, rows)
    for row in 0..<rows {
      let sequence = Int(sequences[row])
      let (keys, values) = self.cache(layer, sequence / shape.beamCount)
      let qkv = wide + row * 3 * width
      let place = self.place(sequence, lengths[sequence])
      (keys + place * width).update(from: qkv + width, count: width)
      (values + place * width).update(from: qkv + 2 * width, count: width)
    }
    attend(layer, sequences, rows)
    let output = arena[memory.output]  // [rows, C]
    apply(block.attentionOutput, into: output, normed, rows)
    engine.addScaled(x, output, 1, count: rows * width)
    block.secondNorm.forward(engine, into: normed, x, statistics: arena[memory.statistics], rows: rows)
    apply(block.mlpInput, into: wide, normed, rows)
    engine.activate(wide, wide, count: rows * architecture.mlpWidth, architecture.activation)
    apply(block.mlpOutput, into: output, wide, rows)
    engine.addScaled(x, output, 1, count: rows * width)
  }

  /// The queries of `wide` [rows, 3C] against their sequences; the result is in `normed` [rows, C].
  private func attend(_ layer: Int, _ sequences: UnsafePointer<Int32>, _ rows: Int) {
    let architecture = model.architecture
    let width = architecture.width
    let factor = architecture.attentionFactor(layer: layer)
    let normed = arena[memory.normed]
    let wide = arena[memory.wide]
    if shape.beamCount == 1 {
      engine.decodeAttention(
        rowCount: rows, headCount: architecture.headCount, headWidth: architecture.headWidth, stride: width,
        factor: factor, scores: arena[memory.scores], scoresStride: memory.scoresStride
      ) { row in
        let slot = Int(sequences[row])
        let (keys, values) = self.cache(layer, slot)
        return DecodingRow(
          y: normed + row * width, query: wide + row * 3 * width, keys: keys, values: values,
          length: self.lengths[slot] + 1)
      }
    } else {
      engine.beamAttention(
        rowCount: rows, headCount: architecture.headCount, headWidth: architecture.headWidth, stride: width,
        factor: factor, scores: arena[memory.scores], scoresStride: memory.scoresStride
      ) { row in
        let sequence = Int(sequences[row])
        let (slot, beam) = sequence.quotientAndRemainder(dividingBy: self.shape.beamCount)
        let (keys, values) = self.cache(layer, slot)
        return BeamRow(
          y: normed + row * width, query: wide + row * 3 * width, keys: keys, values: values,
          places: self.places(slot, beam, turn: self.turns[slot]), length: self.lengths[sequence] + 1)
      }
    }
  }

  /// y[rows, O] = x W + bias + factor (x A^T) B^T; with DoRA f (x W + factor (x A^T) B^T) + bias.
  private func apply(
    _ linear: Linear, into y: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Float>, _ rows: Int
  ) {
    let decomposition = linear.adapter?.decomposition
    engine.decode(
      y, x, inputMajor: linear.weight.stored, bias: decomposition == nil ? linear.bias?.values : nil, rows: rows,
      inner: linear.inputWidth, columns: linear.outputWidth)
    guard let adapter = linear.adapter else { return }
    let low = arena[memory.low]  // [rows, R]
    let added = arena[memory.adapted]  // [rows, O]
    engine.decode(
      low, x, outputMajor: adapter.down.values, rows: rows, inner: linear.inputWidth, columns: adapter.rank)
    engine.decode(
      added, low, outputMajor: adapter.up.values, rows: rows, inner: adapter.rank, columns: linear.outputWidth)
    engine.addScaled(y, added, adapter.factor, count: rows * linear.outputWidth)
    guard let decomposition else { return }
    // The factors are those that reading the prompts left: a sequence is decoded with the weights it was read with.
    engine.scaleColumns(
      y, y, decomposition.factors, bias: linear.bias?.values, rows: rows, width: linear.outputWidth)
  }
}

extension Decoder {
  /// Keys and values [capacity, C] of a layer and slot.
  private func cache(_ layer: Int, _ slot: Int) -> (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
    let size = shape.capacity * model.architecture.width
    let keys = arena[memory.cache] + (layer * shape.slotCount + slot) * 2 * size
    return (keys, keys + size)
  }

  /// Where the token that a sequence gets at `position` is cached in its slot.
  private func place(_ sequence: Int, _ position: Int) -> Int {
    if shape.beamCount == 1 { return position }
    let (slot, beam) = sequence.quotientAndRemainder(dividingBy: shape.beamCount)
    return shape.promptLength + beam * shape.tailLength + position - promptLengths[slot]
  }

  private func addPlace(_ sequence: Int, _ position: Int) {
    let (slot, beam) = sequence.quotientAndRemainder(dividingBy: shape.beamCount)
    precondition(
      position - promptLengths[slot] < shape.tailLength, "a beam longer than the \(shape.tailLength) tokens planned for"
    )
    places(slot, beam, turn: turns[slot])[position] = Int32(place(sequence, position))
  }

  /// The places [length] of a beam's positions in the cache of its slot.
  private func places(_ slot: Int, _ beam: Int, turn: Int) -> UnsafeMutablePointer<Int32> {
    arena.integers(memory.places)
      + ((turn * shape.slotCount + slot) * shape.beamCount + beam) * shape.maximumLength
  }
}
