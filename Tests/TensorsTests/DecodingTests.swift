import Foundation
import Tensors
import Testing

@Suite struct `Decoding kernels` {
  struct Shape: Sendable {
    let inner, columns: Int
  }

  static let shapes = [
    Shape(inner: 1, columns: 1), Shape(inner: 5, columns: 7), Shape(inner: 63, columns: 255),
    Shape(inner: 64, columns: 257), Shape(inner: 131, columns: 530), Shape(inner: 400, columns: 33),
  ]

  /// Both layouts of the same product, [rows, columns] each.
  private func products(
    _ engine: Engine, _ shape: Shape, x: [Float], matrix: [Float], bias: [Float]
  ) -> (inputMajor: [Float], outputMajor: [Float]) {
    Memory.scope { memory in
      let rows = x.count / shape.inner
      let (first, second) = (memory.unwritten(rows * shape.columns), memory.unwritten(rows * shape.columns))
      engine.decode(
        first, memory.buffer(x), inputMajor: memory.buffer(matrix), bias: memory.buffer(bias), rows: rows,
        inner: shape.inner, columns: shape.columns)
      let transposed = (0..<shape.columns).flatMap { j in
        (0..<shape.inner).map { matrix[$0 * shape.columns + j] }
      }
      engine.decode(
        second, memory.buffer(x), outputMajor: memory.buffer(transposed), rows: rows, inner: shape.inner,
        columns: shape.columns)
      return (values(first, rows * shape.columns), values(second, rows * shape.columns))
    }
  }

  @Test(arguments: InstructionSet.available, shapes)
  func `agree with double precision, and a row's bits do not depend on the number of rows`(
    instructionSet: InstructionSet, shape: Shape
  ) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    let x = randomValues(9 * shape.inner, seed: 1)
    let matrix = randomValues(shape.inner * shape.columns, seed: 2)
    let bias = randomValues(shape.columns, seed: 3)
    let all = products(engine, shape, x: x, matrix: matrix, bias: bias)
    let exact = (0..<9).flatMap { row in
      (0..<shape.columns).map { column in
        (0..<shape.inner).reduce(0.0) {
          $0 + Double(x[row * shape.inner + $1]) * Double(matrix[$1 * shape.columns + column])
        }
      }
    }
    let biased = exact.enumerated().map { $0.element + Double(bias[$0.offset % shape.columns]) }
    #expect(relativeDifference(all.inputMajor, biased) < 2e-6)
    #expect(relativeDifference(all.outputMajor, exact) < 2e-6)
    for rows in 1...9 {
      // The last rows of the nine, so that each comes in every place of a group.
      let part = products(engine, shape, x: Array(x.suffix(rows * shape.inner)), matrix: matrix, bias: bias)
      #expect(
        bits(part.inputMajor) == bits(Array(all.inputMajor.suffix(rows * shape.columns))), "\(rows) rows")
      #expect(
        bits(part.outputMajor) == bits(Array(all.outputMajor.suffix(rows * shape.columns))), "\(rows) rows")
    }
  }

  /// More columns than are taken at once, and more rows than the scratch for partial sums holds.
  @Test func `a product too large for one pass has the same bits`() throws {
    let (rows, inner, columns) = (9, 1601, 8200)
    let x = randomValues(rows * inner, seed: 1)
    let matrix = randomValues(inner * columns, seed: 2)
    let bias = randomValues(columns, seed: 3)
    func product(_ engine: Engine, _ x: [Float]) -> [Float] {
      Memory.scope { memory in
        let rows = x.count / inner
        let y = memory.unwritten(rows * columns)
        engine.decode(
          y, memory.buffer(x), inputMajor: memory.buffer(matrix), bias: memory.buffer(bias), rows: rows, inner: inner,
          columns: columns)
        return values(y, rows * columns)
      }
    }
    let all = product(try Engine(threadCount: 2), x)
    let alone = try Engine(threadCount: 1)
    for row in [0, 4, 8] {
      let one = product(alone, Array(x[row * inner..<(row + 1) * inner]))
      #expect(bits(one) == bits(Array(all[row * columns..<(row + 1) * columns])), "row \(row)")
    }
    for column in [0, 255, 8191, 8192, 8199] {
      let exact = (0..<inner).reduce(Double(bias[column])) {
        $0 + Double(x[$1]) * Double(matrix[$1 * columns + column])
      }
      #expect(abs(Double(all[column]) - exact) < 1e-4)
    }
  }

  @Test(arguments: InstructionSet.available)
  func `attention over a cache agrees with double precision`(instructionSet: InstructionSet) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    for (length, heads, headWidth) in [(1, 1, 1), (1, 3, 5), (9, 2, 7), (130, 3, 16), (77, 1, 65)] {
      let width = heads * headWidth
      let stride = width + 3
      let query = randomValues(width, seed: 1, scale: 3)
      let keys = randomValues(length * stride, seed: 2, scale: 3)
      let stored = randomValues(length * stride, seed: 3)
      let factor: Float = 0.7
      let ours = Memory.scope { memory in
        let y = memory.unwritten(width)
        let row = DecodingRow(
          y: y, query: memory.buffer(query), keys: memory.buffer(keys), values: memory.buffer(stored), length: length)
        engine.decodeAttention(
          rowCount: 1, headCount: heads, headWidth: headWidth, stride: stride, factor: factor,
          scores: memory.unwritten(2 * length), scoresStride: length
        ) { _ in row }
        return values(y, width)
      }
      let exact = (0..<heads).flatMap { head -> [Double] in
        let scores = (0..<length).map { place in
          (0..<headWidth).reduce(0.0) {
            $0 + Double(query[head * headWidth + $1]) * Double(keys[place * stride + head * headWidth + $1])
          } * Double(factor)
        }
        let weights = scores.map { exp($0 - scores.max()!) }
        let sum = weights.reduce(0, +)
        return (0..<headWidth).map { column in
          (0..<length).reduce(0.0) {
            $0 + weights[$1] / sum * Double(stored[$1 * stride + head * headWidth + column])
          }
        }
      }
      #expect(relativeDifference(ours, exact) < 2e-6, "\(length) places, \(heads) heads of \(headWidth)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func `the first of the largest values wins`(instructionSet: InstructionSet) throws {
    let engine = try Engine(instructionSet: instructionSet)
    for count in [1, 2, 17, 64, 333] {
      for place in [0, count / 2, count - 1] {
        var scores = randomValues(count, seed: 5)
        scores[place] = 2
        scores[count - 1] = 2
        let found = Memory.scope { engine.indexOfLargest($0.buffer(scores), count: count) }
        #expect(found == place)
      }
    }
  }
}
