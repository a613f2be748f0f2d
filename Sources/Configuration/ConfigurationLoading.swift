public import Foundation
internal import Tables

/// What loading gives: the configuration, what to tell the user, and what to keep.
public struct LoadedConfiguration: Sendable {
  public let configuration: ExperimentConfiguration
  /// One sentence each, to be shown before anything runs.
  public let warnings: [String]
  /// The file byte for byte.
  public let file: Data
  /// As they were given.
  let overrides: [String]

  /// What `config.source.yaml` holds: the file byte for byte, with the overrides as comments behind it.
  ///
  /// - Parameter mapPath: what to write for an absolute path in an override; a command line is not the user's file, and
  ///   often completed by a shell.
  /// - Throws: `ConfigurationError` for an override that means nothing.
  public func source(mappingPaths mapPath: (String) -> String = { $0 }) throws(ConfigurationError) -> Data {
    var comments: [String] = []
    for override in overrides { comments.append(try SettingOverride.mappingPath(in: override, mapPath)) }
    return ExperimentConfiguration.recordedSource(file, overrides: comments)
  }
}

extension ExperimentConfiguration {
  /// Reads, checks and completes a configuration.
  ///
  /// Relative paths in it count from `baseDirectory`, which is the file's own folder unless given.
  ///
  /// - Throws: `ConfigurationError` with file, line and key for anything that cannot be accepted.
  public static func load(path: String, overrides: [String] = [], baseDirectory: String? = nil)
    throws(ConfigurationError) -> LoadedConfiguration
  {
    let absolute = PathText.absolute(path, from: FileManager.default.currentDirectoryPath)
    return try parse(
      try contents(of: path), name: path, overrides: overrides,
      baseDirectory: baseDirectory ?? PathText.parent(of: absolute))
  }

  /// Reads a configuration that is already in memory; `name` stands for it in messages.
  ///
  /// - Throws: `ConfigurationError` with name, line and key for anything that cannot be accepted.
  public static func parse(
    _ source: Data, name: String, overrides: [String] = [], baseDirectory: String
  ) throws(ConfigurationError) -> LoadedConfiguration {
    let root: YAMLNode?
    do throws(YAMLProblem) {
      root = try readYAML(Array(source))
    } catch {
      throw ValueOrigin.file(name, error.mark).error(error.message)
    }
    var collector = SettingsCollector()
    try collector.take(file: root, path: name)
    for override in overrides { try collector.take(override: override) }
    var given: [String: Setting] = [:]
    // In table order, so that of several faults always the same one is named.
    for parameter in ParameterTable.all {
      guard let (node, origin) = collector.nodes[parameter.key] else { continue }
      given[parameter.key] = Setting(value: try parameter.setting(node, origin: origin), origin: origin)
    }
    let rules = CrossKeyRules(given: given, isResolved: collector.hasFormat)
    do throws(ConfigurationError) {
      try rules.check()
    } catch {
      throw error.placed(in: name)
    }
    return LoadedConfiguration(
      configuration: ExperimentConfiguration(
        settings: rules.complete, origins: given.mapValues(\.origin),
        configDirectory: PathText.absolute(baseDirectory, from: FileManager.default.currentDirectoryPath)),
      warnings: collector.warnings + rules.warnings,
      file: source, overrides: overrides)
  }

  private static func contents(of path: String) throws(ConfigurationError) -> Data {
    let origin = ValueOrigin.file(path, nil)
    do {
      try requirePermission(toRead: path)
    } catch {
      throw origin.error("\(error)")
    }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw origin.error("there is no such configuration file")
    }
    guard !isDirectory.boolValue else {
      throw origin.error("this is a directory; name a configuration file in it")
    }
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      // One byte more than allowed is enough to see that it is too much.
      return try file.read(upToCount: YAMLLimits.fileBytes + 1) ?? Data()
    } catch {
      throw origin.error("the configuration file cannot be read: \(error.localizedDescription)")
    }
  }

  /// What `config.source.yaml` holds: the bytes of a file with overrides as comments behind them.
  public static func recordedSource(_ source: Data, overrides: [String]) -> Data {
    guard !overrides.isEmpty else { return source }
    var result = source
    if let last = source.last, last != UInt8(ascii: "\n") { result.append(UInt8(ascii: "\n")) }
    for override in overrides {
      let lines = override.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      result.append(Data(("# override: " + lines.joined(separator: "\n#   ") + "\n").utf8))
    }
    return result
  }
}

extension ConfigurationError {
  /// The error with the file it is about, where a missing key has no line to name.
  fileprivate func placed(in file: String) -> ConfigurationError {
    guard self.file == nil, override == nil else { return self }
    var placed = self
    placed.file = file
    return placed
  }
}

extension SettingsCollector {
  fileprivate var warnings: [String] {
    // A resolved configuration lists every key; only what a person wrote deserves the remark.
    let recorded = ParameterTable.all.filter { parameter in
      guard parameter.support == .recordedOnly, let origin = nodes[parameter.key]?.origin else {
        return false
      }
      if case .file = origin, hasFormat { return false }
      return true
    }
    var parts: [String] = []
    if !foreignKeys.isEmpty {
      parts.append(
        "known from H2O LLM Studio, without a counterpart here and ignored: " + foreignKeys.joined(separator: ", "))
    }
    if !recorded.isEmpty {
      parts.append("recorded, but without meaning here: " + recorded.map(\.key).joined(separator: ", "))
    }
    // One warning, however many keys: a whole file of another program is nothing to be scolded for.
    return parts.isEmpty ? [] : [parts.joined(separator: "; ")]
  }
}
