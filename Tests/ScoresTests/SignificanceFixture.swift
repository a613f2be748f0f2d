import Foundation
import Scores
import Tables
import Testing

/// What sacreBLEU's paired bootstrap gave, read from the fixture.
struct SignificanceFixture {
  let json: JSONValue

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/Scores/significance.json").standardizedFileURL
    json = try JSONValue(parsing: Data(contentsOf: file))
  }

  func numbers(_ keys: String...) throws -> [Double] {
    try #require(keys.reduce(json) { $0?[$1] }?.arrayValue).map { try #require($0.doubleValue) }
  }

  func number(_ keys: String...) throws -> Double { try #require(keys.reduce(json) { $0?[$1] }?.doubleValue) }

  func rows(_ system: String) throws -> ScoredRows {
    let lines = try #require(json["statistics"]?[system]?.arrayValue)
    return .bleu(
      try lines.map { line in
        try #require(BLEUStatistics(values: line.arrayValue?.compactMap(\.integerValue) ?? []))
      })
  }

  /// The rows of every resample.
  func drawn() throws -> [[Int]] {
    try #require(json["drawn"]?.arrayValue).map { $0.arrayValue?.compactMap(\.integerValue) ?? [] }
  }
}
