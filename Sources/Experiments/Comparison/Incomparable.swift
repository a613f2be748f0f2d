internal import Scores

/// Why a run, or a setting, takes no part in a comparison or in a test against the baseline.
public enum Incomparable: Hashable, Sendable {
  /// The run failed; with its reason.
  case failed(String)
  /// The run was interrupted or goes on, so it has no version yet.
  case unfinished
  /// Something of its record cannot be read; with the error's sentence.
  case unreadable(String)
  /// It has no score of this name.
  case noScore(metric: String)
  /// The score is infinite or no number.
  case notFinite
  /// The rows' own statistics are not stored, or not whole; with what is missing.
  case noRowStatistics(String)
  /// Fewer rows than an interval or a test can be made from.
  case tooFewRows(Int)
  /// Scored on other rows than the baseline, or than the other seeds of its setting.
  case differentRows(own: Int, others: Int, shared: Int)
  /// BLEU of another tokenizer or version.
  case differentSignature(own: String, others: String)
  /// Scores of another judge, or by another template.
  case differentJudge(own: String, others: String)
  /// The same rows, cut into other tokens, so that a loss per token is another unit.
  case differentTokens(own: Int, others: Int)
  /// The baseline itself cannot be compared.
  case baseline
}

extension Incomparable: CustomStringConvertible {
  /// The reason in English, as the end of a sentence.
  public var description: String {
    switch self {
    case .failed(let reason): "the run failed: \(reason)"
    case .unfinished: "the run is not finished"
    case .unreadable(let problem): problem
    case .noScore(let metric): "it has no \(metric)"
    case .notFinite: "its score is no finite number"
    case .noRowStatistics(let missing): "its rows cannot be drawn again: \(missing)"
    case .tooFewRows(let rows):
      "\(rows) \(rows == 1 ? "row gives" : "rows give") no interval; \(Bootstrap.fewestRows) are needed at least"
    case .differentRows(let own, let others, let shared):
      "scored on other rows: \(own) against \(others), \(shared) of them shared"
    case .differentSignature(let own, let others): "another BLEU: \(own) against \(others)"
    case .differentJudge(let own, let others): "another judge: \(own) against \(others)"
    case .differentTokens(let own, let others):
      "its loss counts other tokens: \(own) against \(others) on the same rows (another tokenizer or length limit)"
    case .baseline: "the baseline cannot be compared"
    }
  }
}
