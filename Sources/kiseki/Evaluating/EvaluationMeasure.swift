import CommandLine
import Experiments
import Spelling
import Tables

/// What `--metric` may be called: as `scores.json` has it, as a configuration has it, or as people write it.
enum EvaluationMeasure {
  static let names = ["BLEU", "chrF", "chrF++", "Perplexity", "loss", "token accuracy", "exact match", "OpenAI API"]

  /// - Throws: `UsageError` with the nearest name.
  static func measure(named text: String) throws(UsageError) -> ComparisonMetric.Measure {
    let plain = String(text.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    if ["openai_api", "gpt", "gpt3.5", "gpt4"].contains(plain) { return .judge }
    if let measure = ComparisonMetric.Measure(rawValue: plain) { return measure }
    throw UsageError(
      "--metric is '\(text)', but must be one of \(names.joined(separator: ", "))",
      nearest: nearestName(to: text, among: names))
  }
}

extension ComparisonMetric.Measure {
  /// The value of `prediction.metric` whose evaluations have this score.
  var configured: String {
    switch self {
    case .judge: "OpenAI API"
    case .loss, .perplexity, .meanRowPerplexity, .tokenAccuracy: "Perplexity"
    default: "BLEU"
    }
  }

  /// As a sentence has it.
  var title: String {
    switch self {
    case .bleu: "BLEU"
    case .meanSentenceBLEU: "mean sentence BLEU"
    case .chrf: "chrF"
    case .chrfWithWords: "chrF++"
    case .exactMatch: "exact match"
    case .tokenAccuracy: "token accuracy"
    case .judge: "judge score"
    case .loss: "loss"
    case .perplexity: "perplexity"
    case .meanRowPerplexity: "mean row perplexity"
    }
  }
}
