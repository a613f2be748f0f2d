import Tensors

/// The bytes a model and its passes plan to take, known from sizes alone: nothing is loaded and nothing taken.
public struct PlannedMemory: Sendable {
  /// With the tokens that `options` add.
  public let architecture: Architecture
  private let stored: Architecture
  public let options: ModelOptions
  /// Every thread has scratch of its own.
  public let threadCount: Int

  public init(_ architecture: Architecture, options: ModelOptions, threadCount: Int) {
    self.architecture = architecture.resized(for: options)
    stored = architecture
    self.options = options
    self.threadCount = threadCount
  }

  /// Values of all tensors that are trained, each with the padding behind it.
  ///
  /// - Throws: `ModelError` when the adapter is to go where no layer is.
  public func trainedCounts() throws(ModelError) -> [Int] {
    try CausalLanguageModel.trainedTensors(stored: stored, options).map { tensor in
      ParameterSet.layout([tensor]).count
    }
  }

  /// What weight-decomposed adapters keep beside the weights that are trained.
  public func decompositionBytes() throws(ModelError) -> Int {
    try CausalLanguageModel.decomposedLayers(architecture, options).plan.byteCount
  }

  /// The weights that are not trained, in the type they are held in.
  public func frozenBytes() throws(ModelError) -> Int {
    let trained = Set(try CausalLanguageModel.trainedTensors(stored: stored, options).map(\.name))
    return architecture.weights.filter { !trained.contains($0.name) }.reduce(0) {
      $0 + $1.count * $1.heldType(options.backboneType).byteCount
    }
  }

  /// The buffers of a pass, the logits among them.
  public func passBytes(
    limits: PassLimits, forTraining: Bool, dropout: Bool = false, recomputesBlocks: Bool = false
  ) -> (all: Int, logits: Int) {
    let memory = PassMemory(
      architecture, adapter: options.adapter, threadCount: threadCount, limits: limits,
      keeping: forTraining ? (recomputesBlocks ? .blockInputs : .everything) : .nothing, dropout: dropout)
    return (memory.plan.byteCount, memory.logits.count * MemoryLayout<Float>.stride)
  }

  /// What a `Generator` for prompts up to a length takes.
  public func generatorBytes(_ generation: GenerationOptions, longestPrompt: Int) -> Int {
    let shape = DecoderShape(
      generation, longestPrompt: longestPrompt, positions: architecture.maximumPositions)
    let decoder = DecoderMemory(architecture, adapter: options.adapter, threadCount: threadCount, shape: shape)
    let choice = ChoiceMemory(
      generation, vocabulary: architecture.vocabularySize, threadCount: threadCount, shape: shape)
    let prompt = passBytes(limits: Decoder.promptLimits(shape), forTraining: false)
    return decoder.plan.byteCount + choice.plan.byteCount + prompt.all
  }
}
