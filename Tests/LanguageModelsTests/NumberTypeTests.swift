import Foundation
import Hashing
import LanguageModels
import TensorFiles
import Tensors
import Testing

@Suite struct `Backbones held in 16 bit` {
  private static let adapter = ModelOptions(
    adapter: LowRankSettings(rank: 3, alpha: 6, targetModules: ["all-linear"]), adapterSeed: 5)

  struct Kind: Sendable, CustomStringConvertible {
    let stored: ElementType
    let held: NumberType
    var description: String { "\(stored.rawValue) held in \(held)" }
  }

  static let kinds = [
    Kind(stored: .float32, held: .bfloat16), Kind(stored: .float32, held: .float16),
    Kind(stored: .bfloat16, held: .bfloat16), Kind(stored: .float16, held: .float16),
    Kind(stored: .float16, held: .bfloat16), Kind(stored: .bfloat16, held: .float16),
  ]

  private static let decomposed = ModelOptions(
    adapter: LowRankSettings(rank: 3, alpha: 6, isDecomposed: true, targetModules: ["all-linear"]), adapterSeed: 5)

  private func load(
    _ path: String, _ type: NumberType, engine: Engine, cache: WeightCache? = nil, options: ModelOptions = adapter
  ) throws -> CausalLanguageModel {
    var options = options
    options.backboneType = type
    options.weightCache = cache
    let model = try CausalLanguageModel(directory: path, options: options, engine: engine)
    for index in 0..<model.parameters.count { model.parameters.values[index] += 0.01 }
    return model
  }

  /// Everything a model computes: losses, gradients, logits, and logits while decoding.
  private func results(_ model: CausalLanguageModel) throws -> [[Float]] {
    let batch = RandomBatch(lengths: [9, 1, 20], vocabulary: 89, seed: 2)
    let losses = try batch.gradient(Pass(model, limits: batch.limits, forTraining: true))
    let decoder = try Decoder(model, slotCount: 2, maximumLength: 30)
    decoder.read(Array(batch.tokens[10..<30]), slot: 0)
    decoder.read(Array(batch.tokens[0..<9]), slot: 1)
    decoder.step([3, 4], slots: [0, 1])
    let decoded = UnsafeBufferPointer(start: decoder.logits(row: 0), count: 2 * model.architecture.vocabularySize)
    return [losses, model.parameters.gradientValues, try batch.logits(model), Array(decoded)]
  }

  @Test(arguments: kinds, Fixture.names)
  func `compute what float32 computes from the rounded weights, bit for bit`(kind: Kind, name: String) throws {
    let engine = try Engine(threadCount: 2)
    let narrow = try ModelDirectory(copying: Fixture(name))
    if kind.stored != .float32 { narrow.narrow(to: kind.stored, engine) }
    try narrow.write()
    let wide = try ModelDirectory(copying: Fixture(name))
    if kind.stored != .float32 {
      for (index, values) in wide.narrow(to: kind.stored, engine).enumerated() {
        wide.tensors[index].bytes = values.withUnsafeBytes { Data($0) }
      }
    }
    for (index, values) in wide.narrow(to: kind.held == .float16 ? .float16 : .bfloat16, engine).enumerated() {
      wide.tensors[index].type = .float32
      wide.tensors[index].bytes = values.withUnsafeBytes { Data($0) }
    }
    try wide.write()
    let expected = try results(load(wide.path, .float32, engine: engine))
    let cache = WeightCache(directory: narrow.path + "/cache", hashes: FileHashCache(directory: nil))
    let alone = try load(narrow.path, kind.held, engine: engine)
    #expect(try results(alone) == expected)
    let decomposed = try [(wide.path, .float32), (narrow.path, kind.held)].map { path, type in
      try results(load(path, type, engine: engine, options: Self.decomposed))
    }
    #expect(decomposed[0] == decomposed[1] && decomposed[0] != expected)
    let sharing = try cache.share(modelDirectory: narrow.path, as: kind.held, engine: engine, spareBytes: 0)
    let shared = try load(narrow.path, kind.held, engine: engine, cache: cache)
    #expect(try results(shared) == expected)
    let isStoredSo = (kind.stored == .bfloat16) == (kind.held == .bfloat16) && kind.stored != .float32
    if isStoredSo {
      #expect(sharing == .notNeeded)
      // Nothing but the vectors, which are widened.
      #expect(alone.frozenByteCount < 20_000 && alone.frozenByteCount == shared.frozenByteCount)
    } else {
      #expect(sharing == .created(byteCount: alone.frozenByteCount))
      #expect(shared.frozenByteCount == 0)
    }
  }

