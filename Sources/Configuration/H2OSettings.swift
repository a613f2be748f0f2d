internal import Foundation
internal import Tables

/// What H2O LLM Studio writes otherwise than we do: its own names for our settings, and files of other problem types.
enum H2OSettings {
  /// The only one of its problem types that is ours.
  private static let problemType = "text_causal_language_modeling"

  /// Whether the file is one of H2O LLM Studio's: each has one of these at the top.
  static func isWriter(of entries: [YAMLEntry]) -> Bool {
    entries.contains { ["problem_type", "logging"].contains($0.key.scalarText) }
  }

  /// - Throws: `ConfigurationError` for a file that is not about a causal language model.
  static func checkProblemType(_ entries: [YAMLEntry], path: String) throws(ConfigurationError) {
    guard let entry = entries.first(where: { $0.key.scalarText == "problem_type" }) else { return }
    guard entry.value.scalarText != problemType else { return }
    throw ValueOrigin.file(path, entry.value.mark ?? entry.key.mark).error(
      "problem_type is \(entry.value.spelling), but only \(problemType) can be trained here", key: "problem_type",
      found: entry.value.spelling, allowed: problemType)
  }

  /// The settings that a key of H2O LLM Studio stands for under other names.
  ///
  /// - Returns: the settings by full key, and whether that is all its value says; `nil` when it stands for none.
  static func counterparts(of name: String, _ node: YAMLNode) -> (settings: [(String, YAMLNode)], isWhole: Bool)? {
    switch name {
    case "training.save_checkpoint", "save_checkpoint":
      guard let text = node.scalarText, ["best", "last"].contains(text) else { return nil }
      return ([("training.save_best_checkpoint", node.replaced(by: text == "best" ? "true" : "false"))], true)
    case "tokenizer.tokenizer_kwargs", "tokenizer_kwargs": return tokenizerArguments(node)
    default: return nil
    }
  }

  /// A text of JSON: `{"use_fast": true, "add_prefix_space": false}`.
  private static func tokenizerArguments(_ node: YAMLNode) -> (settings: [(String, YAMLNode)], isWhole: Bool)? {
    guard let text = node.scalarText else { return nil }
    let value: JSONValue
    do { value = try JSONValue(parsing: Data(text.utf8)) } catch {
      // Then it says nothing that could be read, and is named as a key without counterpart.
      return nil
    }
    guard let members = value.objectMembers else { return nil }
    var settings: [(String, YAMLNode)] = []
    for member in members {
      guard ["use_fast", "add_prefix_space"].contains(member.key), let flag = member.value.boolValue else { continue }
      settings.append(("tokenizer." + member.key, node.replaced(by: flag ? "true" : "false")))
    }
    return (settings, settings.count == members.count)
  }
}

extension YAMLNode {
  /// The text of a scalar, `nil` for anything else.
  var scalarText: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// A plain scalar in the same place.
  fileprivate func replaced(by text: String) -> YAMLNode {
    YAMLNode(content: .scalar(text, isPlain: true), mark: mark)
  }
}
