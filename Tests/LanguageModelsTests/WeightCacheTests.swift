import Foundation
import Hashing
import LanguageModels
import TensorFiles
import Tensors
import Testing

@Suite struct `Copies of weights that processes share` {
  private let model: ModelDirectory
  private let engine: Engine
  private let cache: WeightCache

  init() throws {
    engine = try Engine(threadCount: 2)
    model = try ModelDirectory(copying: Fixture("untied-relu"))
    model.narrow(to: .float16, engine)
    try model.write()
    cache = WeightCache(directory: model.path + "/cache/weights", hashes: FileHashCache(directory: nil))
  }

  private func share(spareBytes: Int = 0) throws -> WeightCache.Sharing {
    try cache.share(modelDirectory: model.path, engine: engine, spareBytes: spareBytes)
  }

  private func load(_ options: ModelOptions, cached: Bool = true) throws -> CausalLanguageModel {
    var options = options
    options.weightCache = cached ? cache : nil
    return try CausalLanguageModel(directory: model.path, options: options, engine: engine)
  }

  private func isUsed() throws -> Bool { try load(ModelOptions(isFrozen: true)).frozenByteCount == 0 }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: cache.directory).map { cache.directory + "/" + $0 }
  }

  private let adapter = ModelOptions(
    adapter: LowRankSettings(rank: 3, alpha: 6, usesRankStabilization: false, targetModules: []), adapterSeed: 5)

  @Test(arguments: [ElementType.float16, .bfloat16], Fixture.names)
  func `logits, losses and gradients have the same bytes with and without the copy`(
    type: ElementType, name: String
  ) throws {
    let model = try ModelDirectory(copying: Fixture(name))
    let first = model.tensors[0]
    model.narrow(to: type, engine)
    // A float32 tensor beside the others is used where it is.
    model.tensors[0] = first
    try model.write()
    let cache = WeightCache(directory: model.path + "/cache", hashes: FileHashCache(directory: model.path + "/hashes"))
    guard case .created(let byteCount) = try cache.share(modelDirectory: model.path, engine: engine, spareBytes: 0)
    else { return #expect(Bool(false), "no copy was made") }
    let batch = RandomBatch(lengths: [9, 1, 20], vocabulary: 89, seed: 2)
    let results = try [cache, nil].map { cache in
      var options = adapter
      options.weightCache = cache
      let loaded = try CausalLanguageModel(directory: model.path, options: options, engine: engine)
      #expect(loaded.frozenByteCount == (cache == nil ? byteCount : 0))
      let values = loaded.parameters.values
      for index in 0..<loaded.parameters.count { values[index] += 0.01 }
      let losses = try batch.gradient(Pass(loaded, limits: batch.limits, forTraining: true))
      return try [losses, loaded.parameters.gradientValues, batch.logits(loaded)]
    }
    let isSame = results[0] == results[1]
    #expect(isSame)
  }

  @Test func `a copy is made once, of values as they are stored, and found again`() throws {
    #expect(try !isUsed())
    guard case .created(let byteCount) = try share() else { return #expect(Bool(false), "no copy was made") }
    #expect(try share() == .alreadyShared(byteCount: byteCount))
    #expect(try isUsed())
    let path = try #require(try files().first)
    #expect(try files().count == 1)
    let digest = try SHA256.hash(fileAt: model.weightsPath).hex
    #expect(path.contains(digest))
  }

  @Test func `other weights under the same path have a copy of their own`() throws {
    _ = try share()
    model.tensors[0].bytes[0] ^= 1
    try model.write()
    #expect(try !isUsed())
    guard case .created = try share() else { return #expect(Bool(false), "no copy was made") }
    #expect(try isUsed())
    #expect(try files().count == 2)
  }

  @Test func `weights that are used where the file holds them need no copy, and weights that are trained take none`()
    throws
  {
    _ = try share()
    #expect(try load(ModelOptions()).parameters.trainedCount > 0)
    let isWide = try ModelDirectory(copying: Fixture("tied"))
    #expect(try cache.share(modelDirectory: isWide.path, engine: engine) == .notNeeded)
  }

  enum Damage: CaseIterable {
    case firstBit, middleBit, swappedWords, lastByte, cutByOne, cutInHalf, emptied, longer, notFinite
  }

  @Test(arguments: Damage.allCases) func `a damaged copy is not used, and made again`(damage: Damage) throws {
    guard case .created(let byteCount) = try share() else { return #expect(Bool(false), "no copy was made") }
    let path = try #require(try files().first)
    let whole = try Data(contentsOf: URL(filePath: path))
    var bytes = whole
    switch damage {
    case .firstBit: bytes[0] ^= 1
    case .middleBit: bytes[byteCount / 2] ^= 0x80
    case .swappedWords:
      let words = (bytes[0..<64], bytes[64..<128])
      bytes.replaceSubrange(0..<128, with: words.1 + words.0)
      try #require(words.0 != words.1)
    case .lastByte: bytes[bytes.count - 1] ^= 1
    case .cutByOne: bytes.removeLast()
    case .cutInHalf: bytes.removeLast(bytes.count / 2)
    case .emptied: bytes = Data()
    case .longer: bytes.append(0)
    case .notFinite: bytes.replaceSubrange(256..<260, with: [0, 0, 0xC0, 0x7F])
    }
    try bytes.write(to: URL(filePath: path))
    #expect(try !isUsed())
    #expect(try share() == .created(byteCount: byteCount))
    let again = try Data(contentsOf: URL(filePath: path)) == whole
    #expect(try again && isUsed())
  }

  @Test func `weights that are not finite are refused before a copy of them exists`() throws {
    model.tensors[1].bytes.replaceSubrange(0..<2, with: [0x00, 0x7E])
    try model.write()
    #expect(throws: ModelError.self) { try share() }
    #expect(try files().isEmpty)
  }

  @Test func `without room on the disk, or a place to write, every process converts for itself`() throws {
    guard case .skipped(let reason) = try share(spareBytes: 1 << 60) else { return #expect(Bool(false), "no room") }
    #expect(reason.contains("the disk has only"))
    #expect(try files().isEmpty)
    let blocked = model.path + "/file"
    try Data().write(to: URL(filePath: blocked))
    let elsewhere = WeightCache(directory: blocked + "/weights", hashes: FileHashCache(directory: nil))
    guard case .skipped = try elsewhere.share(modelDirectory: model.path, engine: engine) else {
      return #expect(Bool(false), "a copy was made below a file")
    }
  }

  @Test func `of several that make the copy at once, all end with the same whole file`() async throws {
    let (path, cache) = (model.path, cache)
    let outcomes = try await withThrowingTaskGroup(of: WeightCache.Sharing.self) { group in
      for _ in 0..<8 {
        group.addTask {
          try cache.share(modelDirectory: path, engine: Engine(threadCount: 1), spareBytes: 0)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let isShared = outcomes.allSatisfy { outcome in
      switch outcome {
      case .created, .alreadyShared: true
      default: false
      }
    }
    #expect(isShared)
    #expect(try files().count == 1)
    #expect(try isUsed())
  }

  @Test func `use is written down as the file's time`() throws {
    _ = try share()
    let path = try #require(try files().first)
    let longAgo = Date(timeIntervalSince1970: 1_000_000_000)
    try FileManager.default.setAttributes([.modificationDate: longAgo], ofItemAtPath: path)
    #expect(try isUsed())
    let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    #expect(try #require(date).timeIntervalSinceNow > -60)
  }
}
