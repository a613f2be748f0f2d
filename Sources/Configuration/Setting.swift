internal import Tables

/// A checked value and where it was written.
struct Setting {
  var value: JSONValue
  var origin: ValueOrigin
}

extension Parameter {
  /// The node's checked value, with the place in the error when it is refused.
  func setting(_ node: YAMLNode, origin: ValueOrigin) throws(ConfigurationError) -> JSONValue {
    do {
      return try value(from: node)
    } catch {
      throw origin.error(
        error.problem, key: key, found: node.spelling, allowed: error.allowed, nearest: error.nearest)
    }
  }
}

extension YAMLNode {
  /// The node that reads as `value`; a marker's backslashes are doubled, because reading one decodes escapes.
  init(_ value: JSONValue, isMarker: Bool) {
    switch value {
    case .string(let text):
      content = .scalar(isMarker ? encodingEscapes(text) : text, isPlain: false)
    case .array(let values):
      content = .sequence(values.map { YAMLNode($0, isMarker: false) })
    case .object(let members):
      content = .mapping(
        members.map { member in
          YAMLEntry(
            key: YAMLNode(.string(member.key), isMarker: false),
            value: YAMLNode(member.value, isMarker: false))
        })
    case .null, .bool, .integer, .number:
      content = .scalar(Parameter.text(value), isPlain: true)
    }
  }
}
