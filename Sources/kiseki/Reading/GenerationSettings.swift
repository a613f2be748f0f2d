import CommandLine
import Configuration
import Experiments

/// The settings by which 'generate' and 'chat' answer: the run's, with what the user changes of them.
struct GenerationSettings {
  /// What decides how an answer is generated.
  static let keys = [
    "do_sample", "num_beams", "temperature", "top_k", "top_p", "repetition_penalty", "stop_tokens",
    "min_length_inference", "max_length_inference", "max_time", "batch_size_inference",
  ].map { "prediction." + $0 }

  static let seedOption = ValueOption(
    "seed", placeholder: "N", help: "what drawn answers depend on (do_sample=true); the run's own seed unless given")
  static let systemOption = ValueOption(
    "system", placeholder: "TEXT", help: "a system text in front, in the format the run was trained with")
  static let maximumOption = ValueOption(
    "max-new-tokens", placeholder: "N",
    help: "the most tokens of an answer, as max_length_inference=N; as in the run's evaluations unless given")

  let configuration: ExperimentConfiguration
  /// Sentences for the user.
  let warnings: [String]

  /// - Parameters:
  ///   - overrides: `key=value`.
  ///   - maximum: of `--max-new-tokens`.
  init(
    _ recorded: RecordedConfiguration, overrides: [String], maximum: Int? = nil, in workspace: Workspace
  ) throws {
    let all = try Self.overrides(ofMaximum: maximum, beside: overrides, recorded) + overrides
    let changed = try recorded.overridden(by: all, for: "an answer", in: workspace) { Self.keys.contains($0) }
    configuration = changed.configuration
    warnings = changed.warnings
  }

  /// What `--max-new-tokens` means; a smaller number wins over the run's least number.
  ///
  /// - Parameter overrides: the `key=value` words of the same command line.
  /// - Throws: `UsageError` where one of them asks for another number.
  static func overrides(
    ofMaximum maximum: Int?, beside overrides: [String], _ recorded: RecordedConfiguration
  ) throws -> [String] {
    guard let maximum else { return [] }
    for text in overrides {
      let other = try SettingOverride(parsing: text)
      guard other.key == "prediction.max_length_inference", other.value != .integer(maximum) else { continue }
      throw UsageError(
        "--max-new-tokens \(maximum) and \(text) are two numbers for the same limit; give one of them")
    }
    let least = min(recorded.configuration.prediction.minLengthInference, maximum)
    return ["prediction.min_length_inference=\(least)", "prediction.max_length_inference=\(maximum)"]
  }

  /// Tells settings from prompts among the words of a command line.
  ///
  /// - Throws: `ConfigurationError` for a word that all but names a setting.
  static func split(_ words: [String]) throws -> (settings: [String], others: [String]) {
    var settings: [String] = []
    var others: [String] = []
    for word in words {
      if try isSetting(word) { settings.append(word) } else { others.append(word) }
    }
    return (settings, others)
  }

  /// A prompt may hold an equals sign: only what names a setting, or nearly does, is one.
  private static func isSetting(_ word: String) throws(ConfigurationError) -> Bool {
    let key = word.prefix { $0 != "=" }
    let isName = key.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_" || $0 == ".") }
    guard isName, !key.isEmpty, key.count < word.count else { return false }
    do throws(ConfigurationError) {
      _ = try SettingOverride(parsing: word)
    } catch {
      if error.problem.hasPrefix("unknown key"), error.nearest == nil { return false }
      throw error
    }
    return true
  }

  /// `do_sample=False num_beams=1 ...`
  static func lines(_ configuration: ExperimentConfiguration) -> [String] {
    keys.map { key in
      "\(key.split(separator: ".")[1])=\(configuration[key]?.settingText ?? "")"
    }
  }
}
