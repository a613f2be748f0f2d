public import Configuration

/// One setting of a grid with the values it takes.
public struct SweepAxis: Sendable, Equatable {
  /// The full key.
  public let key: String
  /// At least one, each as an override of its own, no value twice.
  public let values: [SettingOverride]

  /// Understands `lora_r=4,8,16`, `learning_rate=1e-5..1e-3:log5`, `dataset.prompt_column=[a,b],c`.
  ///
  /// - Throws: `LaunchingError` for a word that is no setting with values; `ConfigurationError` for a refused value.
  public init(parsing word: String) throws {
    guard let equals = word.firstIndex(of: "="), equals != word.startIndex else {
      throw LaunchingError.usage(
        "cannot plan '\(word)': a setting and its values are written as lora_r=4,8,16, without spaces between them")
    }
    let name = String(word[..<equals])
    let written = String(word[word.index(after: equals)...])
    let texts = try ValueList.split(written, of: word)
    let parameter = try Self.parameter(named: name, of: "'\(word)'", isForAll: texts.count == 1)
    if texts == [""], let empty = try? SettingOverride(parsing: "\(parameter.key)=") {
      // As in a run: no file, no text.
      self.init(key: parameter.key, values: [empty])
      return
    }
    if texts == [""] {
      throw LaunchingError.usage(
        "cannot plan '\(word)': \(parameter.key) has no value; write some with commas between them, or \"\" for an empty "
          + "text")
    }
    if let blank = texts.firstIndex(of: "") {
      throw LaunchingError.usage(
        "cannot plan '\(word)': value \(blank + 1) of \(parameter.key) is empty; take a comma away, or write \"\" for "
          + "an empty text")
    }
    try self.init(parameter, texts: texts, word: word)
  }

  init(key: String, values: [SettingOverride]) {
    self.key = key
    self.values = values
  }

  private init(_ parameter: Parameter, texts: [String], word: String) throws {
    var values: [SettingOverride] = []
    for text in texts {
      var expanded = [text]
      if parameter.isNumeric, let range = try ValueRange(text, of: word) {
        var isWhole = false
        if case .integer = parameter.kind { isWhole = true }
        expanded = range.values(wholeNumbers: isWhole)
      }
      values += try expanded.map { try SettingOverride(parsing: "\(parameter.key)=\($0)") }
    }
    for (index, value) in values.enumerated() {
      guard let twin = values[..<index].first(where: { $0.value == value.value }) else { continue }
      let how = twin.written == value.written ? "" : ", as \(twin.written) and as \(value.written)"
      throw LaunchingError.usage(
        "cannot plan '\(word)': \(parameter.key) has the value \(twin.written) twice\(how); every trial is run once")
    }
    key = parameter.key
    self.values = values
  }

  /// The parameter a full or short key stands for, which must be one that trials may differ in.
  ///
  /// - Parameter isForAll: whether it has one value for all trials.
  static func parameter(named name: String, of place: String, isForAll: Bool = false) throws -> Parameter {
    let candidates = ParameterTable.parameters(named: name)
    guard candidates.count <= 1 else {
      throw LaunchingError.usage(
        "cannot plan \(place): '\(name)' may mean \(candidates.map(\.key).joined(separator: " or ")); "
          + "write the section too")
    }
    guard let parameter = candidates.first else {
      let nearest = ParameterTable.nearest(to: name)
      throw LaunchingError.usage(
        "cannot plan \(place): there is no setting '\(name)'"
          + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
    }
    guard parameter.key != "experiment_name" else {
      throw LaunchingError.usage(
        "cannot plan \(place): trials are named after their settings; give the sweep a name with -n")
    }
    guard parameter.key != "output_directory" || isForAll else {
      throw LaunchingError.usage(
        "cannot plan \(place): the directories of a sweep's trials are in one folder; give output_directory one value")
    }
    return parameter
  }
}
