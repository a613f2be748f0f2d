public import Scores

/// One evaluated row: what was asked, expected and answered, and the statistics every score is a sum of.
public struct EvaluatedRow: Sendable {
  /// The row's index in its file, from 0.
  public let row: Int
  public let prompt: String
  public let reference: String
  /// `nil` when nothing was generated.
  public let prediction: String?
  public let likelihood: RowLikelihood
  /// Labelled tokens that the model found likelier than every other, with the reference's tokens in front of them.
  public let correctTokenCount: Int
  /// `nil` when nothing was generated.
  public let answer: AnswerStatistics?
  /// `nil` when no judge was asked.
  public let judgement: RowJudgement?
  public let newTokenCount: Int
  /// The model's positions ran out before the answer's end.
  public let wasClamped: Bool
}

/// The result of evaluating a model on a set of rows.
public struct Evaluation: Sendable {
  public let rows: [EvaluatedRow]
  /// Mean negative log-likelihood over all targets, in nats.
  public let loss: Double
  /// exp(loss)
  public let perplexity: Double
  /// The mean over rows of exp(the row's mean negative log-likelihood), as H2O LLM Studio has it.
  public let meanRowPerplexity: Double
  /// The share of labelled tokens that the model found likeliest, from 0 to 1.
  public let tokenAccuracy: Double
  /// When text was generated.
  public let answers: AnswerScores?
  /// When a judge was asked.
  public let judge: JudgeReport?
  public let seconds: Double

  public var clampedCount: Int { rows.count { $0.wasClamped } }
}
