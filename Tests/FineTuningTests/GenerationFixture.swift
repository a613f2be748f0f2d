import Foundation
import LanguageModels
import Tables
import Testing
import Tokenization

/// What Transformers answers to random prompts: see `Fixtures/Generation/make_fixtures.py`.
struct GenerationFixture {
  /// Decisions closer than this may fall either way by rounding.
  static let certainMargin = 1e-4

  let prompts: [[Int32]]
  let newTokens: Int
  let settings: [String: JSONValue]

  static func document(_ name: String) throws -> JSONValue {
    try JSONValue(parsing: Data(contentsOf: testFixtures.appending(path: "Generation/\(name).json")))
  }

  init(_ name: String) throws {
    let document = try Self.document(name)
    try self.init(document, newTokens: try #require(document["new_tokens"]?.integerValue))
  }

  init(_ document: JSONValue, newTokens: Int) throws {
    self.newTokens = newTokens
    prompts = try #require(document["prompts"]?.arrayValue).map(Self.ids)
    settings = Dictionary(
      uniqueKeysWithValues: try #require(document["settings"]?.objectMembers).map { ($0.key, $0.value) })
  }

  static func ids(_ value: JSONValue?) throws -> [Int32] {
    try #require(value?.arrayValue).map { Int32(try #require($0.integerValue)) }
  }

  var longestPrompt: Int { prompts.map(\.count).max() ?? 1 }

  /// How a setting is called here.
  func options(
    _ name: String, batchSize: Int, stopWords: ([String]) throws -> StopWords?
  ) throws -> GenerationOptions {
    let setting = try #require(settings[name])
    var options = GenerationOptions(
      minimumNewTokens: setting["min_new_tokens"]?.integerValue ?? 0, maximumNewTokens: newTokens,
      endOfSequenceIDs: try setting["ends"].map(Self.ids) ?? [], batchSize: batchSize)
    options.beamCount = setting["beams"]?.integerValue ?? 1
    options.repetitionPenalty = setting["repetition_penalty"]?.doubleValue.map { Float($0) } ?? 1
    options.stopWords = try setting["words"].flatMap { try stopWords($0.arrayValue!.map { $0.stringValue! }) }
    return options
  }

  /// What Transformers answered, and by how much each answer's closest decision was taken.
  func answers(_ name: String) throws -> [(tokens: [Int32], margin: Double)] {
    let setting = try #require(settings[name])
    return try zip(#require(setting["answers"]?.arrayValue), #require(setting["margins"]?.arrayValue)).map {
      (try Self.ids($0), try #require($1.doubleValue))
    }
  }

  /// Stop words where a token's text is its id in decimal.
  static func decimalStopWords(_ words: [String]) -> StopWords? {
    StopWords(words, tokenCount: 200) { Array(String($0).utf8) }
  }
}
