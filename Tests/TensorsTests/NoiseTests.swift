import Tensors
import Testing

@Suite struct `Uniform noise` {
  private let noise = UniformNoise(seed: 7, purpose: .embeddingNoise, step: 2)

  private func drawn(_ engine: Engine, rows: Int, width: Int, firstRow: Int, _ noise: UniformNoise) -> [Float] {
    Memory.scope { memory in
      let y = memory.zeros(rows * width)
      engine.addUniform(y, rows: rows, width: width, firstRow: firstRow, bound: 0.5, noise)
      return values(y, rows * width)
    }
  }

  @Test(arguments: InstructionSet.available)
  func `has the mean, the variance and the bounds of a uniform distribution`(instructionSet: InstructionSet) throws {
    let all = try drawn(Engine(instructionSet: instructionSet), rows: 400, width: 130, firstRow: 0, noise).map(
      Double.init)
    let mean = all.reduce(0, +) / Double(all.count)
    let variance = all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
    // Standard errors: 0.29 / sqrt(n) of the mean, 0.075 / sqrt(n) of the variance 1 / 12.
    #expect(abs(mean) < 5 * 0.289 / Double(all.count).squareRoot())
    #expect(abs(variance - 1 / 12) < 5 * 0.0745 / Double(all.count).squareRoot())
    #expect(all.allSatisfy { abs($0) <= 0.5 } && all.max()! > 0.499 && all.min()! < -0.499)
    #expect(Set(all).count > 50_000)
  }

  /// Odd widths, where a row does not begin at a block of four words.
  @Test(arguments: [1, 3, 64, 131]) func `of a row depends on its number alone`(width: Int) throws {
    let whole = try drawn(Engine(threadCount: 3), rows: 40, width: width, firstRow: 8, noise)
    for (first, count) in [(8, 1), (9, 7), (30, 18)] {
      let part = try drawn(Engine(threadCount: 1), rows: count, width: width, firstRow: first, noise)
      #expect(bits(part) == bits(Array(whole[(first - 8) * width..<(first - 8 + count) * width])))
    }
    for other in [
      UniformNoise(seed: 8, purpose: .embeddingNoise, step: 2),
      UniformNoise(seed: 7, purpose: .embeddingNoise, step: 3),
      UniformNoise(seed: 7, purpose: .hiddenDropout, step: 2),
    ] { #expect(try drawn(Engine(threadCount: 1), rows: 40, width: width, firstRow: 8, other) != whole) }
  }
}
