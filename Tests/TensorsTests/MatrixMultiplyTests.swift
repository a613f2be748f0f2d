import Tensors
import Testing

@Suite struct `Matrix products` {
  struct Shape: Sendable {
    let m, n, k: Int
  }

  static let shapes: [Shape] =
    [(1, 1), (1, 13), (7, 3), (33, 129), (65, 31)].flatMap { m, n in
      [1, 2, 7, 13, 400, 449, 700].map { Shape(m: m, n: n, k: $0) }
    } + [Shape(m: 515, n: 67, k: 29), Shape(m: 19, n: 1031, k: 17), Shape(m: 600, n: 600, k: 3)]

  @Test(arguments: shapes) func `agree with sums in double precision, transposed or not`(shape: Shape) throws {
    let engine = try Engine(threadCount: 2)
    let (m, n, k) = (shape.m, shape.n, shape.k)
    for (transposesA, transposesB) in [(false, false), (false, true), (true, false), (true, true)] {
      // Every matrix is a part of a wider one.
      let (strideA, strideB, strideC) = ((transposesA ? m : k) + 3, (transposesB ? k : n) + 1, n + 2)
      let a = randomValues((transposesA ? k : m) * strideA, seed: 1)
      let b = randomValues((transposesB ? n : k) * strideB, seed: 2)
      let c = randomValues(m * strideC, seed: 3)
      for (alpha, beta): (Float, Float) in [(1, 0), (0.75, 1), (-2, 0.5)] {
        let result = Memory.scope { memory in
          // With beta 0, what was there must not count, not even NaN.
          let into = memory.buffer(beta == 0 ? [Float](repeating: .nan, count: c.count) : c)
          engine.multiply(
            Matrix(memory.buffer(a), stride: strideA, transposed: transposesA),
            Matrix(memory.buffer(b), stride: strideB, transposed: transposesB), into: into, strideC: strideC,
            m: m,
            n: n, k: k, alpha: alpha, beta: beta)
          return values(into, c.count)
        }
        var ours: [Float] = []
        var exact: [Double] = []
        for i in 0..<m {
          for j in 0..<n {
            var sum = 0.0
            for l in 0..<k {
              let left = a[transposesA ? l * strideA + i : i * strideA + l]
              sum += Double(left) * Double(b[transposesB ? j * strideB + l : l * strideB + j])
            }
            ours.append(result[i * strideC + j])
            exact.append(Double(alpha) * sum + (beta == 0 ? 0 : Double(beta) * Double(c[i * strideC + j])))
          }
          let gap = result[i * strideC + n..<(i + 1) * strideC]
          let before = c[i * strideC + n..<(i + 1) * strideC]
          #expect(
            beta == 0 ? gap.allSatisfy(\.isNaN) : gap.elementsEqual(before), "the gap after row \(i) changed")
        }
        // Products of numbers in (-1, 1) have the variance 1/9; a single sum may still be near zero.
        let difference = relativeDifference(ours, exact, floor: Double(m * n * k).squareRoot() / 3)
        #expect(difference < 2e-6, "\(shape), \(transposesA) \(transposesB), alpha \(alpha): \(difference)")
      }
    }
  }

  @Test func `an empty inner dimension leaves beta C`() throws {
    let engine = try Engine(threadCount: 2)
    let result = Memory.scope { memory in
      let c = memory.buffer([Float](repeating: 3, count: 6))
      engine.multiply(
        Matrix(memory.zeros(1), stride: 1), Matrix(memory.zeros(3), stride: 3), into: c, strideC: 3, m: 2,
        n: 3, k: 0,
        beta: 0.5)
      return values(c, 6)
    }
    #expect(result == [Float](repeating: 1.5, count: 6))
  }
}
