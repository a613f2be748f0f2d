import Configuration
import Experiments
import FineTuning
import Foundation
import Hashing
import Tables

/// An evaluation of an old run that has been understood and found, before any model is loaded.
struct EvaluationRequest {
  /// What the command line asked for.
  struct Wishes {
    var reference: ExperimentReference
    var choice: EvaluatedPart.Choice
    /// `nil`: the run's own, or what `settings` say.
    var measure: ComparisonMetric.Measure?
    /// `key=value`
    var settings: [String]
    var isBase = false
    /// Absolute.
    var backbone: String?
  }

  let version: ExperimentVersion
  /// With the settings that were asked for.
  private(set) var configuration: ExperimentConfiguration
  let measure: ComparisonMetric.Measure
  let part: EvaluatedPart
  let words: BLEUWords
  let judge: JudgeSetup?
  /// What it is kept as.
  let identity: LaterEvaluation.Request
  private(set) var warnings: [String]

  /// As in `demo@2`.
  var label: String { "\(version.name)@\(version.number)" }
  /// As in `demo@2, untouched model`.
  var subject: String { label + (identity.isBase ? ", the untouched model" : "") }

  /// Columns are no matter of training: other data may call them otherwise.
  private static let columns = [
    "dataset.system_column", "dataset.prompt_column", "dataset.prompt_column_separator", "dataset.answer_column",
    "dataset.parent_id_column", "dataset.id_column", "dataset.limit_chained_samples",
  ]

  /// - Parameter folder: an empty one for what has to be a file; it must stay as long as the request.
  init(_ wishes: Wishes, folder: String, in workspace: Workspace) throws {
    version = try workspace.version(wishes.reference)
    let recorded = try version.configuration(in: workspace)
    let changed = try recorded.overridden(by: wishes.settings, for: "an evaluation", in: workspace) {
      $0.hasPrefix("prediction.") || Self.columns.contains($0)
    }
    warnings = changed.warnings
    var configuration = changed.configuration
    measure = wishes.measure ?? ComparisonMetric(configured: configuration.prediction.metric.rawValue).measure
    configuration = try configuration.setting("prediction.metric", to: .string(measure.configured))
    do {
      part = try EvaluatedPart(wishes.choice, of: version, configuration, folder: folder, in: workspace)
    } catch let error as MissingInput {
      throw CommandFailure("cannot evaluate \(error.label): \(error.reason).")
    }
    warnings += part.warnings
    words = try BLEUWords(configuration.prediction, references: part.rows.map(\.answer))
    warnings += words.warnings
    configuration = try configuration.setting("prediction.bleu_tokenize", to: .string(words.tokenizer.rawValue))
    self.configuration = configuration
    judge = try JudgeSetup(
      configuration, template: Self.keptTemplate(configuration, recorded.configuration, version))
    var settings = configuration.difference(from: recorded.configuration).map { JSONMember($0.key, $0.value) }
      .filter { $0.key != "prediction.batch_size_inference" }
    // The name of a template says nothing about what stands in it.
    if let judge { settings.append(JSONMember("judge_template_sha256", .string(judge.templateSHA256.hex))) }
    identity = LaterEvaluation.Request(
      version.name, version: version.number, isBase: wishes.isBase, data: part.record,
      settings: Self.portable(settings, workspace, configuration))
  }

  /// The template kept with the version, unless another one is asked for.
  private static func keptTemplate(
    _ configuration: ExperimentConfiguration, _ recorded: ExperimentConfiguration, _ version: ExperimentVersion
  ) throws -> String? {
    guard configuration.prediction.metricGptTemplate == recorded.prediction.metricGptTemplate,
      try version.hasFile(JudgeSetup.keptTemplate)
    else { return nil }
    return String(data: try version.data(JudgeSetup.keptTemplate), encoding: .utf8)
  }

  /// Paths as a record may hold them.
  private static func portable(
    _ settings: [JSONMember], _ workspace: Workspace, _ configuration: ExperimentConfiguration
  ) -> [JSONMember] {
    let values = configuration.values { _, path in workspace.portablePath(path) }
    return settings.map { setting in
      values.first { $0.key == setting.key }.map { JSONMember($0.key, $0.value) } ?? setting
    }
  }

  /// What the version itself holds for the same request: the evaluation of its saved weights, or on its test data.
  ///
  /// - Returns: the folder's name with `scores.json`; `nil` when something else is asked for.
  func own() throws -> (name: String, scores: JSONValue)? {
    guard identity.settings.isEmpty || identity.settings.map(\.key) == ["judge_template_sha256"], !identity.isBase
    else { return nil }
    let name: String
    switch part.record.role {
    case "test": name = "test"
    case "validation": name = String(try place.step)
    default: return nil
    }
    let path = "evaluations/\(name)/scores.json"
    return try version.hasFile(path) ? (name, version.json(path)) : nil
  }

  /// The evaluation of the weights that are asked: step and epoch, 0 for the untouched model.
  var place: (step: Int, epoch: Double) {
    get throws {
      guard !identity.isBase, let saved = try version.result().outcome.saved else { return (0, 0) }
      return (saved.step, saved.epoch ?? 0)
    }
  }
}
