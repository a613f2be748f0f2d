import Experiments
import Tables
import Testing

struct ValueDifferenceTests {
  @Test func `units in the last place count the numbers between, across zero too`() {
    #expect(ValueDifference.ulps(1.0, 1.0.nextUp.nextUp) == 2)
    #expect(ValueDifference.ulps(1.0, 1.0.nextDown) == 1)
    #expect(ValueDifference.ulps(0.0, -0.0) == 0)
    #expect(ValueDifference.ulps(-Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude) == 2)
    #expect(ValueDifference.ulps(-Double.infinity, .infinity) == 0xFFE0_0000_0000_0000)
    #expect(ValueDifference.ulps(Float(2), Float(2).nextUp) == 1)
    #expect(ValueDifference.ulps(-Float.leastNonzeroMagnitude, 0) == 1)
  }

  @Test func `the first member that differs is named by its path, with how much`() throws {
    let recorded: JSONValue = ["step": 4, "scores": ["loss": 2.5, "bleu": [1, 2, 3]], "text": "a"]
    #expect(ValueDifference.first(recorded, recorded) == nil)
    let cases: [(JSONValue, String)] = [
      (
        ["step": 4, "scores": ["loss": .number(2.5.nextUp), "bleu": [1, 2, 3]], "text": "a"],
        "scores.loss, 1 ulp (2.5 vs 2.5000000000000004, relative 1.8e-16)"
      ),
      (
        ["step": 4, "scores": ["loss": 2.5, "bleu": [1, 7, 3]], "text": "a"],
        "scores.bleu[1], 7881299347898368 ulp (2 vs 7, relative 2.5e0)"
      ),
      (["step": 4, "scores": ["loss": 2.5, "bleu": [1, 2]], "text": "a"], "scores.bleu[2] (3 vs nothing)"),
      (["step": 4, "scores": ["loss": 2.5, "bleu": [1, 2, 3]], "text": "b"], "text ('a' vs 'b')"),
      (["step": 4, "text": "a"], "scores (… vs nothing)"),
      (["step": 4, "scores": ["loss": 2.5, "bleu": [1, 2, 3]], "text": "a", "new": true], "new (nothing vs true)"),
    ]
    for (repeated, sentence) in cases {
      #expect(ValueDifference.first(recorded, repeated)?.description == sentence)
    }
    // A whole number is written without a fraction and stays the same number.
    #expect(ValueDifference.first(["a": 1], ["a": 1.0]) == nil)
  }
}
