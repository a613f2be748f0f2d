import Foundation
import Tensors
import Testing

@Suite struct `Optimizer kernels` {
  @Test(arguments: InstructionSet.available, [1, 37, 16385])
  func `ten AdamW steps agree with double precision`(instructionSet: InstructionSet, count: Int) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    let start = randomValues(count, seed: 1)
    var exact = start.map(Double.init)
    var (first, second) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    let (rate, beta1, beta2, epsilon, decay) = (Float(1e-2), 0.9, 0.98, Float(1e-6), Float(0.1))
    let ours = Memory.scope { memory in
      let (values, m, v) = (memory.buffer(start), memory.zeros(count), memory.zeros(count))
      for step in 1...10 {
        let gradients = randomValues(count, seed: UInt64(10 + step))
        engine.adam(
          values, gradients: memory.buffer(gradients), first: m, second: v, count: count,
          AdamStep(
            learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon, decay: .decoupled(decay), count: step))
        for index in 0..<count {
          let gradient = Double(gradients[index])
          first[index] = beta1 * first[index] + (1 - beta1) * gradient
          second[index] = beta2 * second[index] + (1 - beta2) * gradient * gradient
          let corrected = first[index] / (1 - pow(beta1, Double(step)))
          let spread = (second[index] / (1 - pow(beta2, Double(step)))).squareRoot()
          exact[index] -= Double(rate) * Double(decay) * exact[index]
          exact[index] -= Double(rate) * corrected / (spread + Double(epsilon))
        }
      }
      return TensorsTests.values(values, count)
    }
    #expect(relativeDifference(ours, exact) < 1e-6)
  }

  @Test(arguments: InstructionSet.available, [1, 16384, 40001])
  func `sums of squares are exact to double precision`(instructionSet: InstructionSet, count: Int) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    let x = randomValues(count, seed: 3, scale: 1e4)
    let exact = x.reduce(0.0) { $0 + Double($1) * Double($1) }
    let ours = Memory.scope { engine.sumOfSquares($0.buffer(x), count: count) }
    #expect(abs(ours - exact) < 1e-12 * exact)
  }

  @Test func `a sum of squares has the same bits with any number of threads`() throws {
    let x = randomValues(300_007, seed: 8, scale: 3)
    let sums = try [1, 2, 3, 7].map { threads in
      let engine = try Engine(threadCount: threads)
      return (0..<20).map { _ in Memory.scope { engine.sumOfSquares($0.buffer(x), count: x.count) } }
    }
    #expect(Set(sums.joined().map(\.bitPattern)).count == 1)
    #expect(try Memory.scope { try Engine(threadCount: 2).sumOfSquares($0.buffer(x), count: 0) } == 0)
  }

  @Test(arguments: InstructionSet.available)
  func `one value that is not finite is found wherever it is`(instructionSet: InstructionSet) throws {
    let engine = try Engine(instructionSet: instructionSet)
    for place in [0, 1, 16, 63, 64] {
      for bad in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude] {
        var x = randomValues(65, seed: 4)
        x[place] = bad
        #expect(Memory.scope { engine.allFinite($0.buffer(x), count: 65) } == bad.isFinite)
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func `sums and scalings of rows`(instructionSet: InstructionSet) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    for (rows, width) in [(1, 1), (7, 5), (300, 131)] {
      let (x, bias) = (randomValues(rows * width, seed: 5), randomValues(width, seed: 6))
      let spread = (0..<rows * width).map { bias[$0 % width] }
      Memory.scope { memory in
        let (input, row) = (memory.buffer(x), memory.buffer(bias))
        let y = memory.unwritten(rows * width)
        engine.setRows(y, row, rows: rows, width: width)
        #expect(values(y, rows * width) == spread)
        engine.addRows(y, input, row, rows: rows, width: width)
        #expect(values(y, rows * width) == zip(x, spread).map { $0 + $1 })
        engine.addRows(y, input, nil, rows: rows, width: width)
        engine.addScaled(y, input, 2, count: rows * width)
        engine.scale(y, 0.5, count: rows * width)
        #expect(relativeDifference(values(y, rows * width), x.map { 1.5 * Double($0) }) < 1e-6)
        let sum = memory.buffer(bias)
        engine.sumRows(sum, input, rows: rows, width: width)
        let exact = (0..<width).map { column in
          (0..<rows).reduce(Double(bias[column])) { $0 + Double(x[$1 * width + column]) }
        }
        #expect(relativeDifference(values(sum, width), exact) < 2e-6)
        engine.setRows(y, nil, rows: rows, width: width)
        #expect(values(y, rows * width).allSatisfy { $0 == 0 })
      }
    }
  }
}
