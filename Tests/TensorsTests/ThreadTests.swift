import Tensors
import Testing

@Suite struct `The number of threads never changes a bit` {
  /// Sizes above those at which work is cut into pieces.
  static let operations: [Operation] =
    [
      .layerNorm(rows: 700, width: 96), .embedding(rows: 449, width: 130, tokens: 50, positions: 70),
      .crossEntropy(rows: 37, vocabulary: 1031, scale: 5),
      .dropout(count: 70_001, first: 8, addsResidual: true),
      .attention(lengths: [65, 1, 130, 7, 64], heads: 3, headWidth: 7, dropout: 0.2),
      .attention(lengths: [400, 449, 700], heads: 1, headWidth: 16),
      .attention(lengths: [65, 130], heads: 3, headWidth: 7, hiddenKeys: [0, 1, 66, 70]),
      .scaledColumns(rows: 449, width: 131),
    ] + Operation.activations.map { .activation($0.0, $0.1, $0.2, count: 70_001) }

  @Test(arguments: InstructionSet.available, operations)
  func `in an operation and its gradient`(instructionSet: InstructionSet, operation: Operation) throws {
    var first: [[UInt32]]?
    for threadCount in 1...3 {
      let engine = try Engine(threadCount: threadCount, instructionSet: instructionSet)
      let dy = randomValues(operation.forward(engine, operation.inputs).count, seed: 5)
      let results =
        [bits(operation.forward(engine, operation.inputs))]
        + operation.backward(engine, operation.inputs, dy).map(bits)
      #expect(first == nil || results == first, "\(operation), \(threadCount) threads")
      first = results
    }
  }

  /// With these inner sizes OpenBLAS itself gives other bits when its own threads or the tiles change.
  @Test(arguments: [400, 449, 500, 700]) func `in a matrix product`(k: Int) throws {
    for (m, n) in [(449, 96), (16, 700), (700, 513), (1, 2304), (5, 5)] {
      for transposes in [false, true] {
        let a = randomValues(m * k, seed: 1)
        let b = randomValues(k * n, seed: 2)
        let results = try (1...3).map { threadCount in
          let engine = try Engine(threadCount: threadCount)
          return Memory.scope { memory in
            let c = memory.unwritten(m * n)
            engine.multiply(
              Matrix(memory.buffer(a), stride: transposes ? m : k, transposed: transposes),
              Matrix(memory.buffer(b), stride: transposes ? k : n, transposed: transposes), into: c,
              strideC: n, m: m,
              n: n, k: k)
            return bits(values(c, m * n))
          }
        }
        #expect(results[0] == results[1] && results[0] == results[2], "\(m) x \(n)")
      }
    }
  }

  @Test(arguments: InstructionSet.available) func `in decoding, AdamW and sums`(
    instructionSet: InstructionSet
  ) throws {
    let (rows, inner, columns) = (5, 131, 1500)
    let x = randomValues(rows * inner, seed: 1)
    let matrix = randomValues(inner * columns, seed: 2)
    let results = try (1...3).map { threadCount in
      let engine = try Engine(threadCount: threadCount, instructionSet: instructionSet)
      return Memory.scope { memory in
        let (first, second) = (memory.unwritten(rows * columns), memory.unwritten(rows * columns))
        let (input, weight) = (memory.buffer(x), memory.buffer(matrix))
        engine.decode(first, input, inputMajor: weight, bias: nil, rows: rows, inner: inner, columns: columns)
        engine.decode(second, input, outputMajor: weight, rows: rows, inner: inner, columns: columns)
        let count = inner * columns
        let parameters = memory.buffer(matrix)
        let step = AdamStep(
          learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: .decoupled(0.1), count: 1)
        engine.adam(
          parameters, gradients: weight, first: memory.zeros(count), second: memory.zeros(count),
          count: count, step)
        let sum = memory.zeros(columns)
        engine.sumRows(sum, weight, rows: inner, width: columns)
        return bits(
          values(first, rows * columns) + values(second, rows * columns) + values(parameters, count)
            + values(sum, columns) + [Float(engine.sumOfSquares(weight, count: count))])
      }
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  /// Otherwise decoding beside other sequences would move a value from a loop's body to its rest, and change it.
  @Test(arguments: InstructionSet.available) func `nor does a value's place among others`(
    instructionSet: InstructionSet
  ) throws {
    let engine = try Engine(threadCount: 1, instructionSet: instructionSet)
    let x = randomValues(300, seed: 1, scale: 4)
    let y = randomValues(300, seed: 2)
    func results(_ range: Range<Int>) -> [[UInt32]] {
      Memory.scope { memory in
        let input = memory.buffer(Array(x[range]))
        let count = range.count
        var lists = Operation.activations.flatMap { kind, _, _ -> [[UInt32]] in
          let (apart, inPlace, slope) = (
            memory.unwritten(count), memory.buffer(Array(x[range])), memory.buffer(Array(y[range]))
          )
          engine.activate(apart, input, count: count, kind)
          engine.activate(inPlace, inPlace, count: count, kind)
          engine.activateBackward(slope, dy: slope, x: input, count: count, kind)
          return [values(apart, count), values(inPlace, count), values(slope, count)].map(bits)
        }
        let sum = memory.buffer(Array(y[range]))
        engine.addScaled(sum, input, 0.3, count: count)
        lists.append(bits(values(sum, count)))
        return lists
      }
    }
    let whole = results(0..<300)
    for range in [0..<1, 3..<9, 5..<22, 17..<100, 31..<98, 200..<300, 299..<300] {
      for (index, part) in results(range).enumerated() {
        #expect(part == Array(whole[index][range]), "list \(index), \(range), \(instructionSet)")
      }
    }
  }
}
