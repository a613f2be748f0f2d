import Experiments
import Testing

@Suite struct GateTests {
  private let make = RunMaker()

  @Test(
    arguments: [
      ("bleu >= baseline", true, 0.0), ("chrf++ >= baseline - 1", true, -1), ("bleu>=20", false, 20),
      ("test/bleu < baseline + 0.5", true, 0.5),
      ("loss <= baseline-0.25", true, -0.25), ("  perplexity > 1e2 ", false, 100), ("bleu > -1", false, -1),
    ] as [(String, Bool, Double)])
  func `a gate is read`(text: String, usesBaseline: Bool, offset: Double) throws {
    let gate = try ComparisonGate(parsing: text)
    #expect(gate.usesBaseline == usesBaseline && gate.offset == offset)
  }

  @Test(
    arguments: [
      ("", 0), ("blue >= 3", 0), ("bleu => 3", 5), ("bleu 3", 5), ("bleu >=", 7), ("bleu >= best", 8),
      ("bleu >= baseline + ", 19), ("bleu >= baseline ++ 1", 17), ("bleu >= 3 4", 10), ("bleu >= nan", 8),
      ("bleu >= baseline * 2", 17),
    ])
  func `a mistake is pointed at`(text: String, position: Int) {
    #expect { try ComparisonGate(parsing: text) } throws: { error in
      (error as? ComparisonGate.SyntaxError)?.position == position
    }
  }

  @Test func `with a named baseline every other is judged, otherwise the best alone`() throws {
    let runs = try [make.run("a", wrong: 9), make.run("b", wrong: 3), make.run("c", wrong: 20)]
    let named = try Comparison.of(runs, baseline: .run("a"))
    let judgements = try ComparisonGate(parsing: "bleu >= baseline").judge(named)
    #expect(judgements.map(\.label) == ["b", "c"] && judgements.map(\.holds) == [true, false])
    let (value, bound) = (try #require(judgements[1].value), try #require(judgements[1].bound))
    #expect(judgements[1].shortfall == bound - value && bound == named["a"]?.score?.value)
    let best = try ComparisonGate(parsing: "bleu > 20").judge(Comparison.of(runs))
    #expect(best.map(\.label) == ["b"] && best[0].holds)
    #expect(try ComparisonGate(parsing: "bleu > baseline + 1000").judge(named).allSatisfy { !$0.holds })
  }

  @Test func `a missing score, and one on other rows, fail the gate with the reason`() throws {
    var other = make
    other.references.removeLast()
    let left = ComparedRun(unfinished: try ExperimentName("left"), status: .running)
    let comparison = try Comparison.of(
      [make.run("a", wrong: 9), other.run("b", wrong: 0), left], baseline: .run("a"))
    let judgements = try ComparisonGate(parsing: "bleu >= baseline").judge(comparison)
    #expect(judgements.allSatisfy { !$0.holds })
    #expect(judgements.map(\.reason) == [.differentRows(own: 39, others: 40, shared: 39), .unfinished])
    // A bound of its own needs no rows in common.
    let fixed = try ComparisonGate(parsing: "bleu >= 90").judge(comparison)
    #expect(fixed.map(\.holds) == [true, false])
    let missing = try ComparisonGate(parsing: "test/bleu >= 1").judge(comparison)
    #expect(missing[0].reason == .noScore(metric: "test/bleu"))
    #expect(try ComparisonGate(parsing: "bleu > 1").judge(Comparison.of([left])).map(\.holds) == [false])
  }
}
