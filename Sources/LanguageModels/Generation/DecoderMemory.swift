import Tensors

/// How many sequences a decoder holds, and how long they get.
///
/// A slot holds one prompt and its beams. The beams share the prompt; what each adds, its tail, has a place of its own.
package struct DecoderShape {
  package let slotCount: Int
  package let beamCount: Int
  /// Of prompt and continuation together.
  package let maximumLength: Int
  /// Of the longest prompt.
  package let promptLength: Int
  /// Tokens a beam may add and still be continued.
  package let tailLength: Int

  /// Beams of all slots.
  package var sequenceCount: Int { slotCount * beamCount }
  /// Positions that are cached for a slot: a single sequence needs no border between prompt and tail.
  var capacity: Int { beamCount == 1 ? maximumLength : promptLength + beamCount * tailLength }

  init(slotCount: Int, maximumLength: Int) {
    self.slotCount = slotCount
    beamCount = 1
    self.maximumLength = maximumLength
    promptLength = maximumLength
    tailLength = maximumLength
  }

  /// - Parameter positions: those of the model.
  init(_ options: GenerationOptions, longestPrompt: Int, positions: Int) {
    slotCount = max(1, options.batchSize)
    beamCount = max(1, options.beamCount)
    promptLength = min(longestPrompt, positions)
    maximumLength = promptLength + min(positions - promptLength, options.maximumNewTokens)
    // A short prompt leaves more positions to its continuation than the longest does.
    tailLength = max(1, min(options.maximumNewTokens, maximumLength) - 1)
  }
}

/// Where a decoder's buffers lie. S sequences of all slots, C width, F MLP width, V vocabulary.
struct DecoderMemory {
  private(set) var plan = ArenaPlan()
  /// [L, slots, 2, capacity, C]
  let cache: ArenaPlan.Region
  /// Integers [2, S, length]: where in the cache of its slot each position of a beam lies; empty without beams. What holds
  /// and what is being made of it take turns.
  let places: ArenaPlan.Region
  /// Integers [S]: the places of the new tokens.
  let positions: ArenaPlan.Region
  /// [S, C] each.
  let state: ArenaPlan.Region
  let normed: ArenaPlan.Region
  let output: ArenaPlan.Region
  /// [S, max(3C, F)] each.
  let wide: ArenaPlan.Region
  let adapted: ArenaPlan.Region
  let low: ArenaPlan.Region
  let statistics: ArenaPlan.Region
  let scores: ArenaPlan.Region
  let scoresStride: Int
  /// [S, V]
  let logits: ArenaPlan.Region

  init(_ architecture: Architecture, adapter: LowRankSettings?, threadCount: Int, shape: DecoderShape) {
    let width = architecture.width
    let widest = max(3 * width, architecture.mlpWidth)
    let count = shape.sequenceCount
    cache = plan.reserve(architecture.layerCount * shape.slotCount * 2 * shape.capacity * width)
    places = plan.reserve(shape.beamCount == 1 ? 0 : 2 * count * shape.maximumLength)
    positions = plan.reserve(count)
    state = plan.reserve(count * width)
    normed = plan.reserve(count * width)
    output = plan.reserve(count * width)
    wide = plan.reserve(count * widest)
    adapted = plan.reserve(count * widest)
    low = plan.reserve(count * (adapter?.rank ?? 0))
    statistics = plan.reserve(2 * count)
    scoresStride = (shape.maximumLength + 15) / 16 * 16
    scores = plan.reserve(scoresStride * threadCount)
    logits = plan.reserve(count * architecture.vocabularySize)
  }
}

extension Arena {
  /// A region of whole numbers.
  func integers(_ region: ArenaPlan.Region) -> UnsafeMutablePointer<Int32> {
    UnsafeMutableRawPointer(self[region]).bindMemory(to: Int32.self, capacity: region.count)
  }
}
