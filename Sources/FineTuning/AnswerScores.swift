public import Scores

/// What the scores of a generated answer are made of.
public struct AnswerStatistics: Sendable {
  public let bleu: BLEUStatistics
  /// Of chrF and chrF++.
  public let chrf: CHRFStatistics
  public let isExactMatch: Bool

  init(_ bleu: BLEU, prediction: String, reference: String) {
    self.bleu = bleu.statistics(prediction: prediction, reference: reference)
    chrf = CHRF.statistics(prediction: prediction, reference: reference)
    isExactMatch = ExactMatch.holds(prediction: prediction, reference: reference)
  }
}

/// The scores of the generated answers of a set of rows.
public struct AnswerScores: Sendable {
  /// Of the whole set.
  public let bleu: BLEUScore
  public let meanSentenceBLEU: Double
  /// As sacreBLEU prints it beside `bleu`.
  public let bleuSignature: String
  public let chrf: Double
  public let chrfWithWords: Double
  /// The share of answers that are their references, from 0 to 1.
  public let exactMatch: Double

  /// - Returns: `nil` without answers.
  init?(_ answers: [AnswerStatistics], _ metric: BLEU) {
    let statistics = answers.map(\.bleu)
    guard let mean = BLEU.meanSentenceScore(of: statistics) else { return nil }
    let chrf = answers.map(\.chrf).sum()
    bleu = BLEU.corpusScore(of: statistics.sum())
    meanSentenceBLEU = mean
    bleuSignature = metric.signature()
    self.chrf = CHRF.characters.score(of: chrf)
    chrfWithWords = CHRF.charactersAndWords.score(of: chrf)
    exactMatch = Double(answers.count { $0.isExactMatch }) / Double(answers.count)
  }
}
