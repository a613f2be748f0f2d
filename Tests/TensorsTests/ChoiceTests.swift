import Foundation
import Tensors
import Testing

@Suite struct `Choosing tokens` {
  static let counts = [1, 2, 7, 63, 64, 65, 1023, 1025, 5003]

  @Test(arguments: InstructionSet.available, counts)
  func `log softmax agrees with double precision`(instructionSet: InstructionSet, count: Int) throws {
    let engine = try Engine(threadCount: 1, instructionSet: instructionSet)
    var x = randomValues(count, seed: 4).map { $0 * 9 + 100 }
    if count > 2 { x[1] = -.infinity }
    let top = Double(x.max()!)
    let sum = x.reduce(0.0) { $0 + exp(Double($1) - top) }
    let exact = x.map { Double($0) - top - log(sum) }
    engine.logSoftmax(&x, count: count)
    for (value, reference) in zip(x, exact) where reference > -.infinity {
      #expect(abs(Double(value) - reference) < 4e-6 * max(1, abs(reference)))
    }
    #expect(count <= 2 || x[1] == -.infinity)
  }

  @Test(arguments: InstructionSet.available, counts)
  func `the largest come in order, the lower index first among equals`(
    instructionSet: InstructionSet, count: Int
  ) throws {
    let engine = try Engine(threadCount: 1, instructionSet: instructionSet)
    for levels in [Float(3), 1e6] {
      // Few levels make many equals.
      var x = randomValues(count, seed: 5).map { ($0 * levels).rounded() }
      if count > 3 { x[2] = -.infinity }
      let order = x.indices.sorted { (x[$0], $1) > (x[$1], $0) }
      for keep in Set([1, 2, 8, 64, count / 2, count]) where keep > 0 && keep <= count {
        var values = [Float](repeating: 0, count: keep)
        var indices = [Int32](repeating: 0, count: keep)
        engine.selectLargest(&values, &indices, of: x, count: count, keep: keep)
        #expect(indices.map(Int.init) == Array(order.prefix(keep)), "\(keep) of \(count)")
        #expect(values == order.prefix(keep).map { x[$0] })
      }
    }
  }

  /// The share each value is drawn with, by definition, in double precision.
  private func shares(_ x: [Float], _ temperature: Float, _ topK: Int, _ topP: Double) -> [Double] {
    let scaled = x.map { Double($0) / Double(temperature) }
    let kth = topK > 0 && topK < x.count ? scaled.sorted(by: >)[topK - 1] : -.infinity
    let weights = scaled.map { $0 < kth ? 0 : exp($0 - scaled.max()!) }
    let all = weights.reduce(0, +)
    var kept = weights
    var below = 0.0
    for index in weights.indices.sorted(by: { weights[$0] < weights[$1] }).dropLast() where topP < 1 {
      below += weights[index]
      if below <= (1 - topP) * all { kept[index] = 0 }
    }
    let sum = kept.reduce(0, +)
    return kept.map { $0 / sum }
  }

  @Test(arguments: InstructionSet.available, counts)
  func `weights of draws are cut by top k and then by top p`(instructionSet: InstructionSet, count: Int) throws {
    let engine = try Engine(threadCount: 1, instructionSet: instructionSet)
    let x = randomValues(count, seed: 6).map { $0 * 3 }
    var scratch = x
    for temperature in [Float(0.3), 1, 2.5] {
      for (topK, topP) in [(0, 1.0), (5, 1), (0, 0.9), (0, 0.37), (40, 0.8), (1, 1), (0, 1e-9), (count + 3, 0.99)] {
        var weights = x
        engine.samplingWeights(
          &weights, scratch: &scratch, count: count, temperature: temperature, topK: topK, topP: topP)
        let sum = weights.reduce(0.0) { $0 + Double($1) }
        let reference = shares(x, temperature, topK, topP)
        // A weight too small for float32 is none.
        #expect(zip(weights, reference).allSatisfy { ($0 > 0) == ($1 > 1e-37) }, "k \(topK), p \(topP)")
        for (weight, share) in zip(weights, reference) { #expect(abs(Double(weight) / sum - share) < 1e-5) }
      }
    }
  }

  @Test func `a draw goes to the value in whose share the number falls`() throws {
    let engine = try Engine()
    let weights: [Float] = [0, 1, 0, 2, 1, 0]
    for (unit, index) in [(0.0, 1), (0.2499, 1), (0.25, 3), (0.7499, 3), (0.75, 4), (0.9999999999, 4)] {
      #expect(engine.draw(weights, count: 6, unit: unit) == index)
    }
    #expect(engine.draw([0, 0, 5], count: 3, unit: 0.5) == 2)
    #expect(engine.draw([0, 0], count: 2, unit: 0.5) == 0)
  }

  @Test func `values that are no numbers end in some index`() throws {
    let engine = try Engine()
    var scratch = [Float](repeating: 0, count: 100)
    for bad in [Float.nan, -.infinity, .infinity] {
      var x = [Float](repeating: bad, count: 100)
      engine.samplingWeights(&x, scratch: &scratch, count: 100, temperature: 0.5, topK: 10, topP: 0.5)
      #expect((0..<100).contains(engine.draw(x, count: 100, unit: 0.7)))
      x = [Float](repeating: bad, count: 100)
      var values = [Float](repeating: 0, count: 8)
      var indices = [Int32](repeating: 0, count: 8)
      engine.logSoftmax(&x, count: 100)
      engine.selectLargest(&values, &indices, of: x, count: 100, keep: 8)
      #expect(indices.allSatisfy { (0..<100).contains($0) })
    }
  }

  @Test(arguments: InstructionSet.available, [(1, 8), (6, 64), (13, 72), (40, 5), (33, 131)])
  func `attention of beams finds keys and values wherever they lie`(
    instructionSet: InstructionSet, shape: (length: Int, width: Int)
  ) throws {
    let engine = try Engine(threadCount: 2, instructionSet: instructionSet)
    let (length, width) = shape
    let keys = randomValues(length * 2 * width, seed: 1)
    let values = randomValues(length * 2 * width, seed: 2)
    let query = randomValues(2 * width, seed: 3)
    let places = (0..<length).map { Int32(($0 * 7 + 3) % length) }
    var result = [Float](repeating: 0, count: 2 * width)
    var scores = [Float](repeating: 0, count: 2 * (length + 16))
    result.withUnsafeMutableBufferPointer { result in
      engine.beamAttention(
        rowCount: 1, headCount: 2, headWidth: width, stride: 2 * width, factor: 0.3, scores: &scores,
        scoresStride: length + 16
      ) { _ in
        BeamRow(y: result.baseAddress!, query: query, keys: keys, values: values, places: places, length: length)
      }
    }
    for head in 0..<2 {
      let logits = places.map { place in
        0.3
          * (0..<width).reduce(0.0) {
            $0 + Double(query[head * width + $1]) * Double(keys[(Int(place) * 2 + head) * width + $1])
          }
      }
      let weights = logits.map { exp($0 - logits.max()!) }
      let exact = (0..<width).map { column in
        zip(weights, places).reduce(0.0) { $0 + $1.0 * Double(values[(Int($1.1) * 2 + head) * width + column]) }
          / weights.reduce(0, +)
      }
      #expect(relativeDifference(Array(result[(head * width)..<((head + 1) * width)]), exact) < 1e-5)
    }
  }
}
