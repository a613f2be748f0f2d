internal import Spelling
internal import Tables

/// Gathers what a file and its overrides give, key by key, later overrides over earlier ones.
struct SettingsCollector {
  private(set) var nodes: [String: (node: YAMLNode, origin: ValueOrigin)] = [:]
  /// Keys of H2O LLM Studio that mean nothing here, in the order met.
  private(set) var foreignKeys: [String] = []
  /// Whether the file is a resolved configuration of ours.
  private(set) var hasFormat = false

  mutating func take(file root: YAMLNode?, path: String) throws(ConfigurationError) {
    guard let root else { return }
    let entries = try entries(of: root, named: "a configuration", path: path)
    try H2OSettings.checkProblemType(entries, path: path)
    let isFromH2O = H2OSettings.isWriter(of: entries)
    for entry in entries {
      let name = Self.name(entry.key)
      if name == "format" {
        try takeFormat(entry, path: path)
      } else if name == "problem_type" {
        continue
      } else if isFromH2O, name == "output_directory" {
        // There it is the folder of the run itself, which is made anew here.
        note(foreign: name)
      } else if isSection(name) {
        for inner in try self.entries(of: entry.value, named: "the section '\(name)'", path: path) {
          try take(inner, named: name + "." + Self.name(inner.key), path: path)
        }
      } else if case .mapping = entry.value.content, !isKnown(name) {
        throw ValueOrigin.file(path, entry.key.mark).error(
          "unknown section '\(name)'", key: name,
          nearest: ParameterTable.nearestSection(to: name) ?? ParameterTable.nearest(to: name))
      } else {
        try take(entry, named: name, path: path)
      }
    }
  }

  private func isKnown(_ name: String) -> Bool {
    !ParameterTable.parameters(named: name).isEmpty || ParameterTable.foreignKey(name) != nil
  }

  mutating func take(override text: String) throws(ConfigurationError) {
    let origin = ValueOrigin.override(text)
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw origin.error("an override has the form key=value, for example training.lora_r=8")
    }
    let name = String(text[..<equals])
    let written = String(text[text.index(after: equals)...])
    let node: YAMLNode
    do throws(YAMLProblem) {
      node = try readYAML(Array(written.utf8)) ?? YAMLNode(content: .scalar("", isPlain: true), mark: nil)
    } catch {
      throw origin.error("the value cannot be read: \(error.message)", key: name, found: written)
    }
    if case .scalar("", true) = node.content, written.contains("#") {
      throw origin.error(
        "the value is a YAML comment, because # starts one; put it in double quotes inside the shell's quotes",
        key: name, found: written)
    }
    guard let parameter = try resolve(name, origin: origin) else { return }
    nodes[parameter.key] = (node, origin)
  }

  private mutating func take(_ entry: YAMLEntry, named name: String, path: String) throws(ConfigurationError) {
    let keyOrigin = ValueOrigin.file(path, entry.key.mark)
    if let (settings, isWhole) = H2OSettings.counterparts(of: name, entry.value) {
      for (key, node) in settings {
        try take(
          YAMLEntry(key: YAMLNode(content: .scalar(key, isPlain: true), mark: entry.key.mark), value: node),
          named: key, path: path)
      }
      if isWhole { return }
    }
    guard let parameter = try resolve(name, origin: keyOrigin) else { return }
    if case .file(_, let first) = nodes[parameter.key]?.origin {
      let place = first.map { ", first on line \($0.line)" } ?? ""
      throw keyOrigin.error("\(parameter.key) is given a second time\(place)", key: parameter.key)
    }
    nodes[parameter.key] = (entry.value, .file(path, entry.value.mark ?? entry.key.mark))
  }

  /// The parameter a name stands for; `nil` for a foreign key, which is noted.
  private mutating func resolve(_ name: String, origin: ValueOrigin) throws(ConfigurationError) -> Parameter? {
    let candidates = ParameterTable.parameters(named: name)
    if candidates.count == 1 { return candidates[0] }
    if candidates.count > 1 {
      let keys = candidates.map(\.key).joined(separator: " or ")
      throw origin.error("'\(name)' may mean \(keys); write the section too", key: name, allowed: keys)
    }
    if let foreign = ParameterTable.foreignKey(name) {
      note(foreign: foreign)
      return nil
    }
    throw origin.error("unknown key '\(name)'", key: name, nearest: ParameterTable.nearest(to: name))
  }

  private mutating func note(foreign key: String) {
    if !foreignKeys.contains(key) { foreignKeys.append(key) }
  }

  private mutating func takeFormat(_ entry: YAMLEntry, path: String) throws(ConfigurationError) {
    guard case .scalar("1", true) = entry.value.content else {
      throw ValueOrigin.file(path, entry.value.mark).error(
        "format is \(entry.value.spelling), but this program reads format 1; a newer one may read it",
        key: "format", found: entry.value.spelling, allowed: "1")
    }
    hasFormat = true
  }

  private func isSection(_ name: String) -> Bool {
    name == "logging" || (!name.isEmpty && ParameterTable.sections.contains(name))
  }

  private func entries(of node: YAMLNode, named name: String, path: String) throws(ConfigurationError)
    -> [YAMLEntry]
  {
    switch node.content {
    case .mapping(let entries): return entries
    case .scalar(let text, true) where PlainScalar(text) == .null: return []
    default:
      throw ValueOrigin.file(path, node.mark).error(
        "\(name) must be lines of 'key: value', not \(node.spelling)", found: node.spelling)
    }
  }

  private static func name(_ node: YAMLNode) -> String { node.scalarText ?? "" }
}
