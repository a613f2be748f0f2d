import Scores
import Tables
import Testing

@Suite struct BLEUTests {
  @Test(arguments: BLEUTokenizer.allCases)
  func `words are those of sacreBLEU`(tokenizer: BLEUTokenizer) throws {
    let bleu = try BLEU(tokenizer: tokenizer)
    var compared = 0
    for row in try ScoresFixture().rows {
      guard let words = row.values["\(tokenizer.rawValue) words"]?.arrayValue else { continue }
      for (line, expected) in zip([row.prediction, row.reference], words) {
        let found = bleu.words(of: line).joined(separator: " ")
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
    let fixture = try ScoresFixture()
    #expect(fixture.rows.count > 700)
    for (row, statistics) in zip(fixture.rows, try fixture.statistics(tokenizer)) {
      let expected = try row.numbers(tokenizer.rawValue)
      #expect(statistics.values.prefix(6).map(Double.init) == Array(expected[1...]), "\(row)")
      #expect(statistics.total == (0..<4).map { max(0, statistics.hypothesisLength - $0) })
      #expect(abs(BLEU.sentenceScore(of: statistics).score - expected[0]) < 1e-9, "\(row)")
    }
  }

  @Test(arguments: BLEUTokenizer.allCases)
  func `corpus scores are those of sacreBLEU`(tokenizer: BLEUTokenizer) throws {
    let fixture = try ScoresFixture()
    let rows = try fixture.statistics(tokenizer)
    for (range, expected) in try fixture.sets(tokenizer.rawValue) {
      let score = BLEU.corpusScore(of: rows[range].sum())
      #expect(abs(score.score - (try #require(expected["score"]?.doubleValue))) < 1e-9, "rows \(range)")
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
    let bleu = try BLEU(tokenizer: tokenizer)
    let found = [
      bleu.signature(), bleu.signature(short: true), bleu.signature(effectiveOrder: true),
      bleu.signature(effectiveOrder: true, short: true),
    ]
    let expected = try ScoresFixture().signatures[tokenizer.rawValue]?.arrayValue?.map(\.stringValue)
    #expect(found == expected)
  }

  @Test func `nothing scores nothing`() {
    #expect(BLEU.corpusScore(of: .zero).score == 0)
    #expect(BLEU.corpusScore(of: .zero).brevityPenalty == 1)
    #expect(BLEU.meanSentenceScore(of: []) == nil)
  }

  @Test func `statistics survive as plain numbers`() throws {
    let statistics = try BLEU(tokenizer: .char).statistics(prediction: "猫が猫を", reference: "猫が犬を見た")
    #expect(statistics.values == [4, 6, 3, 1, 0, 0, 4, 3, 2, 1])
    #expect(BLEUStatistics(values: statistics.values) == statistics)
    #expect(BLEUStatistics(values: [1]) == nil)
    #expect(BLEUStatistics(values: [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0]) == nil)
    #expect((statistics + statistics).values == statistics.values.map { $0 * 2 })
  }

  @Test func `the mean of sentence scores is over rows`() throws {
    let bleu = try BLEU(tokenizer: .thirteenA)
    let rows = ["a b c d", "x"].map { bleu.statistics(prediction: $0, reference: "a b c d") }
    #expect(abs((BLEU.meanSentenceScore(of: rows) ?? 0) - 50) < 1e-9)
  }

  @Test func `a long repetitive row takes no quadratic time`() throws {
    let line = String(repeating: "a b ", count: 50_000)
    let statistics = try BLEU(tokenizer: .thirteenA).statistics(prediction: line, reference: line)
    #expect(statistics.correct == [100_000, 99_999, 99_998, 99_997])
  }

  @Test func `the era name that only Debian's dictionary has is no word`() throws {
    let bleu = try BLEU(tokenizer: .japanese)
    #expect(bleu.words(of: "これは令和六年の話") == ["これ", "は", "令", "和", "六", "年", "の", "話"])
    #expect(bleu.words(of: "法令和解") == ["法令", "和解"])
  }

  @Test func `white space longer than MeCab can count separates like any other`() throws {
    let line = String(repeating: " ", count: 70_000) + "猫" + String(repeating: " ", count: 70_000) + "犬"
    #expect(try BLEU(tokenizer: .japanese).words(of: line) == ["猫", "犬"])
  }

  @Test(
    arguments: [
      (["これはペンです。", "OK"], .japanese), (["カタカナ", "OK", "Yes"], .thirteenA), (["ﾊﾝｶｸ"], .japanese),
      (["漢字・記号"], .thirteenA), (["Hello"], .thirteenA), ([], .thirteenA),
    ] as [([String], BLEUTokenizer)])
  func `the automatic tokenizer follows kana in the references`(references: [String], expected: BLEUTokenizer) {
    #expect(BLEUTokenizer.resolveAutomatic(references: references) == expected)
  }
}
