import Tensors
import Testing

extension Operation {
  /// y = x (f + 1) + bias, then y += x (f + 2), with its gradient: what a weight-decomposed adapter is made of.
  static func scaledColumns(rows: Int, width: Int) -> Operation {
    let bias = randomValues(width, seed: 33)
    return Operation(
      name: "scaled columns \(rows) x \(width)",
      inputs: [randomValues(rows * width, seed: 31), randomValues(width, seed: 32)],
      reference: { input in
        (0..<rows * width).map { place in
          let factor = input[1][place % width]
          return input[0][place] * (2 * factor + 3) + Double(bias[place % width])
        }
      },
      forward: { engine, input in
        Memory.scope { memory in
          let (x, factors) = (memory.buffer(input[0]), memory.buffer(input[1]))
          let y = memory.unwritten(rows * width)
          engine.scaleColumns(y, x, factors, shift: 1, bias: memory.buffer(bias), rows: rows, width: width)
          engine.addScaledColumns(y, x, factors, shift: 2, rows: rows, width: width)
          return values(y, rows * width)
        }
      },
      backward: { engine, input, dy in
        Memory.scope { memory in
          let (x, factors, gradient) = (memory.buffer(input[0]), memory.buffer(input[1]), memory.buffer(dy))
          let (dx, dFactors) = (memory.buffer(dy), memory.zeros(width))
          engine.scaleColumns(dx, dx, factors, shift: 1, rows: rows, width: width)
          engine.addScaledColumns(dx, gradient, factors, shift: 2, rows: rows, width: width)
          let half = memory.buffer([Float](repeating: 0.5, count: width))
          engine.addColumnQuotients(dFactors, gradient, x, divisors: half, rows: rows, width: width)
          return [values(dx, rows * width), values(dFactors, width)]
        }
      })
  }
}

@Suite struct `Norms of decomposed weights` {
  /// || V + factor B A || without the sum being formed, against the sum formed in double precision.
  @Test(arguments: InstructionSet.available, [(1, 1, 1), (5, 3, 2), (67, 130, 7), (131, 70, 16)])
  func `the cheap form agrees with the plain one`(instructionSet: InstructionSet, sizes: (Int, Int, Int)) throws {
    let (input, output, rank) = sizes
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    let weight = randomValues(input * output, seed: 1)
    let down = randomValues(rank * input, seed: 2)
    let up = randomValues(output * rank, seed: 3)
    for factor: Float in [0, 0.5, 4] {
      let norms = Memory.scope { memory in
        let (v, a) = (memory.buffer(weight), memory.buffer(down))
        let (squares, norms) = (memory.unwritten(output), memory.unwritten(output))
        let (product, gram) = (memory.unwritten(rank * output), memory.unwritten(rank * rank))
        engine.columnSquares(squares, v, rows: input, width: output)
        engine.multiply(
          Matrix(a, stride: input), Matrix(v, stride: output), into: product, strideC: output, m: rank, n: output,
          k: input)
        engine.multiply(
          Matrix(a, stride: input), Matrix(a, stride: input, transposed: true), into: gram, strideC: rank, m: rank,
          n: rank, k: input)
        engine.decomposedNorms(
          norms, squares: squares, product: product, up: memory.buffer(up), gram: gram, rank: rank, factor: factor,
          width: output)
        return values(norms, output)
      }
      let plain = (0..<output).map { column -> Double in
        (0..<input).reduce(0.0) { sum, row in
          let update = (0..<rank).reduce(0.0) {
            $0 + Double(up[column * rank + $1]) * Double(down[$1 * input + row])
          }
          let value = Double(weight[row * output + column]) + Double(factor) * update
          return sum + value * value
        }.squareRoot()
      }
      #expect(relativeDifference(norms, plain, floor: 0) < 2e-6, "\(sizes), factor \(factor)")
    }
  }

  @Test func `an output without weights has the factor 0, and no gradient`() throws {
    let engine = try Engine(threadCount: 1)
    Memory.scope { memory in
      let (y, sums) = (memory.unwritten(2), memory.zeros(2))
      let norms = memory.buffer([Float(0), 2])
      engine.divide(y, memory.buffer([Float(0), 3]), by: norms, count: 2)
      #expect(values(y, 2) == [0, 1.5])
      let ones = memory.buffer([Float](repeating: 1, count: 6))
      engine.addColumnQuotients(sums, ones, ones, divisors: norms, rows: 3, width: 2)
      #expect(values(sums, 2) == [0, 1.5])
    }
  }
}
