import Experiments
import Scores
import Testing

/// Comparisons by a judge who gave no score for some rows.
@Suite struct JudgedComparisonTests {
  private let maker = RunMaker()
  /// Rows of which every third is hard.
  private let base: [Double?] = (0..<30).map { $0 % 3 == 0 ? 1 : 7 }

  private func without(_ rows: [Int], _ scores: [Double?]) -> [Double?] {
    scores.enumerated().map { rows.contains($0.offset) ? nil : $0.element }
  }

  @Test func `two runs are compared by the rows that both have a score for, whatever their means say`() throws {
    // A point worse on every row, and the hard ones missing: its mean is the higher one.
    let hard = [0, 3, 6, 9, 12, 15, 18]
    let flattered = without(hard, base.map { $0.map { $0 - 0.5 } })
    let comparison = try Comparison.of(
      [maker.judged("base", base), maker.judged("flattered", flattered)], baseline: .run("base"))
    let (first, second) = (try #require(comparison["base"]?.score), try #require(comparison["flattered"]?.score))
    #expect(second.value > first.value && second.rows == 23 && second.missing == 7 && first.missing == 0)
    let test = try #require(comparison["flattered"]?.standing.test)
    #expect(abs(test.rows.difference + 0.5) < 1e-12 && !test.isBetter && test.isMoreThanLuck)
    #expect(test.coverage == ScoreCoverage(scored: 23, rows: 30))
    // Every pair differs by the same, so that no choice of rows changes it.
    #expect(abs(test.rows.interval.lower + 0.5) < 1e-12 && abs(test.rows.interval.upper + 0.5) < 1e-12)
    guard case .decided(let lead) = comparison.verdict else {
      Issue.record("\(comparison.verdict)")
      return
    }
    #expect(comparison.candidates[lead.winner].label == "base" && abs(lead.margin - 0.5) < 1e-12 && lead.rows == 23)
    let part = ScoreCoverage(scored: 23, rows: 30)
    #expect(comparison.warnings.contains(.partialScore(label: "flattered", part, others: 0)))
    #expect(comparison.warnings.contains(.sharedRows(label: "flattered", part, others: 0)))
    // A gate compares means, and these are over other rows.
    let gate = try #require(try ComparisonGate(parsing: "judge >= baseline").judge(comparison).first)
    #expect(!gate.holds && gate.reason == .differentRows(own: 23, others: 30, shared: 23))
  }

  @Test func `the test is that of the shared rows alone, as if the others had never been`() throws {
    let one = without([1, 2, 4, 11], (0..<30).map { Double($0 * 7 % 11) })
    let two = without([2, 5, 20], (0..<30).map { Double($0 * 5 % 9) })
    let shared = (0..<30).filter { one[$0] != nil && two[$0] != nil }
    #expect(shared.count == 24)
    let partial = try Comparison.of(
      [maker.judged("one", one), maker.judged("two", two)], baseline: .run("one"))["two"]?.standing.test
    var shorter = maker
    shorter.references = shared.map { maker.references[$0] }
    let whole = try Comparison.of(
      [shorter.judged("one", shared.map { one[$0] }), shorter.judged("two", shared.map { two[$0] })],
      baseline: .run("one"))["two"]?.standing.test
    #expect(partial?.rows == whole?.rows && partial?.pValue == whole?.pValue && partial != nil)
    #expect(whole?.coverage == nil && partial?.coverage == ScoreCoverage(scored: 24, rows: 30))
  }

  @Test func `scores that share less than half of the rows are not compared, and a few rows are no baseline`() throws {
    let few = without(Array(0..<16), base.map { _ in 10 })
    let comparison = try Comparison.of(
      [maker.judged("few", few), maker.judged("base", base), maker.judged("better", base.map { $0.map { $0 + 1 } })])
    // 14 of 30 rows with the best mean of all.
    #expect(comparison.baselineCandidate?.label == "better")
    #expect(comparison["few"]?.standing == .untested(.differentRows(own: 14, others: 30, shared: 14)))
    guard case .decided(let lead) = comparison.verdict else {
      Issue.record("\(comparison.verdict)")
      return
    }
    #expect(comparison.candidates[lead.winner].label == "better" && comparison.candidates.last?.label == "few")
    let half = without(Array(0..<15), base.map { _ in 10 })
    let compared = try Comparison.of([maker.judged("half", half), maker.judged("base", base)], baseline: .run("base"))
    #expect(compared["half"]?.standing.test?.coverage == ScoreCoverage(scored: 15, rows: 30))
  }

  @Test func `of several seeds the rows count that every one has a score for`() throws {
    let runs = try [
      maker.judged("a-1", without([0], base), seed: 1), maker.judged("a-2", without([1, 2], base), seed: 2),
      maker.judged("b-1", base, seed: 1, rank: 8), maker.judged("b-2", without([3], base), seed: 2, rank: 8),
    ]
    let comparison = try Comparison.of(runs)
    #expect(comparison.candidates.count == 2)
    let test = try #require(comparison.candidates.compactMap(\.standing.test).first)
    #expect(test.coverage == ScoreCoverage(scored: 26, rows: 30) && test.rows.difference == 0)
    #expect(
      comparison.candidates.map(\.score?.missing) == [1, 2] || comparison.candidates.map(\.score?.missing) == [2, 1])
  }
}
