import FineTuning
import Foundation
import LanguageModels
import Tables
import TensorFiles
import Tensors
import Testing

/// A fixture's batch, packed, and the numbers PyTorch trained from it.
final class OptimizerReference {
  let directory: String
  let expected: JSONValue
  private let file: SafetensorsFile
  private let tokens, positions, offsets, sources, targets: [Int32]

  init(_ name: String) throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    directory = tests.appending(path: "Fixtures/LanguageModels/\(name)").path
    expected = try JSONValue(parsing: Data(contentsOf: URL(filePath: directory + "/expected.json")))
    let file = try SafetensorsFile(path: directory + "/expected.safetensors")
    func integers(_ name: String) throws -> [Int32] {
      let entry = try #require(file.entry(named: name), "\(name) is not in the fixture")
      return file.withBytes(of: entry) { Array($0.bindMemory(to: Int32.self)) }
    }
    tokens = try integers("tokens")
    let lengths = try integers("row_lengths")
    positions = lengths.flatMap { (0..<$0).map { $0 } }
    offsets = lengths.reduce(into: [0]) { $0.append($0.last! + $1) }
    let labelled = try integers("labelled")
    let places = labelled.indices.filter { labelled[$0] == 1 }
    sources = places.map { Int32($0 - 1) }
    targets = places.map { [tokens] in tokens[$0] }
    self.file = file
  }

  func values(_ name: String) throws -> [Float] {
    let entry = try #require(file.entry(named: name), "\(name) is not in the fixture")
    return file.withBytes(of: entry) { Array($0.bindMemory(to: Float.self)) }
  }

  func model(adapter: String?, engine: Engine) throws -> CausalLanguageModel {
    guard let adapter else {
      return try CausalLanguageModel(directory: directory, options: ModelOptions(), engine: engine)
    }
    let path = directory + "/adapter-" + adapter
    var options = ModelOptions(adapter: try AdapterFiles.settings(in: path))
    options.vocabularySize = expected["adapters"]?[adapter]?["vocabulary"]?.integerValue
    let model = try CausalLanguageModel(directory: directory, options: options, engine: engine)
    try AdapterFiles.load(into: model, from: path)
    return model
  }

  /// Trains with the settings of the fixture script.
  ///
  /// - Returns: the loss before every step and after the last, and the gradient norms before clipping.
  func train(
    _ model: CausalLanguageModel, steps: Int, learningRate: Float, weightDecay: Float,
    clipNorm: Double? = nil,
    draw: DropoutDraw? = nil
  ) throws -> (losses: [Double], norms: [Double]) {
    let limits = PassLimits(tokenCount: tokens.count, rowLength: 32, targetCount: targets.count)
    let pass = try Pass(model, limits: limits, forTraining: true, dropout: draw != nil)
    let optimizer = try OptimizerSettings(.adamW, weightDecay: weightDecay).makeOptimizer(for: model.parameters)
    var (losses, norms): ([Double], [Double]) = ([], [])
    for _ in 0..<steps {
      losses.append(loss(pass, withGradient: true, draw))
      norms.append(
        clipNorm.map { model.parameters.clipGradients(model.engine, to: $0) }
          ?? model.parameters.gradientNorm(model.engine))
      optimizer.step(model.engine, learningRate: learningRate)
    }
    #expect(optimizer.stepCount == steps)
    return (losses + [loss(pass, withGradient: false, draw)], norms)
  }

  private func loss(_ pass: Pass, withGradient: Bool, _ draw: DropoutDraw?) -> Double {
    tokens.withUnsafeBufferPointer { tokens in
      positions.withUnsafeBufferPointer { positions in
        offsets.withUnsafeBufferPointer { offsets in
          sources.withUnsafeBufferPointer { sources in
            targets.withUnsafeBufferPointer { targets in
              let batch = TokenBatch(
                tokens: tokens.baseAddress!, positions: positions.baseAddress!,
                rowOffsets: offsets.baseAddress!,
                rowCount: offsets.count - 1, tokenCount: tokens.count)
              let wanted = TargetBatch(
                sources: sources.baseAddress!, targets: targets.baseAddress!, count: targets.count)
              let parameters = pass.model.parameters
              pass.model.engine.clear(parameters.gradients, count: parameters.count)
              pass.forward(batch, draw: draw)
              pass.loss(
                wanted, tokenCount: batch.tokenCount,
                gradientWeight: withGradient ? 1 / Float(targets.count) : nil)
              if withGradient { pass.backward(batch, draw: draw) }
              return (0..<targets.count).reduce(0.0) { $0 + Double(pass.losses[$1]) } / Double(targets.count)
            }
          }
        }
      }
    }
  }
}

extension ParameterSet {
  func array(of parameter: Parameter) -> [Float] {
    Array(UnsafeBufferPointer(start: values(of: parameter), count: parameter.count))
  }
}

/// ‖a − b‖ / ‖b‖, with `floor` for ‖b‖ where that is smaller.
func relativeDifference(_ a: [Float], _ b: [Float], floor: Double = 0) -> Double {
  let difference = zip(a, b).reduce(0.0) {
    $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
  }
  let size = max(b.reduce(0.0) { $0 + Double($1) * Double($1) }, floor * floor)
  return a.count == b.count && size > 0 ? (difference / size).squareRoot() : .infinity
}
