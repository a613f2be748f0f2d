internal import Foundation
internal import Hashing
internal import Tables

/// The newest form of our documents that this program knows.
let documentFormat = 1

/// One document being read, so that every error can say which one and which key.
struct DocumentReader {
  let name: String
  let json: JSONValue

  /// - Throws: `ExperimentsError` when it is no object, or a newer program wrote it.
  init(_ json: JSONValue, name: String) throws {
    self.name = name
    self.json = json
    guard let format = json["format"]?.integerValue else { throw Self.bad(name, "has no 'format'") }
    guard format <= documentFormat else {
      throw ExperimentsError(
        .invalidContent,
        "cannot read \(name): it has format \(format), and this program knows \(documentFormat). Use a newer kiseki."
      )
    }
  }

  init(part json: JSONValue, of name: String) {
    self.name = name
    self.json = json
  }

  func string(_ key: String) throws -> String { try found(key, json[key]?.stringValue, "text") }
  func integer(_ key: String) throws -> Int { try found(key, json[key]?.integerValue, "a whole number") }
  func date(_ key: String) throws -> Date {
    try found(key, json[key]?.stringValue.flatMap { Experiments.date($0) }, "a time")
  }
  func sha256(_ key: String) throws -> SHA256Digest {
    try found(key, json[key]?.stringValue.flatMap { SHA256Digest(hex: $0) }, "a SHA-256")
  }
  func parts(_ key: String) throws -> [DocumentReader] {
    try found(key, json[key]?.arrayValue, "a list").map { DocumentReader(part: $0, of: "\(name), \(key)") }
  }
  func strings(_ key: String) throws -> [String] {
    try found(key, json[key]?.arrayValue, "a list").compactMap(\.stringValue)
  }
  func integers(_ key: String) throws -> [Int] {
    try found(key, json[key]?.arrayValue, "a list").compactMap(\.integerValue)
  }

  private func found<Value>(_ key: String, _ value: Value?, _ what: String) throws -> Value {
    guard let value else { throw Self.bad(name, "has no \(what) under '\(key)'") }
    return value
  }

  private static func bad(_ name: String, _ what: String) -> ExperimentsError {
    ExperimentsError(.invalidContent, "cannot read \(name): it \(what). Was it changed by hand?")
  }
}

/// An object in the order given, without the members that have no value.
func document(_ members: [(String, JSONValue?)]) -> JSONValue {
  .object(members.compactMap { key, value in value.map { JSONMember(key, $0) } })
}
