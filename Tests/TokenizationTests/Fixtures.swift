import Foundation
import Tables
import Testing
import Tokenization

let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "Fixtures/Tokenization")

func tokenizer(_ name: String) throws -> SentencePieceTokenizer {
  try SentencePieceTokenizer(modelPath: fixtures.appending(path: "\(name).model").path)
}

func modelBytes(_ name: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: fixtures.appending(path: "\(name).model")))
}

/// Writes `bytes` as a model file of its own and hands its path to `body`.
func withModelFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).model")
  try Data(bytes).write(to: file)
  defer { try? FileManager.default.removeItem(at: file) }
  return try body(file.path)
}

/// The error of loading `bytes`, `nil` when they load.
func loadingFault(_ bytes: [UInt8]) throws -> String? {
  try withModelFile(bytes) { (path) -> String? in
    do {
      _ = try SentencePieceTokenizer(modelPath: path)
      return nil
    } catch let error as TokenizationError {
      #expect(error.description.contains(path))
      return error.description
    }
  }
}

/// What spm_encode and spm_decode said about one text.
struct EncodingCase: CustomTestStringConvertible {
  let text: String
  let ids: [Int32]
  let pieces: [String]
  let decoded: String

  var testDescription: String { String(reflecting: text) }

  static func all(_ name: String) throws -> [EncodingCase] {
    let document = try JSONValue(parsing: Data(contentsOf: fixtures.appending(path: "\(name).json")))
    return try (document.arrayValue ?? []).map { value in
      let pieces = try #require(value["pieces"]?.stringValue)
      return EncodingCase(
        text: try #require(value["text"]?.stringValue),
        ids: try #require(value["ids"]?.arrayValue).map { Int32(try #require($0.integerValue)) },
        pieces: pieces.isEmpty ? [] : pieces.split(separator: " ").map(String.init),
        decoded: try #require(value["decoded"]?.stringValue))
    }
  }
}
