internal import Spelling
internal import Tables

/// Why a value does not fit its parameter.
struct ValueProblem: Error {
  var problem: String
  var allowed: String
  var nearest: String?
}

extension Parameter {
  /// The node as a value of this parameter, in the one form it is recorded in.
  ///
  /// - Throws: `ValueProblem` for a wrong type, a value out of range, or one without effect in this version.
  func value(from node: YAMLNode) throws(ValueProblem) -> JSONValue {
    let value = try typedValue(from: node)
    switch support {
    case .actsFor(let values) where !values.contains(value): throw unsupported(node)
    case .onlyDefault where value != defaultValue: throw unsupported(node)
    default: return value
    }
  }

  private func typedValue(from node: YAMLNode) throws(ValueProblem) -> JSONValue {
    switch kind {
    case .texts(let minimum):
      let names = try list(from: node)
      guard names.count >= minimum, !names.contains("") else { throw refused(node) }
      return .array(names.map { .string($0) })
    case .choices(let choices):
      let names = try list(from: node)
      guard !names.isEmpty, Set(names).count == names.count, names.allSatisfy(choices.contains) else {
        let stranger = names.first { !choices.contains($0) }
        var problem = refused(node, nearest: stranger.flatMap { nearestName(to: $0, among: choices) })
        if let stranger {
          problem.problem =
            "\(key) is \(node.spelling), and \(doubleQuoted(stranger)) is none of what it must be: \(allowed)"
        } else if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
          problem.problem = "\(key) names \(twice) twice; once is enough"
        }
        throw problem
      }
      // The order says nothing, so one order is recorded.
      return .array(choices.filter(names.contains).map { .string($0) })
    default:
      if case .sequence = node.content, Self.commaSeparated.contains(key) {
        return .string(try list(from: node).joined(separator: ","))
      }
      guard case .scalar(let text, let isPlain) = node.content else { throw refused(node) }
      return try scalarValue(text, isPlain: isPlain, node: node)
    }
  }

  private func scalarValue(_ text: String, isPlain: Bool, node: YAMLNode) throws(ValueProblem) -> JSONValue {
    let meaning = isPlain ? PlainScalar(text) : .text
    switch (kind, meaning) {
    case (.bool, .bool(let value)): return .bool(value)
    case (.integer(let range), .integer(let value)) where range.contains(value): return .integer(value)
    case (.number(let range), .integer(let value)) where range.contains(Double(value)):
      return .number(Double(value))
    // Adding zero turns -0 into 0, which is one value written in one way.
    case (.number(let range), .number(let value)) where range.contains(value): return .number(value + 0)
    case (.bool, _), (.integer, _), (.number, _): throw refused(node)
    default: break
    }
    let written = meaning == .null ? "" : text
    guard !written.unicodeScalars.contains("\0") else { throw refused(node) }
    switch kind {
    case .optionalText: return written.isEmpty || written == "None" ? .null : .string(written)
    case .path, .adapter: return .string(written == "None" ? "" : written)
    case .marker: return .string(decodingEscapes(written))
    case .choice(let names, let aliases):
      let name = aliases[written] ?? written
      guard names.contains(name) else {
        throw refused(node, nearest: nearestName(to: written, among: names + aliases.keys.sorted()))
      }
      return .string(name)
    default: return .string(written)
    }
  }

  /// A list of texts: a YAML list, one bare text, or a Python tuple as H2O LLM Studio writes it.
  private func list(from node: YAMLNode) throws(ValueProblem) -> [String] {
    switch node.content {
    case .mapping: throw refused(node)
    case .scalar(let text, let isPlain):
      if isPlain, PlainScalar(text) == .null { return [] }
      if isPlain, text.hasPrefix("("), text.hasSuffix(")") { return Self.tuple(text) }
      return text.isEmpty ? [] : [text]
    case .sequence(let items):
      var names: [String] = []
      for item in items {
        guard case .scalar(let text, _) = item.content else { throw refused(item) }
        names.append(text)
      }
      return names
    }
  }

  /// Texts that hold several names, which older files of H2O LLM Studio write as a list.
  private static let commaSeparated: Set<String> = ["prediction.stop_tokens", "training.lora_target_modules"]

  private static func tuple(_ text: String) -> [String] {
    var items = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimming(while: \.isWhitespace) }
    if items.last == "" { items.removeLast() }
    return items.map { item in
      let isQuoted = item.count >= 2 && item.first == item.last && (item.first == "'" || item.first == "\"")
      return isQuoted ? String(item.dropFirst().dropLast()) : item
    }
  }

  private func refused(_ node: YAMLNode, nearest: String? = nil) -> ValueProblem {
    ValueProblem(
      problem: "\(key) is \(node.spelling), but must be \(allowed)", allowed: allowed, nearest: nearest)
  }

  private func unsupported(_ node: YAMLNode) -> ValueProblem {
    ValueProblem(
      problem: "\(key) \(node.spelling) is not supported yet; use \(supported)", allowed: supported)
  }
}

extension Substring {
  fileprivate func trimming(while predicate: (Character) -> Bool) -> String {
    let start = drop(while: predicate)
    let end = start.lastIndex { !predicate($0) }
    return end.map { String(start[...$0]) } ?? ""
  }
}
