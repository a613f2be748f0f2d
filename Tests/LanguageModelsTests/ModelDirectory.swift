import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tensors

/// A model or adapter directory that a test changes, in a temporary place that is removed with this object.
final class ModelDirectory {
  let path: String
  /// The fields of the JSON file.
  var config: JSONValue
  var tensors: [(name: String, type: ElementType, shape: [Int], bytes: Data)]
  private let configName: String
  private let weightsName: String

  /// A copy of a fixture's model, or of one of its adapters.
  init(copying fixture: Fixture, adapter: String? = nil) throws {
    path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    configName = adapter == nil ? "config.json" : "adapter_config.json"
    weightsName = adapter == nil ? "model.safetensors" : "adapter_model.safetensors"
    let source = fixture.directory + (adapter.map { "/adapter-" + $0 } ?? "")
    config = try JSONValue(parsing: Data(contentsOf: URL(filePath: source + "/" + configName)))
    let file = try SafetensorsFile(path: source + "/" + weightsName)
    tensors = file.names.map { name in
      let entry = file.entry(named: name)!
      return (name, entry.elementType, entry.shape, file.withBytes(of: entry) { Data($0) })
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try write()
  }

  /// A directory with a config alone, for weights drawn at random.
  init(config: JSONValue) throws {
    path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    (configName, weightsName) = ("config.json", "model.safetensors")
    (self.config, tensors) = (config, [])
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try config.document().write(to: URL(filePath: path + "/" + configName))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var weightsPath: String { path + "/" + weightsName }
  var configPath: String { path + "/" + configName }

  func set(_ key: String, _ value: JSONValue?) {
    var members = (config.objectMembers ?? []).filter { $0.key != key }
    if let value { members.append(JSONMember(key, value)) }
    config = .object(members)
  }

  func change(
    _ name: String, _ body: (inout (name: String, type: ElementType, shape: [Int], bytes: Data)) -> Void
  ) {
    for index in tensors.indices where tensors[index].name == name { body(&tensors[index]) }
  }

  /// Makes all tensors 16-bit ones.
  ///
  /// - Returns: what their values then are.
  @discardableResult
  func narrow(to type: ElementType, _ engine: Engine) -> [[Float]] {
    tensors.indices.map { index in
      let floats = tensors[index].bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
      var short = [UInt16](repeating: 0, count: floats.count)
      var back = [Float](repeating: 0, count: floats.count)
      if type == .float16 {
        engine.narrow(floats, intoFloat16: &short, count: floats.count)
        engine.widen(float16: short, into: &back, count: floats.count)
      } else {
        engine.narrow(floats, intoBFloat16: &short, count: floats.count)
        engine.widen(bfloat16: short, into: &back, count: floats.count)
      }
      tensors[index].type = type
      tensors[index].bytes = short.withUnsafeBytes { Data($0) }
      return back
    }
  }

  func write() throws {
    try config.document().write(to: URL(filePath: configPath))
    let kept = tensors.map { NSData(data: $0.bytes) }
    try SafetensorsWriter.write(
      to: weightsPath,
      tensors: zip(tensors, kept).map { tensor, bytes in
        TensorToWrite(
          name: tensor.name, elementType: tensor.type, shape: tensor.shape,
          bytes: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.length))
      })
    withExtendedLifetime(kept) {}
  }

  /// What loading the model is refused with; `nil` when it loads.
  func refusal(_ options: ModelOptions = ModelOptions(isFrozen: true)) throws -> String? {
    do {
      _ = try CausalLanguageModel(directory: path, options: options, engine: Engine(threadCount: 1))
      return nil
    } catch let error as ModelError {
      return error.description
    }
  }
}

/// Packed rows of random tokens, every one but the last of each row a source.
struct RandomBatch {
  let tokens, positions, offsets, sources, targets: [Int32]

  init(lengths: [Int], vocabulary: Int, seed: UInt64) {
    var random = RandomStream(seed: seed, purpose: .dataSample)
    let tokens = (0..<lengths.reduce(0, +)).map { _ in Int32(random.nextIndex(below: vocabulary)) }
    self.init(
      rows: lengths.reduce(into: (rows: [[Int32]](), start: 0)) { result, length in
        result.rows.append(Array(tokens[result.start..<result.start + length]))
        result.start += length
      }.rows)
  }

