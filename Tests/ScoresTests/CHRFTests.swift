import Scores
import Tables
import Testing

@Suite struct CHRFTests {
  private func statistics(_ fixture: ScoresFixture) -> [CHRFStatistics] {
    fixture.rows.map { CHRF.statistics(prediction: $0.prediction, reference: $0.reference) }
  }

  @Test func `matching n-grams are those of sacreBLEU`() throws {
    let fixture = try ScoresFixture()
    for (row, statistics) in zip(fixture.rows, statistics(fixture)) {
      let matches = stride(from: 2, to: statistics.values.count, by: 3).map { Double(statistics.values[$0]) }
      #expect(matches == Array(try row.numbers("chrf++")[1...]), "\(row)")
    }
  }

  @Test(arguments: CHRF.allCases)
  func `scores of rows and of sets are those of sacreBLEU`(variant: CHRF) throws {
    let fixture = try ScoresFixture()
    let rows = statistics(fixture)
    for (row, statistics) in zip(fixture.rows, rows) {
      #expect(abs(variant.score(of: statistics) - (try row.numbers(variant.rawValue)[0])) < 1e-9, "\(row)")
    }
    for (range, expected) in try fixture.sets(variant.rawValue) {
      let score = variant.score(of: rows[range].sum())
      #expect(abs(score - (try #require(expected["score"]?.doubleValue))) < 1e-9, "rows \(range)")
    }
  }

  @Test(arguments: CHRF.allCases)
  func `signatures are those of sacreBLEU`(variant: CHRF) throws {
    #expect([variant.signature] == (try ScoresFixture().signatures[variant.rawValue]?.arrayValue?.map(\.stringValue)))
  }

  @Test(arguments: CHRF.allCases)
  func `drawing every row once gives the score of the set`(variant: CHRF) throws {
    let rows = statistics(try ScoresFixture())
    let scored = ScoredRows.chrf(rows, variant)
    #expect(scored.score == variant.score(of: rows.sum()))
    let twice = Bootstrap.scores(of: [scored], drawn: [[3, 3, 8]])
    #expect(twice == [[variant.score(of: [rows[3], rows[3], rows[8]].sum())]])
  }

  @Test func `statistics survive as plain numbers`() {
    let statistics = CHRF.statistics(prediction: "猫が 猫を", reference: "猫が犬を見た")
    #expect(Array(statistics.values.prefix(6)) == [4, 6, 3, 3, 5, 1])
    #expect(CHRFStatistics(values: statistics.values) == statistics)
    #expect(CHRFStatistics(values: [1]) == nil)
    #expect(CHRFStatistics(values: statistics.values.map { -$0 }) == nil)
  }
}

@Suite struct ExactMatchTests {
  @Test(
    arguments: [
      ("はい。", "はい。", true), (" はい。\n", "はい。　", true), ("はい", "はい。", false), ("OK", "ok", false),
      ("が", "か\u{3099}", false), ("", " ", true), ("a  b", "a b", false),
    ] as [(String, String, Bool)])
  func `only white space around a text is ignored`(prediction: String, reference: String, holds: Bool) {
    #expect(ExactMatch.holds(prediction: prediction, reference: reference) == holds)
  }

  @Test func `a share is the sum of the parts over the sum of the wholes`() {
    #expect(ScoredRows.share([(1, 4), (3, 4), (0, 2)]).score == 0.4)
    #expect(ScoredRows.share([]).score.isNaN)
  }
}
