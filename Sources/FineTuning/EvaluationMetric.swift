/// What decides which evaluation is best.
public enum EvaluationMetric: Sendable, Hashable {
  /// Corpus BLEU; its evaluations must generate text.
  case bleu
  case perplexity
  /// The mean score of a judge; its evaluations must ask one.
  case judge

  /// A number that is larger the better the evaluation is; `nil` when the evaluation has none.
  ///
  /// Of perplexity, the loss stands in with its sign turned: exp rises with it, and may overflow.
  func score(_ evaluation: Evaluation) -> Double? {
    switch self {
    case .bleu: evaluation.answers?.bleu.score
    case .perplexity: -evaluation.loss
    case .judge: evaluation.judge?.meanScore
    }
  }

  /// The scores that it is the mean of, row by row; empty for a metric that leaves no row out.
  func rowScores(_ evaluation: Evaluation) -> [Double?] {
    self == .judge ? evaluation.judge?.judgements.map(\.score) ?? [] : []
  }
}
