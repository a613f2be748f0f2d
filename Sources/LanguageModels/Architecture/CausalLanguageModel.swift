public import Tensors

/// Where a model's weights come from, and which of them are trained.
public struct ModelOptions: Sendable {
  /// `nil`: read from the directory. Otherwise drawn with this seed.
  public var initializationSeed: UInt64?
  /// `nil`: all weights are trained. Otherwise they are frozen, and an adapter is trained beside them.
  public var adapter: LowRankSettings?
  /// Draws the adapter's first values.
  public var adapterSeed: UInt64
  /// V, where it is to be larger than the stored one: new rows of the embedding, and of a head of its own, begin as the
  /// mean of the old ones. They are trained, with the whole table; a frozen model has none.
  public var vocabularySize: Int?
  /// Nothing is trained: for evaluation and generation with the untouched model.
  public var isFrozen: Bool
  /// What frozen weights are held in; trained ones are always float32.
  public var backboneType: NumberType
  /// Where a copy of frozen weights may lie that other processes use too; it is used, never made.
  public var weightCache: WeightCache?

  public init(
    initializationSeed: UInt64? = nil, adapter: LowRankSettings? = nil, adapterSeed: UInt64 = 0, isFrozen: Bool = false,
    backboneType: NumberType = .float32, weightCache: WeightCache? = nil
  ) {
    self.initializationSeed = initializationSeed
    self.adapter = adapter
    self.adapterSeed = adapterSeed
    self.isFrozen = isFrozen
    self.backboneType = backboneType
    self.weightCache = weightCache
  }
}

/// A decoder-only transformer with its weights in memory.
public final class CausalLanguageModel {
  public let architecture: Architecture
  public let engine: Engine
  /// What is trained: the adapter, or everything, or nothing.
  public let parameters: ParameterSet
  public let adapterSettings: LowRankSettings?
  /// Paths of the layers that have an adapter, in model order.
  public let adaptedLayers: [String]
  /// Bytes of weights this process took memory for; memory-mapped files do not count.
  public let frozenByteCount: Int

  let tokenTable: Weight
  let positionTable: Weight
  let blocks: [Block]
  let finalNorm: LayerNorm
  /// [V, C]; the token table when the head is tied.
  let head: Weight

  /// The memory-mapped file and the converted copies the frozen weights lie in.
  private let keptAlive: [AnyObject]

  /// Loads or initialises a model.
  ///
  /// - Throws: `ModelError` when the directory or a setting cannot be used; `TensorError` when memory is short.
  public init(directory: String, options: ModelOptions, engine: Engine) throws {
    let stored = try Architecture(modelDirectory: directory)
    let architecture = stored.resized(for: options)
    let linears = Self.linearNames(architecture)
    let adapted = try Self.adaptedNames(architecture, options)
    adaptedLayers = linears.map(\.name).filter(adapted.contains)
    let parameters = try ParameterSet(Self.trainedTensors(stored: stored, options))
    let loader = try WeightLoader(
      directory: directory, architecture: stored, options: options, parameters: parameters, engine: engine)
    for name in ["wte.weight", "lm_head.weight"] {
      guard let parameter = parameters[name] else { continue }
      AddedRows.fill(parameters.values(of: parameter), parameter.shape, from: stored.vocabularySize, engine)
    }
    let downs = parameters.parameters.filter { $0.name.hasSuffix(".lora_A.weight") }
    for (index, parameter) in downs.enumerated() {
      // Kaiming-uniform with a = sqrt(5) is uniform within 1 / sqrt(I). B stays zero.
      RandomWeights.fillUniform(
        parameters.values(of: parameter), count: parameter.count, bound: 1 / Float(parameter.shape[1]).squareRoot(),
        seed: options.adapterSeed, stream: UInt32(1 << 16 + 2 * index))
    }
    let decomposition = try DecomposedLayers(Self.decomposedLayers(architecture, options))
    let builder = LayerBuilder(
      architecture: architecture, weights: loader.weights, parameters: parameters, adapter: options.adapter,
      decomposition: decomposition)
    tokenTable = builder.weight("wte.weight")
    positionTable = builder.weight("wpe.weight")
    blocks = (0..<architecture.layerCount).map(builder.block)
    finalNorm = builder.norm("ln_f")
    head = architecture.hasTiedHead ? tokenTable : builder.weight("lm_head.weight")
    keptAlive = loader.keptAlive + [decomposition.arena]
    frozenByteCount = loader.frozenByteCount
    adapterSettings = options.adapter
    self.architecture = architecture
    self.engine = engine
    self.parameters = parameters
    for linear in blocks.flatMap(\.linears) {
      guard let magnitude = parameters[linear.name + ".lora_magnitude_vector"] else { continue }
      try linear.prepareDecomposition(engine, magnitude: parameters.values(of: magnitude))
    }
  }

