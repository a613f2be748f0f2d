import Scores
import Tables
import Testing

@Suite struct BLEUTests {
  @Test(arguments: BLEUTokenizer.allCases)
  func `words are those of sacreBLEU`(tokenizer: BLEUTokenizer) throws {
    var compared = 0
    for row in try BLEUFixture().rows {
      guard let words = row.values["\(tokenizer.rawValue) words"]?.arrayValue else { continue }
      for (line, expected) in zip([row.prediction, row.reference], words) {
        let found = tokenizer.words(of: line).joined(separator: " ")
        // By scalars, because == between strings ignores how a character is composed.
        #expect(
          found.unicodeScalars.elementsEqual(try #require(expected.stringValue).unicodeScalars),
          "\(line.debugDescription) became \(found.debugDescription)")
        compared += 1
      }
    }
    #expect(compared > 100)
  }

  @Test(arguments: BLEUTokenizer.allCases)
  func `statistics and sentence scores are those of sacreBLEU`(tokenizer: BLEUTokenizer) throws {
    let fixture = try BLEUFixture()
    #expect(fixture.rows.count > 600)
    for (row, statistics) in zip(fixture.rows, fixture.statistics(tokenizer)) {
      let expected = try #require(row.values[tokenizer.rawValue]?.arrayValue)
      #expect(statistics.values == expected.dropFirst().map { $0.integerValue }, "\(row)")
      let score = BLEU.sentenceScore(of: statistics).score
      #expect(abs(score - (try #require(expected[0].doubleValue))) < 1e-9, "\(row)")
    }
  }

  @Test(arguments: BLEUTokenizer.allCases)
  func `corpus scores are those of sacreBLEU`(tokenizer: BLEUTokenizer) throws {
    let fixture = try BLEUFixture()
    let rows = fixture.statistics(tokenizer)
    for member in try #require(fixture.corpus.objectMembers) {
      let bounds = member.key.split(separator: "..<").compactMap { Int($0) }
      let expected = try #require(member.value[tokenizer.rawValue])
      let score = BLEU.corpusScore(of: rows[bounds[0]..<bounds[1]].sum())
      #expect(abs(score.score - (try #require(expected["score"]?.doubleValue))) < 1e-9, "rows \(member.key)")
      #expect(abs(score.brevityPenalty - (try #require(expected["brevity_penalty"]?.doubleValue))) < 1e-9)
      #expect(
        [score.hypothesisLength, score.referenceLength]
          == expected["lengths"]?.arrayValue?.map(\.integerValue))
      for (precision, value) in zip(score.precisions, try #require(expected["precisions"]?.arrayValue)) {
        #expect(abs(precision - (try #require(value.doubleValue))) < 1e-9)
      }
    }
  }

  @Test(arguments: BLEUTokenizer.allCases)
  func `signatures are those of sacreBLEU`(tokenizer: BLEUTokenizer) throws {
    let bleu = BLEU(tokenizer: tokenizer)
    let found = [
      bleu.signature(), bleu.signature(short: true), bleu.signature(effectiveOrder: true),
      bleu.signature(effectiveOrder: true, short: true),
    ]
    let expected = try BLEUFixture().signatures[tokenizer.rawValue]?.arrayValue?.map(\.stringValue)
    #expect(found == expected)
  }

  @Test func `nothing scores nothing`() {
    #expect(BLEU.corpusScore(of: .zero).score == 0)
    #expect(BLEU.corpusScore(of: .zero).brevityPenalty == 1)
    #expect(BLEU.meanSentenceScore(of: []) == nil)
  }

  @Test func `statistics survive as plain numbers`() {
    let statistics = BLEU(tokenizer: .char).statistics(prediction: "猫が猫を", reference: "猫が犬を見た")
    #expect(statistics.values == [4, 6, 3, 1, 0, 0, 4, 3, 2, 1])
    #expect(BLEUStatistics(values: statistics.values) == statistics)
    #expect(BLEUStatistics(values: [1]) == nil)
    #expect(BLEUStatistics(values: [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    #expect((statistics + statistics).values == statistics.values.map { $0 * 2 })
  }

  @Test func `the mean of sentence scores is over rows`() {
    let bleu = BLEU(tokenizer: .thirteenA)
    let rows = ["a b c d", "x"].map { bleu.statistics(prediction: $0, reference: "a b c d") }
    #expect(abs((BLEU.meanSentenceScore(of: rows) ?? 0) - 50) < 1e-9)
  }

  @Test func `a long repetitive row takes no quadratic time`() {
    let line = String(repeating: "a b ", count: 50_000)
    let statistics = BLEU(tokenizer: .thirteenA).statistics(prediction: line, reference: line)
    #expect(statistics.correct == [100_000, 99_999, 99_998, 99_997])
  }

  @Test(
    arguments: [
      (["これはペンです。", "OK"], .char), (["カタカナ", "OK", "Yes"], .thirteenA), (["ﾊﾝｶｸ"], .char),
      (["漢字・記号"], .thirteenA), (["Hello"], .thirteenA), ([], .thirteenA),
    ] as [([String], BLEUTokenizer)])
  func `the automatic tokenizer follows kana in the references`(references: [String], expected: BLEUTokenizer) {
    #expect(BLEUTokenizer.resolveAutomatic(references: references) == expected)
  }
}
