public import Tables

extension ExperimentConfiguration {
  /// The complete configuration as YAML: every key in the order of the table, every default written out.
  ///
  /// Reading it back gives an equal configuration.
  ///
  /// - Parameter mapPath: what to write for a path; it gets the key and the absolute path. Without it, paths stay as
  ///   they were written. Hub ids and empty paths are never mapped.
  public func resolvedYAML(mappingPaths mapPath: ((_ key: String, _ absolutePath: String) -> String)? = nil)
    -> String
  {
    var text = "format: 1\n"
    for section in ParameterTable.sections {
      if !section.isEmpty { text += section + ":\n" }
      for parameter in ParameterTable.all where parameter.section == section {
        let indentation = section.isEmpty ? "" : "  "
        text += "\(indentation)\(parameter.name): \(written(parameter, mapPath))\n"
      }
    }
    return text
  }

  /// The complete configuration with paths as seen from the workspace, the form in which it is recorded.
  ///
  /// A path that shares nothing with the workspace but the root keeps only its last part: the record must not hold the
  /// layout of someone's machine. What the file was, its hash says.
  public func resolvedYAML(relativeTo workspace: String) -> String {
    let base = PathText.absolute(workspace, from: configDirectory)
    return resolvedYAML { _, path in
      PathText.relative(path, to: base) ?? path.split(separator: "/").last.map(String.init) ?? "."
    }
  }

  /// Every setting by its full key, in the order of the table, with paths as `mapPath` writes them.
  public func values(mappingPaths mapPath: @escaping (_ key: String, _ absolutePath: String) -> String)
    -> [(key: String, value: JSONValue)]
  {
    ParameterTable.all.map { ($0.key, value(of: $0, mapPath)) }
  }

  private func value(of parameter: Parameter, _ mapPath: ((String, String) -> String)?) -> JSONValue {
    let value = self[parameter.key] ?? parameter.defaultValue
    guard let mapPath, case .string(let text) = value else { return value }
    switch parameter.kind {
    case .path where !text.isEmpty: return .string(mapPath(parameter.key, absolutePath(of: text)))
    case .backbone:
      guard case .directory(let absolute) = backboneLocation else { return value }
      return .string(mapPath(parameter.key, absolute))
    case .adapter:
      guard case .directory(let absolute) = initialAdapterLocation else { return value }
      return .string(mapPath(parameter.key, absolute))
    case .template:
      guard case .file(let absolute) = judgeTemplateLocation else { return value }
      return .string(mapPath(parameter.key, absolute))
    default: return value
    }
  }

  private func written(_ parameter: Parameter, _ mapPath: ((String, String) -> String)?) -> String {
    let value = value(of: parameter, mapPath)
    guard case .string(let text) = value else { return Parameter.text(value) }
    return yamlScalar(parameter.kind == .marker ? encodingEscapes(text) : text)
  }
}
