import Tensors
import Testing

@Suite struct `Dropout masks` {
  private func mask(_ dropout: Dropout, count: Int, first: Int = 0, _ instructionSet: InstructionSet? = nil)
    throws -> [Float]
  {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    return Memory.scope { memory in
      let y = memory.buffer([Float](repeating: 1, count: count))
      engine.drop(y, y, count: count, first: first, dropout)
      return values(y, count)
    }
  }

  private func dropout(_ probability: Float, seed: UInt64 = 3, step: UInt32 = 1, site: UInt32 = 2) -> Dropout {
    Dropout(probability: probability, seed: seed, purpose: .adapterDropout, step: step, site: site)
  }

  @Test(arguments: InstructionSet.available, [Float(0), 0.1, 0.5, 0.999, 1])
  func `keep the right share, scaled by its inverse`(instructionSet: InstructionSet, probability: Float)
    throws
  {
    let count = 200_001
    let mask = try mask(dropout(probability), count: count, instructionSet)
    let kept = mask.filter { $0 != 0 }
    let keep = 1 - Double(probability)
    let deviation = (Double(count) * keep * Double(probability)).squareRoot()
    #expect(abs(Double(kept.count) - Double(count) * keep) <= 5 * deviation + 1)
    #expect(kept.allSatisfy { abs(Double($0) * keep - 1) < 1e-6 })
  }

  @Test(arguments: InstructionSet.available)
  func `are those of the published generator at every place`(instructionSet: InstructionSet) throws {
    for first in [0, 4, 60, 1 << 20, 1 << 33] {
      let dropout = dropout(0.4, seed: 0xFEDC_BA98_7654_3210)
      let mask = try mask(dropout, count: 333, first: first, instructionSet)
      #expect(mask == (0..<333).map { Float(dropout.factor(first + $0)) }, "from \(first)")
    }
  }

  @Test func `differ between seeds, steps and sites and do not depend on how the work is cut`() throws {
    let whole = try mask(dropout(0.5), count: 40_000)
    let parts = try mask(dropout(0.5), count: 16_388) + mask(dropout(0.5), count: 23_612, first: 16_388)
    #expect(whole == parts)
    for other in [dropout(0.5, seed: 4), dropout(0.5, step: 2), dropout(0.5, site: 3)] {
      let same = zip(whole, try mask(other, count: 40_000)).count { $0 == $1 }
      #expect(abs(same - 20_000) < 500)
    }
  }
}
