public import Tables

/// Everything that decides an experiment, checked and complete.
///
/// Two configurations are equal when all their settings are, wherever they were read from.
public struct ExperimentConfiguration: Sendable, Equatable {
  /// Empty until a name is drawn.
  public let experimentName: String
  /// As written: see `backboneLocation`.
  public let llmBackbone: String
  public let outputDirectory: String
  public let dataset: Dataset
  public let tokenizer: Tokenizer
  public let augmentation: Augmentation
  public let architecture: Architecture
  public let training: Training
  public let prediction: Prediction
  public let environment: Environment
  /// The absolute folder that relative paths count from.
  public let configDirectory: String

  private let settings: [String: JSONValue]
  /// Where the settings were written that were.
  private let origins: [String: ValueOrigin]

  /// Takes a checked value for every key of the table.
  init(settings: [String: JSONValue], origins: [String: ValueOrigin], configDirectory: String) {
    self.origins = origins
    let read = SettingsReader(values: settings)
    self.settings = settings
    self.configDirectory = configDirectory
    experimentName = read.text("experiment_name")
    llmBackbone = read.text("llm_backbone")
    outputDirectory = read.text("output_directory")
    dataset = Dataset(read)
    tokenizer = Tokenizer(read)
    augmentation = Augmentation(read)
    architecture = Architecture(read)
    training = Training(read)
    prediction = Prediction(read)
    environment = Environment(read)
  }

  /// Every setting by its full key, in the order of the table.
  public var values: [(key: String, value: JSONValue)] {
    ParameterTable.all.map { ($0.key, settings[$0.key] ?? $0.defaultValue) }
  }

  /// The value of a full key such as `training.lora_r`, `nil` for an unknown one.
  public subscript(key: String) -> JSONValue? { settings[key] }

  /// The settings in which two configurations differ, in the order of the table.
  public func difference(from other: ExperimentConfiguration) -> [SettingDifference] {
    ParameterTable.all.compactMap { parameter in
      guard let value = settings[parameter.key], let before = other.settings[parameter.key], value != before
      else { return nil }
      return SettingDifference(key: parameter.key, value: value, otherValue: before)
    }
  }

  /// A copy with one setting changed, checked like a file's.
  ///
  /// - Throws: `ConfigurationError` for an unknown key, a refused value, or one that does not fit the others.
  public func setting(_ key: String, to value: JSONValue) throws(ConfigurationError)
    -> ExperimentConfiguration
  {
    guard let parameter = ParameterTable.parameter(key) else {
      throw ValueOrigin.code.error("unknown key '\(key)'", key: key, nearest: ParameterTable.nearest(to: key))
    }
    var given = settings.mapValues { Setting(value: $0, origin: .code) }
    let node = YAMLNode(value, isMarker: parameter.kind == .marker)
    given[key] = Setting(value: try parameter.setting(node, origin: .code), origin: .code)
    let rules = CrossKeyRules(given: given)
    try rules.check()
    return ExperimentConfiguration(settings: rules.complete, origins: origins, configDirectory: configDirectory)
  }

  /// A copy whose seed is drawn when it was left to chance.
  public func drawingSeed(using generator: inout some RandomNumberGenerator) -> ExperimentConfiguration {
    guard environment.seed == -1 else { return self }
    var drawn = settings
    drawn["environment.seed"] = .integer(Int.random(in: 0...Int(Int32.max), using: &generator))
    return ExperimentConfiguration(settings: drawn, origins: origins, configDirectory: configDirectory)
  }

  /// A refusal that only the model or the data could give, with the place where the setting it is about was written.
  ///
  /// - Parameter sentence: names settings by their full keys; it is about the first of them that was written.
  /// - Returns: `nil` when none of them was.
  public func refusal(_ sentence: String) -> ConfigurationError? {
    let words = sentence.split { !($0 == "." || $0 == "_" || ($0.isASCII && ($0.isLowercase || $0.isNumber))) }
    for word in words {
      let key = String(word.hasSuffix(".") ? word.dropLast() : word)
      guard let origin = origins[key] else { continue }
      return origin.error(sentence, key: key, found: settings[key].map(Parameter.text))
    }
    return nil
  }

  public static func == (first: ExperimentConfiguration, second: ExperimentConfiguration) -> Bool {
    first.settings == second.settings
  }
}

/// One setting that two configurations do not share.
public struct SettingDifference: Sendable, Equatable {
  public let key: String
  public let value: JSONValue
  public let otherValue: JSONValue
}
