import FineTuning
import Foundation
import LanguageModels
import TensorFiles
import Tensors
import Testing

/// Tensors trained by the formula of the fixture script, and what PyTorch and bitsandbytes made of them.
final class OptimizerFixture {
  /// A tensor of the script: its number in the formula, and whether it decays.
  struct Tensor {
    let name: String
    let number: UInt64
    let shape: [Int]
    var decays = true
    var rateFactor: Float = 1
  }

  static let small = [
    Tensor(name: "single", number: 0, shape: [1]), Tensor(name: "gain", number: 1, shape: [7], decays: false),
    Tensor(name: "matrix", number: 2, shape: [13, 17], rateFactor: 0.25),
  ]
  static let large = [
    Tensor(name: "blockwise", number: 3, shape: [4099]), Tensor(name: "plain", number: 4, shape: [4095]),
  ]

  let tensors: [Tensor]
  let parameters: ParameterSet
  let engine: Engine
  let optimizer: any Optimizer
  private let baseRate: Double

  init(_ tensors: [Tensor], _ method: OptimizerSettings.Method, rate: Double, engine: Engine) throws {
    self.tensors = tensors
    self.engine = engine
    baseRate = rate
    parameters = try ParameterSet(tensors.map { ($0.name, $0.shape, $0.decays) })
    optimizer = try OptimizerSettings(method, weightDecay: 0.05).makeOptimizer(
      for: parameters, rateFactors: tensors.map(\.rateFactor))
    for (tensor, parameter) in zip(tensors, parameters.parameters) {
      let values = parameters.values(of: parameter)
      for index in 0..<parameter.count { values[index] = Self.uniform(index, step: 0, tensor.number) }
    }
  }

  /// In [-0.5, 0.5), a multiple of 2^-24.
  private static func uniform(_ index: Int, step: Int, _ tensor: UInt64) -> Float {
    var h = (UInt64(index) * 2_654_435_761 + UInt64(step) * 2_246_822_519 + tensor * 3_266_489_917) & 0xFFFF_FFFF
    h ^= h >> 15
    h = h &* 2_246_822_519 & 0xFFFF_FFFF
    h ^= h >> 13
    return Float(h >> 8) / 16_777_216 - 0.5
  }

  /// Goes on to step `last`, counted from 1.
  func train(to last: Int) {
    while optimizer.stepCount < last {
      let step = optimizer.stepCount + 1
      for (tensor, parameter) in zip(tensors, parameters.parameters) {
        for index in 0..<parameter.count {
          let mean = Float(index % 5 - 2) / 8
          parameters.gradients[parameter.offset + index] =
            (Self.uniform(index, step: step, tensor.number) + mean) / Float(1 << (index % 4))
        }
      }
      optimizer.step(engine, learningRate: Float(baseRate * (1 - Double(step - 1) / 100)))
    }
  }

  func values(_ name: String) throws -> [Float] {
    let parameter = try #require(parameters[name])
    return Array(UnsafeBufferPointer(start: parameters.values(of: parameter), count: parameter.count))
  }

  var bits: [UInt32] {
    UnsafeBufferPointer(start: parameters.values, count: parameters.count).map(\.bitPattern)
  }

  func state<Value>(_ name: String, as type: Value.Type) throws -> [Value] {
    let buffer = try #require(optimizer.state.first { $0.name == name }, "the state has no \(name)")
    return Array(buffer.bytes.bindMemory(to: type))
  }

  static func expected<Value>(_ name: String, as type: Value.Type) throws -> [Value] {
    let file = try SafetensorsFile(path: testFixtures.appending(path: "Optimizers/optimizers.safetensors").path)
    let entry = try #require(file.entry(named: name), "\(name) is not in the fixture")
    return file.withBytes(of: entry) { bytes in
      (0..<entry.shape.reduce(1, *)).map {
        bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.stride, as: type)
      }
    }
  }
}

extension InstructionSet {
  /// Those this machine can run.
  static var available: [InstructionSet] { allCases.filter { (try? Engine(instructionSet: $0)) != nil } }
}
