import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tensors
import Testing

/// One case of reference numbers made by `make_fixtures.py`.
final class Fixture {
  let directory: String
  let expected: JSONValue
  private let file: SafetensorsFile
  let tokens: [Int32]
  let positions: [Int32]
  let rowOffsets: [Int32]
  /// Places whose next token counts, and that token.
  let sources: [Int32]
  let targets: [Int32]

  static let names = ["tied", "untied-relu", "erf-gelu"]

  init(_ name: String) throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    directory = here.appending(path: "Fixtures/LanguageModels/\(name)").path
    expected = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: directory + "/expected.json")))
    file = try SafetensorsFile(path: directory + "/expected.safetensors")
    tokens = try Self.integers("tokens", file)
    let labelled = try Self.integers("labelled", file)
    var positions: [Int32] = []
    var offsets: [Int32] = [0]
    for length in try Self.integers("row_lengths", file) {
      positions += 0..<length
      offsets.append(offsets.last! + length)
    }
    self.positions = positions
    rowOffsets = offsets
    let targetPlaces = labelled.indices.filter { labelled[$0] == 1 }
    sources = targetPlaces.map { Int32($0 - 1) }
    targets = targetPlaces.map { [tokens] in tokens[$0] }
  }

  func values(_ name: String) throws -> [Float] {
    let entry = try #require(file.entry(named: name), "\(name) is not in the fixture")
    return file.withBytes(of: entry) { Array($0.bindMemory(to: Float.self)) }
  }

  func names(under prefix: String) -> [String] { file.names.filter { $0.hasPrefix(prefix) } }

  private static func integers(_ name: String, _ file: SafetensorsFile) throws -> [Int32] {
    let entry = try #require(file.entry(named: name), "\(name) is not in the fixture")
    return file.withBytes(of: entry) { Array($0.bindMemory(to: Int32.self)) }
  }

  var limits: PassLimits { PassLimits(tokenCount: tokens.count, rowLength: 32, targetCount: tokens.count) }

  /// Runs `body` with the packed batch and its targets.
  func withBatch<Result>(_ body: (TokenBatch, TargetBatch) throws -> Result) rethrows -> Result {
    try tokens.withUnsafeBufferPointer { tokens in
      try positions.withUnsafeBufferPointer { positions in
        try rowOffsets.withUnsafeBufferPointer { offsets in
          try sources.withUnsafeBufferPointer { sources in
            try targets.withUnsafeBufferPointer { targets in
              try body(
                TokenBatch(
                  tokens: tokens.baseAddress!, positions: positions.baseAddress!, rowOffsets: offsets.baseAddress!,
                  rowCount: offsets.count - 1, tokenCount: tokens.count),
                TargetBatch(
                  sources: sources.baseAddress!, targets: targets.baseAddress!, count: targets.count))
            }
          }
        }
      }
    }
  }

  /// A model of this case with one of its adapters, or fully trained, or frozen.
  func model(
    adapter: String? = nil, full: Bool = false, backboneType: NumberType = .float32, engine: Engine
  ) throws -> CausalLanguageModel {
    guard let adapter else {
      return try CausalLanguageModel(directory: directory, options: ModelOptions(isFrozen: !full), engine: engine)
    }
    let path = directory + "/adapter-" + adapter
    var options = ModelOptions(adapter: try AdapterFiles.settings(in: path), backboneType: backboneType)
    options.vocabularySize = expected["adapters"]?[adapter]?["vocabulary"]?.integerValue
    let model = try CausalLanguageModel(directory: directory, options: options, engine: engine)
    try AdapterFiles.load(into: model, from: path)
    return model
  }

  /// The logits of every token.
  func logits(_ model: CausalLanguageModel) throws -> [Float] {
    let pass = try Pass(model, limits: limits, forTraining: false)
    let count = tokens.count
    return withBatch { batch, _ in
      pass.forward(batch)
      return Array(unsafeUninitializedCapacity: count * model.architecture.vocabularySize) { buffer, size in
        let places = (0..<Int32(count)).map { $0 }
        pass.logits(of: places, count: count, into: buffer.baseAddress!)
        size = count * model.architecture.vocabularySize
      }
    }
  }

  /// The mean loss, its gradient summed in the model's parameters.
  func lossAndGradient(_ pass: Pass) -> Double {
    withBatch { batch, targets in
      pass.model.engine.clear(pass.model.parameters.gradients, count: pass.model.parameters.count)
      pass.forward(batch)
      pass.loss(targets, tokenCount: batch.tokenCount, gradientWeight: 1 / Float(targets.count))
      pass.backward(batch)
      return (0..<targets.count).reduce(0.0) { $0 + Double(pass.losses[$1]) } / Double(targets.count)
    }
  }
}

/// ‖a − b‖ / ‖b‖
func relativeDifference(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Double {
  var difference = 0.0
  var size = 0.0
  for (x, y) in zip(a, b) {
    difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    size += Double(y) * Double(y)
  }
  return (difference / max(size, 1e-300)).squareRoot()
}
