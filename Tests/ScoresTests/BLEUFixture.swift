import Foundation
import Scores
import Tables
import Testing

/// The scores that sacreBLEU gave, read from the fixture.
struct BLEUFixture {
  struct Row {
    let prediction: String
    let reference: String
    /// Under each tokenizer's name: sentence score, then the ten statistics; under "… words": the words of both sides.
    let values: JSONValue
  }

  let corpus: JSONValue
  let signatures: JSONValue
  let rows: [Row]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/Scores/bleu.jsonl").standardizedFileURL.path
    let lines = try JSONLines.read(path: file).values
    let head = try #require(lines.first)
    corpus = try #require(head["corpus"])
    signatures = try #require(head["signatures"])
    rows = try lines.dropFirst().map { line in
      let pair = try #require(line["pair"]?.arrayValue)
      return Row(
        prediction: try #require(pair[0].stringValue), reference: try #require(pair[1].stringValue),
        values: line)
    }
  }

  func statistics(_ tokenizer: BLEUTokenizer) -> [BLEUStatistics] {
    let bleu = BLEU(tokenizer: tokenizer)
    return rows.map { bleu.statistics(prediction: $0.prediction, reference: $0.reference) }
  }
}
