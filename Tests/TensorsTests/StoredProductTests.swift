import Tensors
import Testing

@Suite struct `Products with 16-bit weights` {
  static let types: [NumberType] = [.bfloat16, .float16]

  struct Shape: Sendable {
    let m, n, k: Int
  }

  static let shapes = [
    Shape(m: 1, n: 1, k: 1), Shape(m: 5, n: 33, k: 449), Shape(m: 37, n: 530, k: 7), Shape(m: 3, n: 65, k: 2051),
    Shape(m: 514, n: 19, k: 1025),
  ]

  private static func narrowed(_ values: [Float], _ type: NumberType, _ engine: Engine) -> [UInt16] {
    var short = [UInt16](repeating: 0, count: values.count)
    if type == .float16 {
      engine.narrow(values, intoFloat16: &short, count: values.count)
    } else {
      engine.narrow(values, intoBFloat16: &short, count: values.count)
    }
    return short
  }

  private static func widened(_ values: [UInt16], _ type: NumberType, _ engine: Engine) -> [Float] {
    var wide = [Float](repeating: 0, count: values.count)
    values.withUnsafeBytes { engine.widen(StoredValues($0.baseAddress!, type), into: &wide, count: values.count) }
    return wide
  }

  @Test(arguments: InstructionSet.available, shapes)
  func `have the bits of the float32 product of their values, whatever the threads`(
    instructionSet: InstructionSet, shape: Shape
  ) throws {
    let (m, n, k) = (shape.m, shape.n, shape.k)
    let engines = try [1, 3].map { try Engine(threadCount: $0, instructionSet: instructionSet) }
    for (type, transposes) in Self.types.flatMap({ [($0, false), ($0, true)] }) {
      let stride = (transposes ? k : n) + 3
      let a = randomValues(m * k, seed: 1)
      let short = Self.narrowed(randomValues((transposes ? n : k) * stride, seed: 2), type, engines[0])
      let wide = Self.widened(short, type, engines[0])
      let c = randomValues(m * n, seed: 3)
      for (alpha, beta): (Float, Float) in [(1, 0), (0.75, 1)] {
        let expected = Memory.scope { memory in
          let into = memory.buffer(c)
          engines[0].multiply(
            Matrix(memory.buffer(a), stride: k), Matrix(memory.buffer(wide), stride: stride, transposed: transposes),
            into: into, strideC: n, m: m, n: n, k: k, alpha: alpha, beta: beta)
          return values(into, m * n)
        }
        for engine in engines {
          let ours = Memory.scope { memory in
            let into = memory.buffer(c)
            engine.multiply(
              Matrix(memory.buffer(a), stride: k),
              StoredMatrix(StoredValues(memory.buffer(short), type), stride: stride, transposed: transposes),
              into: into, strideC: n, m: m, n: n, k: k, alpha: alpha, beta: beta)
            return values(into, m * n)
          }
          let isSame = bits(ours) == bits(expected)
          #expect(isSame, "\(type), transposed \(transposes), \(engine.parallel.threadCount) threads")
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available, types)
  func `decode to the bits of the float32 weights, for every number of rows`(
    instructionSet: InstructionSet, type: NumberType
  ) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    for (inner, columns) in [(1, 1), (5, 7), (63, 257), (131, 530), (400, 33)] {
      let short = Self.narrowed(randomValues(inner * columns, seed: 2), type, engine)
      let wide = Self.widened(short, type, engine)
      let bias = randomValues(columns, seed: 3)
      for rows in 1...9 {
        let x = randomValues(rows * inner, seed: 4)
        let results = Memory.scope { memory in
          let matrices = [StoredValues(memory.buffer(short), type), StoredValues(memory.buffer(wide))]
          return matrices.map { matrix in
            let (first, second) = (memory.unwritten(rows * columns), memory.unwritten(rows * columns))
            engine.decode(
              first, memory.buffer(x), inputMajor: matrix, bias: memory.buffer(bias), rows: rows, inner: inner,
              columns: columns)
            engine.decode(second, memory.buffer(x), outputMajor: matrix, rows: rows, inner: inner, columns: columns)
            return [bits(values(first, rows * columns)), bits(values(second, rows * columns))]
          }
        }
        let isSame = results[0] == results[1]
        #expect(isSame, "\(inner) x \(columns), \(rows) rows")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func `tables of different types are looked up in one sum`(instructionSet: InstructionSet) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    let (rows, width) = (300, 67)
    let token = randomIndices(rows, below: 11, seed: 5)
    let position = randomIndices(rows, below: 13, seed: 6)
    let tables = [randomValues(11 * width, seed: 7), randomValues(13 * width, seed: 8)]
    for tokenType in NumberType.allCases {
      for positionType in NumberType.allCases {
        let types = [tokenType, positionType]
        let short = (0..<2).map { Self.narrowed(tables[$0], types[$0] == .float32 ? .bfloat16 : types[$0], engine) }
        let wide = (0..<2).map {
          types[$0] == .float32 ? tables[$0] : Self.widened(short[$0], types[$0], engine)
        }
        let ours = Memory.scope { memory in
          let x = memory.unwritten(rows * width)
          let held = (0..<2).map {
            types[$0] == .float32
              ? StoredValues(memory.buffer(tables[$0])) : StoredValues(memory.buffer(short[$0]), types[$0])
          }
          engine.embed(
            x, tokens: memory.buffer(token), positions: memory.buffer(position), tokenTable: held[0],
            positionTable: held[1], rows: rows, width: width)
          return values(x, rows * width)
        }
        let expected = (0..<rows).flatMap { row in
          (0..<width).map { wide[0][Int(token[row]) * width + $0] + wide[1][Int(position[row]) * width + $0] }
        }
        #expect(ours == expected, "\(types)")
      }
    }
  }

  @Test(arguments: types) func `values that are not finite are found anywhere`(type: NumberType) throws {
    let engine = try Engine(threadCount: 2)
    for count in [1, 17, 70_001] {
      var short = Self.narrowed(randomValues(count, seed: 1), type, engine)
      func isFinite() -> Bool {
        short.withUnsafeBytes { engine.allFinite(StoredValues($0.baseAddress!, type), count: count) }
      }
      #expect(isFinite())
      for place in [0, count / 2, count - 1] {
        let before = short[place]
        for bad: UInt16 in type == .float16 ? [0x7C00, 0xFC00, 0x7E00] : [0x7F80, 0xFF80, 0x7FC0] {
          short[place] = bad
          #expect(!isFinite())
        }
        short[place] = before
      }
    }
  }
}
