public import Foundation
public import Tables
internal import Scores

/// Every score of one evaluation with its interval, and the rows it was measured on.
public struct EvaluationEstimates: Sendable {
  public let rows: EvaluatedRows
  /// In the order of the measures, those that the evaluation has.
  public let scores: [(measure: ComparisonMetric.Measure, estimate: ScoreEstimate)]

  /// - Parameters:
  ///   - label: the evaluation's id or folder.
  ///   - predictions: of `predictions.jsonl`.
  ///   - document: `scores.json`.
  ///   - place: what the rows are called in messages.
  /// - Throws: `ExperimentsError` naming the line of what is damaged.
  public init(
    _ label: String, of name: ExperimentName, predictions: Data, scores document: JSONValue?, place: String,
    options: Comparison.Options = Comparison.Options()
  ) throws {
    let rows = try EvaluatedRows(label, predictions: predictions, scores: document, place: place)
    let values = (document?["scores"]?.objectMembers ?? []).map {
      JSONMember("\(ComparisonMetric.Part.validation.rawValue)/\($0.key)", $0.value)
    }
    let run = ComparedRun(name: name, settings: [], scores: values, validation: rows)
    let sampling = ScoredCandidate.Sampling(
      resampling: Resampling(count: options.resampleCount ?? 1_000, seed: options.seed), confidence: options.confidence)
    self.rows = rows
    scores = ComparisonMetric.Measure.allCases.compactMap { measure in
      ScoredCandidate(runs: [0], of: [run], by: ComparisonMetric(measure), sampling).score.map { (measure, $0) }
    }
  }
}

extension EvaluatedRows.Row {
  /// What the row alone scores, in the unit of the measure; `nil` where it has none.
  ///
  /// A corpus score is no mean of these: BLEU of a row is the sentence score (effective order, exponential smoothing).
  public func score(by measure: ComparisonMetric.Measure) -> Double? {
    switch measure {
    case .bleu, .meanSentenceBLEU: bleu.map { BLEU.sentenceScore(of: $0).score }
    case .chrf: chrf.map { CHRF.characters.score(of: $0) }
    case .chrfWithWords: chrf.map { CHRF.charactersAndWords.score(of: $0) }
    case .exactMatch: isExactMatch.map { $0 ? 1 : 0 }
    case .tokenAccuracy:
      correctTokens.flatMap { count in likelihood.map { Double(count) / Double(max(1, $0.labelledTokens)) } }
    case .judge: judgeScore
    case .loss: likelihood.map { $0.negativeLogLikelihood / Double(max(1, $0.labelledTokens)) }
    case .perplexity, .meanRowPerplexity:
      likelihood.map { exp($0.negativeLogLikelihood / Double(max(1, $0.labelledTokens))) }
    }
  }
}
