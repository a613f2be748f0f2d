import Foundation
import LanguageModels
import Tensors
import Testing

@Suite struct `Draws follow the exact distribution` {
  static let settings = [
    SamplingOptions(seed: 1), SamplingOptions(temperature: 0.3, seed: 2), SamplingOptions(temperature: 2, seed: 3),
    SamplingOptions(temperature: 0.7, topK: 10, seed: 4), SamplingOptions(topP: 0.8, seed: 5),
    SamplingOptions(temperature: 1.3, topK: 40, topP: 0.9, seed: 6),
  ]

  /// The probability of every token, in double precision.
  private static func probabilities(_ logits: [Float], _ sampling: SamplingOptions) -> [Double] {
    let scaled = logits.map { Double($0) / Double(sampling.temperature) }
    let kth = sampling.topK > 0 ? scaled.sorted(by: >)[sampling.topK - 1] : -.infinity
    var weights = scaled.map { $0 < kth ? 0 : exp($0 - scaled.max()!) }
    let rest = (1 - sampling.topP) * weights.reduce(0, +)
    var below = 0.0
    for index in weights.indices.sorted(by: { weights[$0] < weights[$1] }) where sampling.topP < 1 {
      below += weights[index]
      if below <= rest { weights[index] = 0 }
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// The probability of a chi-square at least this large (Wilson and Hilferty, PNAS 17, 1931).
  private static func probability(ofChiSquare value: Double, degrees: Int) -> Double {
    let degrees = Double(degrees)
    let z = (pow(value / degrees, 1.0 / 3) - (1 - 2 / (9 * degrees))) / (2 / (9 * degrees)).squareRoot()
    return erfc(z / 2.0.squareRoot()) / 2
  }

  @Test(arguments: settings) func `of the softmax`(sampling: SamplingOptions) throws {
    // Without the gain of the last norm the logits are the same whatever came before: every token is one draw more.
    let directory = try ModelDirectory(copying: Fixture("tied"))
    directory.change("transformer.ln_f.weight") { $0.bytes = Data(count: $0.bytes.count) }
    directory.change("transformer.ln_f.bias") { tensor in
      tensor.bytes = (0..<48).map { Float($0 % 7) - 3 }.withUnsafeBytes { Data($0) }
    }
    try directory.write()
    let model = try CausalLanguageModel(
      directory: directory.path, options: ModelOptions(isFrozen: true), engine: Engine(threadCount: 2))
    let count = 20_000
    let vocabulary = model.architecture.vocabularySize
    let decoder = try Decoder(model, slotCount: 1, maximumLength: 3)
    decoder.read([17, 4, 88], slot: 0)
    let logits = Array(UnsafeBufferPointer(start: decoder.logits(row: 0), count: vocabulary))
    #expect(logits.max()! - logits.min()! > 2)
    var options = GenerationOptions(maximumNewTokens: 50, endOfSequenceIDs: [], batchSize: 16)
    options.sampling = sampling
    let generator = try Generator(model, options: options, longestPrompt: 3)
    var counts = [Int](repeating: 0, count: vocabulary)
    for answer in generator.generate((0..<count / 50).map { [Int32($0 % 101)] }) {
      for token in answer.tokens { counts[Int(token)] += 1 }
    }
    #expect(counts.reduce(0, +) == count)
    let exact = Self.probabilities(logits, sampling)
    // What is left out is never drawn. Rare tokens share a cell, so that each expects 5 at least.
    var (chiSquare, cells) = (0.0, 0)
    var (rareCount, rareExpected) = (0, 0.0)
    for (observed, probability) in zip(counts, exact) {
      #expect(probability > 0 || observed == 0)
      let expected = probability * Double(count)
      if expected >= 5 {
        chiSquare += pow(Double(observed) - expected, 2) / expected
        cells += 1
      } else {
        rareCount += observed
        rareExpected += expected
      }
    }
    if rareExpected >= 5 {
      chiSquare += pow(Double(rareCount) - rareExpected, 2) / rareExpected
      cells += 1
    }
    #expect(cells > 3)
    let p = Self.probability(ofChiSquare: chiSquare, degrees: cells - 1)
    // The draws are fixed by the seed: this holds always or never.
    #expect(p > 0.01 && p < 0.999, "chi-square \(chiSquare) of \(cells) cells, p \(p)")
  }

  @Test func `later tokens of an answer draw numbers of their own`() throws {
    let model = try Fixture("tied").model(engine: Engine(threadCount: 2))
    var options = GenerationOptions(maximumNewTokens: 2, endOfSequenceIDs: [], batchSize: 16)
    options.sampling = SamplingOptions(temperature: 50, seed: 9)
    let generator = try Generator(model, options: options, longestPrompt: 1)
    let pairs = generator.generate(Array(repeating: [8], count: 4000)).map(\.tokens)
    // Nearly uniform over 101 tokens: with the same number twice all pairs would be of neighbours.
    let near = pairs.count { abs($0[0] - $0[1]) <= 10 }
    #expect((600..<1000).contains(near), "\(near) of 4000")
    #expect(Set(pairs).count > 3000)
  }
}