  /// The lowest block with something to train below its output; gradients need not go further down.
  var lowestTrainedBlock: Int? {
    if tokenTable.gradient != nil || positionTable.gradient != nil { return 0 }
    return blocks.firstIndex { block in
      block.linears.contains { $0.needsInput } || block.firstNorm.gain.gradient != nil
    }
  }

  /// The tensors that a model with these options trains, in the order of its parameter set.
  ///
  /// - Throws: `ModelError` when the adapter is to go where no layer is.
  static func trainedTensors(
    stored: Architecture, _ options: ModelOptions
  ) throws(ModelError) -> [(name: String, shape: [Int], decays: Bool)] {
    let architecture = stored.resized(for: options)
    var trained: [(name: String, shape: [Int], decays: Bool)] = []
    let trainsAll = options.adapter == nil && !options.isFrozen
    if trainsAll { trained = architecture.weights.map { ($0.name, $0.shape, $0.role.decays) } }
    guard let settings = options.adapter else { return trained }
    let adapted = try adaptedNames(architecture, options)
    for linear in linearNames(architecture) where adapted.contains(linear.name) {
      trained.append((linear.name + ".lora_A.weight", [settings.rank, linear.input], true))
      trained.append((linear.name + ".lora_B.weight", [linear.output, settings.rank], true))
      // It decays like A and B, as in PEFT's own examples: it is a weight's size, not a gain that starts at 1.
      if settings.isDecomposed { trained.append((linear.name + ".lora_magnitude_vector", [linear.output], true)) }
    }
    let isResized = architecture.vocabularySize > stored.vocabularySize
    trained += architecture.weights.filter { weight in
      weight.name == "wte.weight" && (settings.trainsEmbedding || isResized)
        || weight.name == "lm_head.weight" && isResized
    }.map { ($0.name, $0.shape, $0.role.decays) }
    return trained
  }

  /// What layers with weight-decomposed adapters keep beside them.
  static func decomposedLayers(
    _ architecture: Architecture, _ options: ModelOptions
  ) throws(ModelError) -> DecomposedLayers.Layout {
    guard let settings = options.adapter, settings.isDecomposed else { return DecomposedLayers.Layout([], rank: 0) }
    let adapted = try adaptedNames(architecture, options)
    return DecomposedLayers.Layout(
      linearNames(architecture).filter { adapted.contains($0.name) }, rank: settings.rank)
  }

  private static func adaptedNames(
    _ architecture: Architecture, _ options: ModelOptions
  ) throws(ModelError) -> Set<String> {
    guard let settings = options.adapter else { return [] }
    return try TargetSelection.select(
      settings.targetModules, from: linearNames(architecture).map(\.name), family: architecture.family)
  }

  private static func linearNames(_ architecture: Architecture) -> [(name: String, input: Int, output: Int)] {
    let width = architecture.width
    return (0..<architecture.layerCount).flatMap { layer in
      [
        ("h.\(layer).attn.c_attn", width, 3 * width), ("h.\(layer).attn.c_proj", width, width),
        ("h.\(layer).mlp.c_fc", width, architecture.mlpWidth), ("h.\(layer).mlp.c_proj", architecture.mlpWidth, width),
      ]
    }
  }
}
