internal import Tables

/// What no single key can tell: combinations that cannot work, and those worth a warning.
struct CrossKeyRules {
  let given: [String: Setting]
  /// A value for every key, defaults filled in.
  let complete: [String: JSONValue]
  /// The file is a resolved configuration, which lists every key: what a person wrote is not to be told from it.
  private let isResolved: Bool
  private let read: SettingsReader

  init(given: [String: Setting], isResolved: Bool = false) {
    self.given = given
    self.isResolved = isResolved
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
    if read.bool("prediction.do_sample"), read.number("prediction.temperature") == 0 {
      throw refusal(
        "prediction.temperature",
        "prediction.temperature is 0, but must be above 0 when prediction.do_sample is true")
    }
    if read.bool("prediction.do_sample"), read.integer("prediction.num_beams") > 1 {
      throw refusal(
        given["prediction.num_beams"] == nil ? "prediction.do_sample" : "prediction.num_beams",
        "prediction.num_beams is \(read.integer("prediction.num_beams")), but must be 1 when prediction.do_sample is "
          + "true: beams follow the likeliest answers, and nothing is drawn")
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
    try checkInitialAdapter()
    try checkJudge()
    try checkName()
  }

  private func checkInitialAdapter() throws(ConfigurationError) {
    let key = "architecture.pretrained_weights"
    guard !read.text(key).isEmpty else { return }
    if !read.bool("training.lora") {
      throw refusal(key, "\(key) names an adapter, but training.lora is false, so no adapter is trained")
    }
    if !read.bool("architecture.pretrained") {
      throw refusal(
        key,
        "\(key) names an adapter, but architecture.pretrained is false, and an adapter means nothing beside random "
          + "weights")
    }
  }

  private func checkJudge() throws(ConfigurationError) {
    guard read.text("prediction.metric") == "OpenAI API" else { return }
    for key in ["prediction.metric_gpt_model", "prediction.metric_gpt_template"] where read.text(key).isEmpty {
      throw refusal(
        given[key] == nil ? "prediction.metric" : key,
        "prediction.metric is OpenAI API, but \(key) is empty; name "
          + (key.hasSuffix("model") ? "the model that shall give scores" : "a template, such as general"))
    }
  }

  /// Sentences about settings that work, but hardly as meant.
  var warnings: [String] {
    var warnings = samplingWarnings + beamWarnings
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
    if read.optionalText("dataset.parent_id_column") == nil {
      let unused = ["dataset.id_column", "dataset.limit_chained_samples"].filter { key in
        given[key].map { $0.value != ParameterTable.parameter(key)?.defaultValue } ?? false
      }
      if !unused.isEmpty {
        warnings.append(
          "without effect, because dataset.parent_id_column names no column: " + unused.joined(separator: ", "))
      }
    }
    if read.bool("dataset.only_last_answer"), !read.bool("dataset.mask_prompt_labels") {
      warnings.append(
        "dataset.mask_prompt_labels false has no effect, because dataset.only_last_answer learns the last answer alone")
    }
    let markers = ["dataset.text_system_start", "dataset.text_prompt_start", "dataset.text_answer_separator"]
    if read.bool("tokenizer.add_prompt_answer_tokens"), markers.allSatisfy({ read.text($0).isEmpty }) {
      warnings.append("tokenizer.add_prompt_answer_tokens has no effect, because all markers are empty")
    }
    if read.bool("training.lora") {
      if !read.bool("architecture.pretrained") {
        warnings.append("training.lora with architecture.pretrained false leaves random weights as they are")
      }
    } else {
      var unused = ParameterTable.adapter.map(\.key).filter { $0 != "training.lora" && isWritten($0) }
      // The embedding is among the weights that are all trained.
      if read.bool("architecture.force_embedding_gradients") { unused.append("architecture.force_embedding_gradients") }
      if !unused.isEmpty {
        warnings.append("without effect, because training.lora is false: " + unused.joined(separator: ", "))
      }
      if isWritten("architecture.backbone_dtype"), read.text("architecture.backbone_dtype") != "float32" {
        warnings.append(
          "architecture.backbone_dtype is the type of frozen weights; with training.lora false all weights are trained, "
            + "and held in float32")
      }
    }
    return warnings + optimizerWarnings
  }

  private var optimizerWarnings: [String] {
    var warnings: [String] = []
    let optimizer: ExperimentConfiguration.Optimizer = read.choice("training.optimizer")
    let unused = ["training.optimizer_beta1", "training.optimizer_beta2", "training.optimizer_epsilon"].filter(
      isWritten)
    switch optimizer {
    case .adam, .adamW, .adamW8bit: break
    case .sgd, .rmsProp, .adadelta:
      if !unused.isEmpty {
        warnings.append(
          "without effect, because training.optimizer is \(optimizer.rawValue): " + unused.joined(separator: ", "))
      }
    }
    let patience = read.integer("training.early_stopping_patience")
    let evaluations = read.number("training.epochs") / read.number("training.evaluation_epochs")
    if patience > 0, read.integer("training.epochs") > 0, evaluations.rounded(.up) <= Double(patience) {
      warnings.append(
        "training.early_stopping_patience is without effect: \(patience) evaluations without improvement would end the "
          + "training, and there are only \(Int(evaluations.rounded(.up)))")
    }
    // Files of H2O LLM Studio name every key: one with its default says nothing.
    let rate = "training.differential_learning_rate"
    if isWritten(rate), given[rate]?.value != ParameterTable.parameter(rate)?.defaultValue,
      read.texts("training.differential_learning_rate_layers").isEmpty
    {
      warnings.append(
        "training.differential_learning_rate is without effect, because "
          + "training.differential_learning_rate_layers names no parameters")
    }
    return warnings
  }

  /// Whether a person gave this key, in the file or on the command line.
  private func isWritten(_ key: String) -> Bool {
    guard let origin = given[key]?.origin else { return false }
    if case .file = origin { return !isResolved }
    return true
  }

  private var isCustomValidation: Bool { read.text("dataset.validation_strategy") == "custom" }

  private var samplingWarnings: [String] {
    guard !read.bool("prediction.do_sample") else { return [] }
    // A temperature of 0 is a way to say: do not sample.
    let unused = ["temperature", "top_k", "top_p"].map { "prediction." + $0 }.filter { key in
      given[key].map { $0.value != ParameterTable.parameter(key)?.defaultValue && $0.value != 0.0 } ?? false
    }
    return unused.isEmpty
      ? [] : ["without effect, because prediction.do_sample is false: " + unused.joined(separator: ", ")]
  }

  /// More beams than this cost much and hardly ever gain: wide beams find likelier answers that are worse (Koehn and
  /// Knowles, 2017, "Six Challenges for Neural Machine Translation", section 3.6).
  private static let manyBeams = 32

  private var beamWarnings: [String] {
    let beams = read.integer("prediction.num_beams")
    guard beams > Self.manyBeams else { return [] }
    return [
      "prediction.num_beams is \(beams): every answer is worked out \(beams) times over, in about as much more time and with "
        + "memory for \(beams) answers a row; more than 10 beams seldom give better ones"
    ]
  }

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
