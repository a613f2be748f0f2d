internal import Tables

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

  private func written(_ parameter: Parameter, _ mapPath: ((String, String) -> String)?) -> String {
    let value = self[parameter.key] ?? parameter.defaultValue
    guard case .string(let text) = value else { return Parameter.text(value) }
    switch parameter.kind {
    case .marker: return yamlScalar(encodingEscapes(text))
    case .path where !text.isEmpty:
      return yamlScalar(mapPath?(parameter.key, absolutePath(of: text)) ?? text)
    case .backbone:
      guard let mapPath, case .directory(let absolute) = backboneLocation else { return yamlScalar(text) }
      return yamlScalar(mapPath(parameter.key, absolute))
    default: return yamlScalar(text)
    }
  }
}
