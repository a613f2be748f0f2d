import Tensors

/// Brings a model's weights into memory: mapped, converted, copied to be trained, or drawn.
struct WeightLoader {
  private(set) var weights: [String: Weight] = [:]
  private(set) var keptAlive: [AnyObject] = []
  private(set) var frozenByteCount = 0

  init(
    directory: String, architecture: Architecture, options: ModelOptions, parameters: ParameterSet, engine: Engine
  ) throws {
    let file =
      options.initializationSeed == nil
      ? try WeightFile(modelDirectory: directory, architecture: architecture) : nil
    if let file { keptAlive.append(file.file) }
    // One block for all frozen weights that cannot be used where the file holds them.
    var plan = ArenaPlan()
    var regions: [String: ArenaPlan.Region] = [:]
    for weight in architecture.weights where parameters[weight.name] == nil && file?.mapped(weight) == nil {
      regions[weight.name] = plan.reserve(weight.count)
    }
    let arena = try Arena(plan)
    keptAlive.append(arena)
    frozenByteCount = plan.byteCount
    for (index, weight) in architecture.weights.enumerated() {
      if let parameter = parameters[weight.name] {
        try Self.fill(parameters.values(of: parameter), weight, index, file, architecture, options, engine)
        weights[weight.name] = parameters.weight(weight.name)
      } else if let region = regions[weight.name] {
        try Self.fill(arena[region], weight, index, file, architecture, options, engine)
        weights[weight.name] = Weight(values: UnsafePointer(arena[region]), gradient: nil)
      } else if let file, let mapped = file.mapped(weight) {
        try file.checkFinite(weight, mapped, engine)
        weights[weight.name] = Weight(values: mapped, gradient: nil)
      }
    }
  }

  private static func fill(
    _ values: UnsafeMutablePointer<Float>, _ weight: WeightDescription, _ index: Int, _ file: WeightFile?,
    _ architecture: Architecture, _ options: ModelOptions, _ engine: Engine
  ) throws {
    if let file {
      try file.load(weight, into: values, engine: engine)
    } else {
      RandomWeights.fill(
        values, weight, architecture: architecture, seed: options.initializationSeed ?? 0, stream: UInt32(index))
    }
  }
}
