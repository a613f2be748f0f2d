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
    let converted = ConvertedWeights(architecture.weights.filter { parameters[$0.name] == nil }, file: file)
    var places: [String: UnsafePointer<Float>] = [:]
    if let file, let block = try options.weightCache?.block(of: file, converted, engine: engine) {
      keptAlive.append(block)
      for (weight, region) in converted.weights { places[weight.name] = block.values + region.offset }
    } else {
      let arena = try Arena(converted.plan)
      keptAlive.append(arena)
      frozenByteCount = converted.byteCount
      let numbers = Dictionary(uniqueKeysWithValues: architecture.weights.enumerated().map { ($1.name, $0) })
      for (weight, region) in converted.weights {
        try Self.fill(arena[region], weight, numbers[weight.name] ?? 0, file, architecture, options, engine)
        places[weight.name] = UnsafePointer(arena[region])
      }
    }
    for (index, weight) in architecture.weights.enumerated() {
      if let parameter = parameters[weight.name] {
        try Self.fill(parameters.values(of: parameter), weight, index, file, architecture, options, engine)
        weights[weight.name] = parameters.weight(weight.name)
      } else if let values = places[weight.name] {
        weights[weight.name] = Weight(values: values, gradient: nil)
      } else if let file, let mapped = file.mapped(weight) {
        try file.checkFinite(weight, mapped, count: weight.count, engine)
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
