internal import Tables

/// What no single key can tell: combinations that cannot work, and those worth a warning.
struct CrossKeyRules {
  let given: [String: Setting]
  /// A value for every key, defaults filled in.
  let complete: [String: JSONValue]
  private let read: SettingsReader

  init(given: [String: Setting]) {
    self.given = given
    var complete: [String: JSONValue] = [:]
    for parameter in ParameterTable.all {
      complete[parameter.key] = given[parameter.key]?.value ?? parameter.defaultValue
    }
    self.complete = complete
    read = SettingsReader(values: complete)
  }

  /// - Throws: `ConfigurationError` at the first combination that cannot work.
  func check() throws(ConfigurationError) {
    try require("llm_backbone", example: "a model directory or a hub id")
    try require("dataset.train_dataframe", example: "the CSV file to learn from")
    if isCustomValidation, read.text("dataset.validation_dataframe").isEmpty {
      throw refusal(
        "dataset.validation_strategy",
        "dataset.validation_strategy is custom, but dataset.validation_dataframe names no file")
    }
    if read.text("dataset.answer_column").isEmpty {
      throw refusal("dataset.answer_column", "dataset.answer_column is empty, but must name a column")
    }
    let epochs = read.integer("training.epochs")
    let warmup = read.number("training.warmup_epochs")
    if epochs > 0, warmup > Double(epochs) {
      throw refusal(
        "training.warmup_epochs",
        "training.warmup_epochs is \(yamlNumber(warmup)), but must not exceed training.epochs, which is \(epochs)"
      )
    }
    let shortest = read.integer("prediction.min_length_inference")
    let longest = read.integer("prediction.max_length_inference")
    if shortest > longest {
      throw refusal(
        given["prediction.min_length_inference"] == nil
          ? "prediction.max_length_inference" : "prediction.min_length_inference",
        "prediction.min_length_inference is \(shortest), but must not exceed prediction.max_length_inference, "
          + "which is \(longest)")
    }
    try checkName()
  }

  /// Sentences about settings that work, but hardly as meant.
  var warnings: [String] {
    var warnings: [String] = []
    let validation = read.text("dataset.validation_dataframe")
    let training = read.text("dataset.train_dataframe")
    if !isCustomValidation, !validation.isEmpty {
      warnings.append(
        "dataset.validation_dataframe is not read, because dataset.validation_strategy is automatic")
    }
    if isCustomValidation, validation == training {
      warnings.append("training and validation use the same file: the scores say nothing about unseen text")
    }
    if read.texts("dataset.prompt_column").contains(read.text("dataset.answer_column")) {
      warnings.append("dataset.answer_column is also a prompt column: the model is shown the answer")
    }
    if read.bool("training.lora") {
      if !read.bool("architecture.pretrained") {
        warnings.append("training.lora with architecture.pretrained false leaves random weights as they are")
      }
    } else {
      let unused = ParameterTable.adapter.map(\.key).filter { $0 != "training.lora" && given[$0] != nil }
      if !unused.isEmpty {
        warnings.append("without effect, because training.lora is false: " + unused.joined(separator: ", "))
      }
      if given["architecture.backbone_dtype"] != nil, read.text("architecture.backbone_dtype") != "float32" {
        warnings.append(
          "architecture.backbone_dtype is the type of frozen weights; with training.lora false all weights are trained, "
            + "and held in float32")
      }
    }
    return warnings
  }

  private var isCustomValidation: Bool { read.text("dataset.validation_strategy") == "custom" }

  private func require(_ key: String, example: String) throws(ConfigurationError) {
    guard read.text(key).isEmpty else { return }
    throw refusal(key, "\(key) is missing; set it to \(example)")
  }

  /// A name becomes a directory and a git ref, so it must be fit for both.
  private func checkName() throws(ConfigurationError) {
    let name = read.text("experiment_name")
    guard !name.isEmpty else { return }
    let forbidden = #"~^:?*[\"#.unicodeScalars
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let isFit =
      name.utf8.count <= 200 && !name.contains("..") && !name.contains("@")
      && name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !forbidden.contains($0) }
      && parts.allSatisfy { part in
        part.first.map { !".-".contains($0) } == true && part.last != "." && !part.hasSuffix(".lock")
      }
    if !isFit {
      throw refusal(
        "experiment_name",
        "experiment_name is \(doubleQuoted(name)), but a name is letters, digits, and - _ . = , / inside it")
    }
  }

  private func refusal(_ key: String, _ problem: String) -> ConfigurationError {
    (given[key]?.origin ?? .code).error(problem, key: key, found: given[key].map { Parameter.text($0.value) })
  }
}