  @Test func `weights take half the memory, and as much as was planned`() throws {
    let engine = try Engine(threadCount: 1)
    let directory = try ModelDirectory(config: mediumConfig)
    func bytes(_ type: NumberType) throws -> (held: Int, planned: Int) {
      var options = Self.adapter
      options.initializationSeed = 7
      options.backboneType = type
      let model = try CausalLanguageModel(directory: directory.path, options: options, engine: engine)
      let planned = PlannedMemory(model.architecture, options: options, threadCount: 1)
      return (model.frozenByteCount, try planned.frozenBytes())
    }
    let (wide, narrow) = (try bytes(.float32), try bytes(.bfloat16))
    #expect(Double(narrow.held) < 0.51 * Double(wide.held))
    for (held, planned) in [wide, narrow] { #expect(held >= planned && held < planned + 64 * 50) }
  }

  @Test func `drawn weights are the drawn ones, rounded`() throws {
    let engine = try Engine(threadCount: 2)
    let directory = try ModelDirectory(config: mediumConfig)
    let batch = RandomBatch(lengths: [30, 7], vocabulary: 523, seed: 2)
    let logits = try [NumberType.float32, .bfloat16].map { type in
      let options = ModelOptions(initializationSeed: 7, isFrozen: true, backboneType: type)
      return try batch.logits(CausalLanguageModel(directory: directory.path, options: options, engine: engine))
    }
    let difference = relativeDifference(logits[1], logits[0])
    #expect(difference > 1e-4 && difference < 2e-2)
  }

  @Test func `a copy of one type is not taken for another's`() throws {
    let engine = try Engine(threadCount: 1)
    let model = try ModelDirectory(copying: Fixture("tied"))
    let cache = WeightCache(directory: model.path + "/cache", hashes: FileHashCache(directory: nil))
    for type in [NumberType.bfloat16, .float16] {
      guard case .created = try cache.share(modelDirectory: model.path, as: type, engine: engine, spareBytes: 0) else {
        return #expect(Bool(false), "no copy was made")
      }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: cache.directory).sorted()
    #expect(names.count == 2 && names[0].hasSuffix("-bfloat16-1") && names[1].hasSuffix("-float16-1"))
    try FileManager.default.removeItem(atPath: cache.directory + "/" + names[1])
    try FileManager.default.copyItem(
      atPath: cache.directory + "/" + names[0], toPath: cache.directory + "/" + names[1])
    #expect(try load(model.path, .float16, engine: engine, cache: cache).frozenByteCount > 0)
  }

  @Test(arguments: [true, false])
  func `a value beyond float16 is an error that names its tensor`(isVector: Bool) throws {
    let model = try ModelDirectory(copying: Fixture("tied"))
    let name = isVector ? "transformer.h.1.ln_2.bias" : "transformer.h.1.mlp.c_fc.weight"
    model.change(name) { tensor in
      tensor.bytes.withUnsafeMutableBytes { $0.bindMemory(to: Float.self)[3] = -65520 }
    }
    try model.write()
    func refusal(_ type: NumberType) throws -> String? {
      try model.refusal(ModelOptions(isFrozen: true, backboneType: type))
    }
    #expect(
      try refusal(.float16)
        == "cannot hold the weights of \(model.weightsPath) in float16: the tensor \(name) has a value beyond 65504, the "
        + "largest number of that type. Set architecture.backbone_dtype to bfloat16 or float32.")
    #expect(try refusal(.bfloat16) == nil && refusal(.float32) == nil)
    model.change(name) { tensor in
      tensor.bytes.withUnsafeMutableBytes { $0.bindMemory(to: Float.self)[3] = .nan }
    }
    try model.write()
    #expect(try refusal(.float16)?.contains("holds NaN or infinite values") == true)
  }

  @Test(arguments: Fixture.names, ["bfloat16", "float16"])
  func `logits and gradients agree with PyTorch's from rounded weights`(name: String, type: String) throws {
    let fixture = try Fixture(name)
    let file = try SafetensorsFile(path: fixture.directory + "/number-types.safetensors")
    func values(_ name: String) throws -> [Float] {
      let entry = try #require(file.entry(named: name))
      return file.withBytes(of: entry) { Array($0.bindMemory(to: Float.self)) }
    }
    let held = try #require(NumberType(rawValue: type))
    let plain = try CausalLanguageModel(
      directory: fixture.directory, options: ModelOptions(isFrozen: true, backboneType: held), engine: Engine())
    #expect(relativeDifference(try fixture.logits(plain), try values("logits." + type)) < 1e-5)
    let model = try fixture.model(adapter: "all", backboneType: held, engine: Engine())
    _ = fixture.lossAndGradient(try Pass(model, limits: fixture.limits, forTraining: true))
    for parameter in model.parameters.parameters {
      let reference = try values("grad.\(type)/base_model.model.transformer.\(parameter.name)")
      let ours = UnsafeBufferPointer(start: model.parameters.gradients + parameter.offset, count: parameter.count)
      #expect(relativeDifference(ours, reference) < 1e-5, "\(parameter.name)")
    }
  }
}
