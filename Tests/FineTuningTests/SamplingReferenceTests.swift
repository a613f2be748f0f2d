import Tables
import Tensors
import Testing

@Suite struct `Cuts equal to those of Transformers` {
  @Test func `by temperature, top k and top p`() throws {
    let engine = try Engine()
    let cases = try #require(GenerationFixture.document("sampling")["cases"]?.arrayValue)
    #expect(cases.count == 12)
    for settings in cases {
      func numbers(_ key: String) throws -> [Double] {
        try #require(settings[key]?.arrayValue).map { try #require($0.doubleValue) }
      }
      var weights = try numbers("logits").map { Float($0) }
      var scratch = weights
      engine.samplingWeights(
        &weights, scratch: &scratch, count: weights.count,
        temperature: Float(try #require(settings["temperature"]?.doubleValue)),
        topK: try #require(settings["top_k"]?.integerValue), topP: try #require(settings["top_p"]?.doubleValue))
      let sum = weights.reduce(0.0) { $0 + Double($1) }
      for (weight, probability) in zip(weights, try numbers("probabilities")) {
        #expect((weight > 0) == (probability > 0), "\(settings["top_k"]!), \(settings["top_p"]!)")
        #expect(abs(Double(weight) / sum - probability) < 1e-5)
      }
    }
  }
}
