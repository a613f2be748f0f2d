import Foundation
import Tensors
import Testing

@Suite struct `16-bit numbers` {
  static let everyPattern = (0...UInt16.max).map { $0 }

  /// The value of a binary16 pattern from the definition of the format.
  private static func float16(_ pattern: UInt16) -> Double {
    let sign: Double = pattern >> 15 == 1 ? -1 : 1
    let exponent = Int(pattern >> 10 & 31)
    let fraction = Double(pattern & 1023) / 1024
    switch exponent {
    case 0: return sign * fraction * exp2(-14)
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction) * exp2(Double(exponent - 15))
    }
  }

  private static func bfloat16(_ pattern: UInt16) -> Float { Float(bitPattern: UInt32(pattern) << 16) }

  private func widened(
    _ patterns: [UInt16], _ convert: (UnsafePointer<UInt16>, MutableFloats, Int) -> Void
  ) -> [Float] {
    Memory.scope { memory in
      let y = memory.unwritten(patterns.count)
      convert(memory.buffer(patterns), y, patterns.count)
      return values(y, patterns.count)
    }
  }

  private func narrowed(_ x: [Float], _ convert: (Floats, UnsafeMutablePointer<UInt16>, Int) -> Void)
    -> [UInt16]
  {
    Memory.scope { memory in
      let y = memory.buffer([UInt16](repeating: 0x5555, count: x.count))
      convert(memory.buffer(x), y, x.count)
      return Array(UnsafeBufferPointer(start: y, count: x.count))
    }
  }

  @Test(arguments: InstructionSet.available)
  func `every pattern widens to its value and narrows back to itself`(instructionSet: InstructionSet) throws {
    let engine = try Engine(instructionSet: instructionSet)
    let halves = widened(Self.everyPattern) { engine.widen(float16: $0, into: $1, count: $2) }
    let brains = widened(Self.everyPattern) { engine.widen(bfloat16: $0, into: $1, count: $2) }
    let halvesBack = narrowed(halves) { engine.narrow($0, intoFloat16: $1, count: $2) }
    let brainsBack = narrowed(brains) { engine.narrow($0, intoBFloat16: $1, count: $2) }
    var wrong: [UInt16] = []
    for (index, pattern) in Self.everyPattern.enumerated() {
      let half = Float(Self.float16(pattern))
      let brain = Self.bfloat16(pattern)
      let halfIsRight =
        half.isNaN
        ? halves[index].isNaN && Self.float16(halvesBack[index]).isNaN
        : halves[index].bitPattern == half.bitPattern && halvesBack[index] == pattern
      let brainIsRight =
        brain.isNaN
        ? brains[index].isNaN && Self.bfloat16(brainsBack[index]).isNaN
        : brains[index].bitPattern == brain.bitPattern && brainsBack[index] == pattern
      if !halfIsRight || !brainIsRight { wrong.append(pattern) }
    }
    #expect(wrong.isEmpty, "\(wrong.count) patterns, \(wrong.prefix(5)), \(instructionSet)")
  }

  /// Between two neighbours of a format: halfway goes to the even one, a hair to either side to the nearer.
  @Test(arguments: InstructionSet.available)
  func `halfway between two numbers the even one is taken`(instructionSet: InstructionSet) throws {
    let engine = try Engine(instructionSet: instructionSet)
    func check(
      _ name: String, last: UInt16, _ value: (UInt16) -> Double, _ narrow: ([Float]) -> [UInt16]
    ) {
      var x: [Float] = []
      var expected: [UInt16] = []
      for pattern in 0..<last {
        let middle = Float((value(pattern) + value(pattern + 1)) / 2)
        let even = pattern % 2 == 0 ? pattern : pattern + 1
        for sign: UInt16 in [0, 0x8000] {
          let signed = sign == 0 ? middle : -middle
          x += [
            signed, sign == 0 ? signed.nextDown : signed.nextUp, sign == 0 ? signed.nextUp : signed.nextDown,
          ]
          expected += [even | sign, pattern | sign, (pattern + 1) | sign]
        }
      }
      let wrong = zip(narrow(x), expected).enumerated().filter { $0.element.0 != $0.element.1 }
      #expect(
        wrong.isEmpty, "\(name), \(instructionSet): \(wrong.count), first \(x[wrong.first?.offset ?? 0])")
    }
    check("float16", last: 0x7BFF, Self.float16) { x in
      narrowed(x) { engine.narrow($0, intoFloat16: $1, count: $2) }
    }
    // Below 0x0080 bfloat16 is subnormal like float32 itself: those neighbours lie a whole float32 step apart.
    check("bfloat16", last: 0x7F7F, { Double(Self.bfloat16($0)) }) { x in
      narrowed(x) { engine.narrow($0, intoBFloat16: $1, count: $2) }
    }
  }

  @Test(arguments: InstructionSet.available)
  func `numbers beyond a format become infinite, not NaN numbers`(instructionSet: InstructionSet) throws {
    let engine = try Engine(instructionSet: instructionSet)
    let halves = narrowed([65519.996, 65520, 1e30, .infinity, -65520, -.infinity]) {
      engine.narrow($0, intoFloat16: $1, count: $2)
    }
    #expect(halves == [0x7BFF, 0x7C00, 0x7C00, 0x7C00, 0xFC00, 0xFC00])
    let brains = narrowed([Float.greatestFiniteMagnitude, .infinity, -Float.greatestFiniteMagnitude]) {
      engine.narrow($0, intoBFloat16: $1, count: $2)
    }
    #expect(brains == [0x7F80, 0x7F80, 0xFF80])
  }
}
