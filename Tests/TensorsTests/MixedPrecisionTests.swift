import Tensors
import Testing

@Suite struct `Products under mixed precision` {
  struct Shape: Sendable {
    let m, n, k: Int
  }

  static let shapes = [
    Shape(m: 1, n: 1, k: 1), Shape(m: 7, n: 33, k: 449), Shape(m: 37, n: 530, k: 64), Shape(m: 514, n: 19, k: 1025),
    Shape(m: 33, n: 65, k: 2051),
  ]

  /// bfloat16 by its definition: the upper half, to nearest, ties to even.
  private static func rounded(_ values: [Float]) -> [Float] {
    values.map { value in
      let low = value.bitPattern & 0xFFFF
      var high = value.bitPattern >> 16
      if low > 0x8000 || (low == 0x8000 && high & 1 == 1) { high += 1 }
      return Float(bitPattern: high << 16)
    }
  }

  private struct Problem {
    let shape: Shape
    let transposesA, transposesB: Bool
    var a: [Float] { randomValues(shape.m * shape.k, seed: 1) }
    var b: [Float] { randomValues(shape.k * shape.n, seed: 2) }

    func product(
      _ engine: Engine, _ a: [Float], _ b: [Float], precision: ProductPrecision, isHeldNarrow: Bool = false
    ) -> [Float] {
      Memory.scope { memory in
        let (m, n, k) = (shape.m, shape.n, shape.k)
        let c = memory.buffer(randomValues(m * n, seed: 3))
        let left = Matrix(memory.buffer(a), stride: transposesA ? m : k, transposed: transposesA)
        let strideB = transposesB ? k : n
        if isHeldNarrow {
          let short = memory.buffer(b.map { UInt16($0.bitPattern >> 16) })
          engine.multiply(
            left, StoredMatrix(StoredValues(short, .bfloat16), stride: strideB, transposed: transposesB), into: c,
            strideC: n, m: m, n: n, k: k, beta: 1, precision: precision)
        } else {
          engine.multiply(
            left, Matrix(memory.buffer(b), stride: strideB, transposed: transposesB), into: c, strideC: n, m: m,
            n: n, k: k, beta: 1, precision: precision)
        }
        return values(c, m * n)
      }
    }
  }

  private static func problems(_ shape: Shape) -> [Problem] {
    [(false, false), (false, true), (true, false)].map {
      Problem(shape: shape, transposesA: $0.0, transposesB: $0.1)
    }
  }

  @Test(arguments: InstructionSet.available, shapes)
  func `imitated, are the float32 products of rounded inputs, whatever holds them and however many threads`(
    instructionSet: InstructionSet, shape: Shape
  ) throws {
    let plain = try Engine(threadCount: 1, instructionSet: instructionSet)
    for problem in Self.problems(shape) {
      let (a, b) = (Self.rounded(problem.a), Self.rounded(problem.b))
      let expected = bits(problem.product(plain, a, b, precision: .float32))
      for threads in 1...3 {
        let engine = try Engine(threadCount: threads, instructionSet: instructionSet, mixedPrecision: .emulated)
        #expect(engine.mixedPrecision == .emulated && engine.mixedPrecision.isActive)
        let isSame = bits(problem.product(engine, problem.a, problem.b, precision: .mixed)) == expected
        let isHeldSame = bits(problem.product(engine, problem.a, b, precision: .mixed, isHeldNarrow: true)) == expected
        #expect(isSame && isHeldSame)
        // What is not asked for in mixed precision stays what it is.
        let exact = bits(problem.product(plain, problem.a, problem.b, precision: .float32))
        let isExact = bits(problem.product(engine, problem.a, problem.b, precision: .float32)) == exact
        #expect(isExact)
      }
    }
  }

  /// On a processor with the instructions they are used; on one without, float32 is, and said so.
  @Test(arguments: shapes) func `of the processor are rounded only at their inputs, or not at all`(shape: Shape) throws
  {
    let plain = try Engine(threadCount: 1)
    let engines = try (1...3).map { try Engine(threadCount: $0, mixedPrecision: .automatic) }
    for problem in Self.problems(shape) {
      let ours = engines.map { problem.product($0, problem.a, problem.b, precision: .mixed) }
      let areAlike = ours.allSatisfy { bits($0) == bits(ours[0]) }
      #expect(areAlike)
      switch engines[0].mixedPrecision {
      case .oneDNN(let version, _):
        #expect(version.hasPrefix("2."))
        let (a, b) = (Self.rounded(problem.a), Self.rounded(problem.b))
        let expected = problem.product(plain, a, b, precision: .float32).map(Double.init)
        let size = (Double(shape.m * shape.n * shape.k)).squareRoot() / 3
        #expect(relativeDifference(ours[0], expected, floor: size) < 1e-4)
        let held = engines.map { problem.product($0, problem.a, b, precision: .mixed, isHeldNarrow: true) }
        #expect(relativeDifference(held[0], expected, floor: size) < 1e-4)
        let heldAreAlike = held.allSatisfy { bits($0) == bits(held[0]) }
        #expect(heldAreAlike)
      case .unavailable(let reason):
        #expect(reason.contains("no instructions for bfloat16") || reason.contains("oneDNN cannot be loaded"))
        #expect(!engines[0].mixedPrecision.isActive && engines[0].mixedPrecision.name == "unavailable, float32")
        let isSame = bits(ours[0]) == bits(problem.product(plain, problem.a, problem.b, precision: .float32))
        #expect(isSame)
      default: #expect(Bool(false), "the wish was forgotten")
      }
    }
  }

  @Test func `are not computed where kernels are pinned to a set without the instructions`() throws {
    for set in InstructionSet.available where set != .v4 {
      let engine = try Engine(threadCount: 1, instructionSet: set, mixedPrecision: .automatic)
      #expect(
        engine.mixedPrecision == .unavailable(reason: "\(set.rawValue) has no instructions for bfloat16 products"))
    }
    #expect(try Engine(threadCount: 1).mixedPrecision == .off)
  }
}
