import Experiments
import Tables

/// The settings a later evaluation was made by, as far as a score depends on them: where they are equal, a difference of
/// scores is one of the models.
struct EvaluationSettings: Hashable {
  private static let prediction = "prediction."
  /// Those that never change a score, or only say which one is looked at.
  private static let without: Set = [
    "prediction.metric", "prediction.batch_size_inference", "prediction.judge_concurrency", "prediction.judge_timeout",
    "prediction.judge_attempts",
  ]
  private static let ofSampling: Set = ["prediction.temperature", "prediction.top_k", "prediction.top_p"]
  private static let ofBLEU: Set = ["prediction.bleu_tokenize"]
  private static let ofJudge: Set = [
    "prediction.metric_gpt_model", "prediction.metric_gpt_template", "judge_template_sha256",
  ]

  private let values: [String: JSONValue]

  /// - Parameters:
  ///   - run: of the version; what the evaluation did not change is its own.
  ///   - metric: the score that is compared.
  init(_ evaluation: LaterEvaluation, of run: ComparedRun, for metric: ComparisonMetric) {
    var all = Dictionary(run.settings.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
      .filter { $0.key.hasPrefix(Self.prediction) }
    // Columns are another matter for every run: what is left of a difference shows in the rows.
    for setting in evaluation.request.settings where !setting.key.hasPrefix("dataset.") {
      all[setting.key] = setting.value
    }
    let samples = all["prediction.do_sample"]?.boolValue == true
    values = all.filter { key, _ in
      if Self.without.contains(key) { return false }
      if Self.ofBLEU.contains(key) { return [.bleu, .meanSentenceBLEU].contains(metric.measure) }
      if Self.ofJudge.contains(key) { return metric.measure == .judge }
      if Self.ofSampling.contains(key), !samples { return false }
      // Likelihoods do not depend on how text is generated.
      return ![.loss, .perplexity, .meanRowPerplexity, .tokenAccuracy].contains(metric.measure)
    }
  }

  /// In an order that does not depend on how they came together.
  var members: [JSONMember] { values.map { JSONMember($0.key, $0.value) }.sorted { $0.key < $1.key } }

  /// The names of the settings in which some of these differ.
  static func differing(_ all: [EvaluationSettings]) -> [String] {
    Set(all.flatMap(\.values.keys)).filter { key in Set(all.map { $0.values[key] }).count > 1 }.sorted()
  }
}
