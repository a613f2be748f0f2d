public import Tables

/// One `key=value` of a command line or a table of trials, understood and checked by itself.
public struct SettingOverride: Sendable, Equatable {
  /// The full key: `training.lora_r`.
  public let key: String
  public let value: JSONValue
  /// The value as it was given: YAML.
  public let written: String

  /// - Throws: `ConfigurationError` for an unknown key and a refused value; how it goes with others is not known yet.
  public init(parsing text: String) throws(ConfigurationError) {
    var collector = SettingsCollector()
    try collector.take(override: text)
    guard let (key, node) = collector.nodes.first, let parameter = ParameterTable.parameter(key) else {
      throw ValueOrigin.override(text).error(
        "this setting is known from H2O LLM Studio, and has no counterpart here; leave it out")
    }
    self.key = key
    value = try parameter.setting(node.node, origin: node.origin)
    written = text.firstIndex(of: "=").map { String(text[text.index(after: $0)...]) } ?? ""
  }

  /// An override with another path in it, when it gives an absolute one to a setting that names files.
  static func mappingPath(in text: String, _ mapPath: (String) -> String) throws(ConfigurationError) -> String {
    guard let equals = text.firstIndex(of: "="),
      let parameter = ParameterTable.parameters(named: String(text[..<equals])).first,
      parameter.namesFiles, case .string(let path) = try SettingOverride(parsing: text).value, path.hasPrefix("/")
    else { return text }
    return text[...equals] + yamlScalar(mapPath(path))
  }
}

extension Parameter {
  /// The name alone where it says which setting is meant, the full key otherwise.
  public var shortKey: String { ParameterTable.parameters(named: name).count == 1 ? name : key }

  /// Whether values are paths, or may be.
  public var namesFiles: Bool {
    switch kind {
    case .path, .backbone, .adapter: true
    default: false
    }
  }

  /// Whether values are numbers, so that a range of them has a meaning.
  public var isNumeric: Bool {
    switch kind {
    case .integer, .number: true
    default: false
    }
  }
}
