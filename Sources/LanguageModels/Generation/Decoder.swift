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
  let slotCount: Int
  let maximumLength: Int
  /// Tokens each slot holds.
  private(set) var lengths: [Int]
  private var engine: Engine { model.engine }

  /// - Parameters:
  ///   - slotCount: sequences decoded at once.
  ///   - maximumLength: longest prompt and continuation together, at most the model's positions.
  package init(_ model: CausalLanguageModel, slotCount: Int, maximumLength: Int) throws(TensorError) {
    self.model = model
    self.slotCount = slotCount
    self.maximumLength = maximumLength
    lengths = Array(repeating: 0, count: slotCount)
    prompt = try Pass(
      model, limits: Self.promptLimits(maximumLength: maximumLength), forTraining: false)
    memory = DecoderMemory(
      model.architecture, adapter: model.adapterSettings, threadCount: model.engine.parallel.threadCount,
      slotCount: slotCount, maximumLength: maximumLength)
    arena = try Arena(memory.plan)
    positions = .allocate(capacity: maximumLength)
    for position in 0..<maximumLength { positions[position] = Int32(position) }
  }

  deinit { positions.deallocate() }

  /// Bytes of the decoder's buffers and those of the pass that reads prompts.
  package var byteCount: Int { memory.plan.byteCount + prompt.byteCount }

  static func promptLimits(maximumLength: Int) -> PassLimits {
    PassLimits(tokenCount: maximumLength, rowLength: maximumLength, targetCount: 1)
  }

  /// The logits [V] row `row` of the last `read` or `step` left.
  package func logits(row: Int) -> UnsafePointer<Float> {
    UnsafePointer(arena[memory.logits] + row * model.architecture.vocabularySize)
  }

  /// Reads a prompt into a slot; the logits of its continuation are in row 0.
  package func read(_ tokens: [Int32], slot: Int) {
    precondition(
      !tokens.isEmpty && tokens.count <= maximumLength, "a prompt of \(tokens.count) tokens for \(maximumLength)")
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
    lengths[slot] = tokens.count
    withUnsafePointer(to: Int32(tokens.count - 1)) { last in
      prompt.logits(of: last, count: 1, into: arena[memory.logits])
    }
  }

  /// Appends one token to each of `slots`; row i of the logits then belongs to `slots[i]`.
  package func step(_ tokens: [Int32], slots: [Int]) {
    let rows = slots.count
    precondition(
      slots.allSatisfy { lengths[$0] < maximumLength },
      "a sequence longer than the \(maximumLength) tokens planned for")
    let architecture = model.architecture
    let width = architecture.width
    let x = arena[memory.state]  // [rows, C]
    tokens.withUnsafeBufferPointer { tokens in
      slots.map { Int32(lengths[$0]) }.withUnsafeBufferPointer { places in
        engine.embed(
          x, tokens: tokens.baseAddress!, positions: places.baseAddress!, tokenTable: model.tokenTable.stored,
          positionTable: model.positionTable.stored, rows: rows, width: width)
      }
    }
    for layer in 0..<architecture.layerCount { stepBlock(layer, slots) }
    let normed = arena[memory.normed]
    model.finalNorm.forward(engine, into: normed, x, statistics: arena[memory.statistics], rows: rows)
    engine.decode(
      arena[memory.logits], normed, outputMajor: model.head.stored, rows: rows, inner: width,
      columns: architecture.vocabularySize)
    for slot in slots { lengths[slot] += 1 }
  }

  private func stepBlock(_ layer: Int, _ slots: [Int]) {
    let rows = slots.count
    let architecture = model.architecture
    let width = architecture.width
    let block = model.blocks[layer]
    let x = arena[memory.state]  // [rows, C]
    let normed = arena[memory.normed]  // [rows, C]
    let wide = arena[memory.wide]  // [rows, max(3C, F)]
    block.firstNorm.forward(engine, into: normed, x, statistics: arena[memory.statistics], rows: rows)
    apply(block.attentionInput, into: wide, normed, rows)
    for (row, slot) in slots.enumerated() {
      let (keys, values) = self.cache(layer, slot)
      let qkv = wide + row * 3 * width
      let length = lengths[slot]
      (keys + length * width).update(from: qkv + width, count: width)
      (values + length * width).update(from: qkv + 2 * width, count: width)
    }
    engine.decodeAttention(
      rowCount: rows, headCount: architecture.headCount, headWidth: architecture.headWidth, stride: width,
      factor: architecture.attentionFactor(layer: layer), scores: arena[memory.scores],
      scoresStride: memory.scoresStride
    ) { row in
      let (keys, values) = self.cache(layer, slots[row])
      return DecodingRow(
        y: normed + row * width, query: wide + row * 3 * width, keys: keys, values: values,
        length: self.lengths[slots[row]] + 1)
    }
    let output = arena[memory.output]  // [rows, C]
    apply(block.attentionOutput, into: output, normed, rows)
    engine.addScaled(x, output, 1, count: rows * width)
    block.secondNorm.forward(engine, into: normed, x, statistics: arena[memory.statistics], rows: rows)
    apply(block.mlpInput, into: wide, normed, rows)
    engine.activate(wide, wide, count: rows * architecture.mlpWidth, architecture.activation)
    apply(block.mlpOutput, into: output, wide, rows)
    engine.addScaled(x, output, 1, count: rows * width)
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

  /// Keys and values [maximumLength, C] of a layer and slot.
  private func cache(_ layer: Int, _ slot: Int) -> (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) {
    let size = maximumLength * model.architecture.width
    let keys = arena[memory.cache] + (layer * slotCount + slot) * 2 * size
    return (keys, keys + size)
  }
}

/// Where a decoder's buffers lie.
struct DecoderMemory {
  private(set) var plan = ArenaPlan()
  /// [L, slots, 2, length, C]
  let cache: ArenaPlan.Region
  /// [slots, C] each.
  let state: ArenaPlan.Region
  let normed: ArenaPlan.Region
  let output: ArenaPlan.Region
  /// [slots, max(3C, F)] each.
  let wide: ArenaPlan.Region
  let adapted: ArenaPlan.Region
  let low: ArenaPlan.Region
  let statistics: ArenaPlan.Region
  let scores: ArenaPlan.Region
  let scoresStride: Int
  /// [slots, V]
  let logits: ArenaPlan.Region

  init(
    _ architecture: Architecture, adapter: LowRankSettings?, threadCount: Int, slotCount: Int, maximumLength: Int
  ) {
    let width = architecture.width
    let widest = max(3 * width, architecture.mlpWidth)
    cache = plan.reserve(architecture.layerCount * slotCount * 2 * maximumLength * width)
    state = plan.reserve(slotCount * width)
    normed = plan.reserve(slotCount * width)
    output = plan.reserve(slotCount * width)
    wide = plan.reserve(slotCount * widest)
    adapted = plan.reserve(slotCount * widest)
    low = plan.reserve(slotCount * (adapter?.rank ?? 0))
    statistics = plan.reserve(2 * slotCount)
    scoresStride = (maximumLength + 15) / 16 * 16
    scores = plan.reserve(scoresStride * threadCount)
    logits = plan.reserve(slotCount * architecture.vocabularySize)
  }
}
