import Foundation
import Scores
import Tables
import Testing

/// The scores that sacreBLEU gave, read from the fixture.
struct ScoresFixture {
  struct Row {
    let prediction: String
    let reference: String
    /// Under the name of a metric: the row's score, then counts; under "… words": the words of both sides.
    let values: JSONValue

    func numbers(_ name: String) throws -> [Double] {
      try #require(values[name]?.arrayValue).map { try #require($0.doubleValue) }
    }
  }

  let corpus: JSONValue
  let signatures: JSONValue
  let rows: [Row]

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/Scores/scores.jsonl").standardizedFileURL.path
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

  /// The scores of sets of rows, by the rows' range.
  func sets(_ name: String) throws -> [(rows: Range<Int>, expected: JSONValue)] {
    try #require(corpus.objectMembers).map { member in
      let bounds = member.key.split(separator: "..<").compactMap { Int($0) }
      return (bounds[0]..<bounds[1], try #require(member.value[name]))
    }
  }

  func statistics(_ tokenizer: BLEUTokenizer) throws -> [BLEUStatistics] {
    let bleu = try BLEU(tokenizer: tokenizer)
    return rows.map { bleu.statistics(prediction: $0.prediction, reference: $0.reference) }
  }
}
