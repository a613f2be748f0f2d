import TensorFiles
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
    let type = options.backboneType
    let converted = ConvertedWeights(
      architecture.weights.filter { parameters[$0.name] == nil }, file: file, type: type)
    var places: [String: StoredValues] = [:]
    var isFileUsed = false
    if let file, let block = try options.weightCache?.block(of: file, converted, engine: engine) {
      keptAlive.append(block)
      for item in converted.items {
        places[item.description.name] = StoredValues(block.values + item.region.offset, item)
      }
    } else {
      let arena = try Arena(converted.plan)
      keptAlive.append(arena)
      frozenByteCount = converted.byteCount
      if let file {
        try Self.convert(converted, of: file, into: arena, engine)
      } else {
        try Self.draw(converted, into: arena, architecture, options, engine)
      }
      for item in converted.items { places[item.description.name] = StoredValues(arena[item.region], item) }
    }
    for (index, weight) in architecture.weights.enumerated() {
      if let parameter = parameters[weight.name] {
        try Self.fill(parameters.values(of: parameter), weight, index, file, architecture, options, engine)
        weights[weight.name] = parameters.weight(weight.name)
      } else if let values = places[weight.name] {
        weights[weight.name] = Weight(stored: values, gradient: nil)
      } else if let file, let mapped = file.mapped(weight, as: type) {
        try file.checkFinite(weight, mapped, count: weight.count, engine)
        weights[weight.name] = Weight(stored: mapped, gradient: nil)
        isFileUsed = true
      }
    }
    // Otherwise its pages would stay in this process's memory beside the converted ones.
    if isFileUsed, let file { keptAlive.append(file.file) }
  }

  private static func convert(
    _ converted: ConvertedWeights, of file: WeightFile, into arena: Arena, _ engine: Engine
  ) throws {
    guard let first = converted.items.first else { return }
    let block = UnsafeMutableRawPointer(arena[first.region])
    let conversion = try WeightConversion(to: converted.type, engine: engine)
    for piece in converted.pieces {
      try conversion.convert(piece, of: file, into: block + piece.bytes.lowerBound)
      file.releasePages(of: piece.item.description, piece.values)
    }
  }

  private static func draw(
    _ converted: ConvertedWeights, into arena: Arena, _ architecture: Architecture, _ options: ModelOptions,
    _ engine: Engine
  ) throws {
    let numbers = Dictionary(uniqueKeysWithValues: architecture.weights.enumerated().map { ($1.name, $0) })
    for item in converted.items {
      let weight = item.description
      let number = numbers[weight.name] ?? 0
      if converted.type == .float32 {
        try fill(arena[item.region], weight, number, nil, architecture, options, engine)
      } else {
        let drawn = try Storage(count: weight.count)
        try fill(drawn.pointer, weight, number, nil, architecture, options, engine)
        try WeightConversion(to: converted.type, engine: engine).convert(
          drawn.pointer, count: weight.count, as: item.type, into: arena[item.region])
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

extension StoredValues {
  fileprivate init(_ pointer: UnsafePointer<Float>, _ item: ConvertedWeights.Item) {
    self.init(UnsafeRawPointer(pointer), item.type)
  }

  fileprivate init(_ pointer: UnsafeMutablePointer<Float>, _ item: ConvertedWeights.Item) {
    self.init(UnsafeRawPointer(pointer), item.type)
  }
}