  init(rows: [[Int32]]) {
    tokens = rows.flatMap { $0 }
    positions = rows.flatMap { (0..<Int32($0.count)).map { $0 } }
    offsets = rows.reduce(into: [0]) { $0.append($0.last! + Int32($1.count)) }
    let starts = offsets
    sources = rows.indices.flatMap { row in (starts[row]..<max(starts[row], starts[row + 1] - 1)).map { $0 } }
    targets = sources.map { [tokens] in tokens[Int($0) + 1] }
  }

  var limits: PassLimits {
    PassLimits(
      tokenCount: tokens.count, rowLength: zip(offsets, offsets.dropFirst()).map { Int($1 - $0) }.max()!,
      targetCount: max(targets.count, 1))
  }

  func withBatch<Result>(_ body: (TokenBatch, TargetBatch) throws -> Result) rethrows -> Result {
    try tokens.withUnsafeBufferPointer { tokens in
      try positions.withUnsafeBufferPointer { positions in
        try offsets.withUnsafeBufferPointer { offsets in
          try sources.withUnsafeBufferPointer { sources in
            try targets.withUnsafeBufferPointer { targets in
              try body(
                TokenBatch(
                  tokens: tokens.baseAddress!, positions: positions.baseAddress!,
                  rowOffsets: offsets.baseAddress!,
                  rowCount: offsets.count - 1, tokenCount: tokens.count),
                TargetBatch(
                  sources: sources.baseAddress!, targets: targets.baseAddress!, count: targets.count))
            }
          }
        }
      }
    }
  }

  /// The mean loss of the targets.
  func loss(_ pass: Pass, draw: DropoutDraw? = nil) -> Double {
    withBatch { batch, targets in
      pass.forward(batch, draw: draw)
      pass.loss(targets, tokenCount: batch.tokenCount)
      return (0..<targets.count).reduce(0.0) { $0 + Double(pass.losses[$1]) } / Double(targets.count)
    }
  }

  /// The losses of the targets; the gradient of their mean is left in the model's parameters.
  @discardableResult
  func gradient(_ pass: Pass, draw: DropoutDraw? = nil) -> [Float] {
    withBatch { batch, targets in
      let parameters = pass.model.parameters
      pass.model.engine.clear(parameters.gradients, count: parameters.count)
      pass.forward(batch, draw: draw)
      pass.loss(targets, tokenCount: batch.tokenCount, gradientWeight: 1 / Float(targets.count))
      pass.backward(batch, draw: draw)
      return Array(UnsafeBufferPointer(start: pass.losses, count: targets.count))
    }
  }

  /// The logits of every token.
  func logits(_ model: CausalLanguageModel) throws -> [Float] {
    let pass = try Pass(model, limits: limits, forTraining: false)
    let count = tokens.count * model.architecture.vocabularySize
    return withBatch { batch, _ in
      pass.forward(batch)
      let places = (0..<Int32(tokens.count)).map { $0 }
      return Array(unsafeUninitializedCapacity: count) { buffer, size in
        pass.logits(of: places, count: places.count, into: buffer.baseAddress!)
        size = count
      }
    }
  }
}

extension ParameterSet {
  var gradientValues: [Float] { Array(UnsafeBufferPointer(start: gradients, count: count)) }
  var allValues: [Float] { Array(UnsafeBufferPointer(start: values, count: count)) }
}

/// A GPT-2 of odd sizes, larger than the fixtures.
let mediumConfig: JSONValue = [
  "model_type": "gpt2", "vocab_size": 523, "n_embd": 84, "n_layer": 3, "n_head": 6, "n_positions": 160,
  "n_inner": 210,
  "initializer_range": 0.15,
]

/// Ragged rows with `total` tokens together; over 64 tokens a row takes several query blocks.
func raggedLengths(total: Int) -> [Int] {
  var lengths: [Int] = []
  var rest = total
  for length in [1, 130, 65, 7, 160, 64, 33, 101, 2, 150].cycled(1000) where rest > 0 {
    lengths.append(min(length, rest))
    rest -= lengths.last!
  }
  return lengths
}

extension Array {
  fileprivate func cycled(_ count: Int) -> [Element] { (0..<count).map { self[$0 % self.count] } }
}
