/// What decides which evaluation is best.
public enum EvaluationMetric: Sendable, Hashable {
  /// Corpus BLEU; its evaluations must generate text.
  case bleu
  case perplexity

  /// A number that is larger the better the evaluation is.
  ///
  /// Of perplexity, the loss stands in with its sign turned: exp rises with it, and may overflow.
  func score(_ evaluation: Evaluation) -> Double {
    switch self {
    case .bleu: evaluation.answers?.bleu.score ?? -.infinity
    case .perplexity: -evaluation.loss
    }
  }
}
