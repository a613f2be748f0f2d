internal import Configuration
internal import Hashing
internal import Foundation
internal import Tables

/// Names of trials: their settings, as far as a directory and a git reference can hold them.
enum TrialName {
  /// Bytes; with the sweep's own name it must stay a valid experiment name.
  private static let longest = 100

  /// `lora_r=8,learning_rate=1e-4`; `base` for a trial that sets nothing.
  static func text(of settings: [SettingOverride]) -> String {
    let parts = settings.map { setting in
      (ParameterTable.parameter(setting.key)?.shortKey ?? setting.key) + "=" + plain(written(setting))
    }
    let name = parts.isEmpty ? "base" : parts.joined(separator: ",")
    return fit(name, distinguishing: identity(of: settings))
  }

  /// The names of all trials, made unique where several came out alike.
  static func unique(_ trials: [[SettingOverride]]) -> [String] {
    let names = trials.map(text)
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    return zip(names, trials).map { name, settings in
      counts[name] == 1 ? name : cut(name) + "-" + hash(identity(of: settings))
    }
  }

  /// A value as it stands in a name: numbers as they were written, text without its quotes, lists with `+` between.
  private static func written(_ setting: SettingOverride) -> String {
    switch setting.value {
    case .string(let text): text.isEmpty ? "none" : text
    case .array(let values): values.compactMap(\.stringValue).joined(separator: "+")
    case .null: "none"
    default: setting.written
    }
  }

  /// Letters and digits of any script, and what neither git, shells nor file systems take for something else.
  private static func plain(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      let isPlain =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-_.+".unicodeScalars.contains(scalar)
      if isPlain { result.append(scalar) } else if result.last != "-" { result.append("-") }
    }
    var name = String(result)
    while name.contains("..") { name = name.replacingOccurrences(of: "..", with: ".") }
    return name
  }

  private static func fit(_ name: String, distinguishing identity: String) -> String {
    if name.utf8.count > longest { return cut(name) + "-" + hash(identity) }
    return name.hasSuffix(".") || name.lowercased().hasSuffix(".lock") ? name + "-" : name
  }

  /// Leaves room for a hash.
  private static func cut(_ name: String) -> String {
    var name = name
    while name.utf8.count > longest - 9 { name.removeLast() }
    return name
  }

  private static func identity(of settings: [SettingOverride]) -> String {
    settings.map { "\($0.key)=\($0.value.line())" }.joined(separator: "\n")
  }

  private static func hash(_ text: String) -> String { String(SHA256.hash(Data(text.utf8)).hex.prefix(8)) }
}
