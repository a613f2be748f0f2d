import Foundation
import Tables

/// Tokens beside the pieces of a SentencePiece model, as Transformers keeps them in the files of a tokenizer.
public enum TokenizerFiles {
  public struct AddedToken: Sendable, Hashable {
    public let text: String
    public let id: Int32

    public init(text: String, id: Int32) {
      self.text = text
      self.id = id
    }
  }

  /// The tokens that a directory's files add.
  ///
  /// - Throws: when one of the files is no JSON.
  public static func addedTokens(in directory: String) throws -> [AddedToken] {
    var tokens: [AddedToken] = []
    func add(_ text: String?, _ id: Int?) {
      guard let text, let id = id.flatMap(Int32.init(exactly:)), id >= 0 else { return }
      tokens.append(AddedToken(text: text, id: id))
    }
    for member in try json("added_tokens.json", in: directory)?.objectMembers ?? [] {
      add(member.key, member.value.integerValue)
    }
    let decoder = try json("tokenizer_config.json", in: directory)?["added_tokens_decoder"]
    for member in decoder?.objectMembers ?? [] { add(member.value["content"]?.stringValue, Int(member.key)) }
    for token in try json("tokenizer.json", in: directory)?["added_tokens"]?.arrayValue ?? [] {
      add(token["content"]?.stringValue, token["id"]?.integerValue)
    }
    return tokens
  }

  /// The first id that Transformers would give to a new token.
  ///
  /// - Parameter pieceCount: entries of the SentencePiece model.
  public static func firstFreeID(in directory: String, pieceCount: Int) throws -> Int32 {
    let configuration = try json("tokenizer_config.json", in: directory)
    // T5's class, which Japanese GPT-2 models use, puts tokens of its own behind the pieces unless told otherwise.
    let isT5 = configuration?["tokenizer_class"]?.stringValue?.hasPrefix("T5Tokenizer") ?? false
    let extraCount = isT5 ? configuration?["extra_ids"]?.integerValue ?? 100 : 0
    let afterAdded = try addedTokens(in: directory).map { $0.id + 1 }.max() ?? 0
    return max(Int32(clamping: pieceCount + extraCount), afterAdded)
  }

  /// Copies a tokenizer's files and enters more tokens into them.
  ///
  /// - Throws: `ModelError` or a file error.
  public static func write(from source: String, to directory: String, adding tokens: [AddedToken]) throws {
    for name in try ModelFiles.tokenizerFiles(in: source) where name != "generation_config.json" {
      guard name.hasSuffix(".json") else {
        try OutputFile.write(Data(contentsOf: URL(fileURLWithPath: source + "/" + name)), to: directory + "/" + name)
        continue
      }
      let content = try JSONValue(contentsOf: source + "/" + name)
      try OutputFile.write(entering(tokens, into: content, name).document(), to: directory + "/" + name)
    }
    let list = try json("added_tokens.json", in: source) ?? .object([])
    try OutputFile.write(
      entering(tokens, into: list, "added_tokens.json").document(), to: directory + "/added_tokens.json")
  }

  private static func entering(_ tokens: [AddedToken], into file: JSONValue, _ name: String) -> JSONValue {
    var members = file.objectMembers ?? []
    func set(_ key: String, _ change: (JSONValue?) -> JSONValue) {
      if let index = members.firstIndex(where: { $0.key == key }) {
        members[index] = JSONMember(key, change(members[index].value))
      } else {
        members.append(JSONMember(key, change(nil)))
      }
    }
    switch name {
    case "added_tokens.json":
      for token in tokens { set(token.text) { _ in .integer(Int(token.id)) } }
    case "tokenizer_config.json":
      set("added_tokens_decoder") { old in
        .object(
          (old?.objectMembers ?? [])
            + tokens.map { JSONMember(String($0.id), .object([JSONMember("content", .string($0.text))] + how)) })
      }
      set("additional_special_tokens") { old in
        .array((old?.arrayValue ?? []) + tokens.map { .string($0.text) })
      }
    case "tokenizer.json":
      set("added_tokens") { old in
        .array(
          (old?.arrayValue ?? [])
            + tokens.map {
              .object([JSONMember("id", .integer(Int($0.id))), JSONMember("content", .string($0.text))] + how)
            })
      }
    default: break
    }
    return .object(members)
  }

  /// How the token is found in a text: as it is, wherever it stands.
  private static let how: [JSONMember] = [
    JSONMember("single_word", false), JSONMember("lstrip", false), JSONMember("rstrip", false),
    JSONMember("normalized", false), JSONMember("special", true),
  ]

  private static func json(_ name: String, in directory: String) throws -> JSONValue? {
    let path = directory + "/" + name
    return FileManager.default.fileExists(atPath: path) ? try JSONValue(contentsOf: path) : nil
  }
}
