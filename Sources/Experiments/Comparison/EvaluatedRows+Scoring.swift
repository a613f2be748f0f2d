internal import Scores

extension EvaluatedRows {
  /// The rows as they are drawn anew for `measure`; of a judge's scores those that there are.
  func scored(by measure: ComparisonMetric.Measure) -> Result<ScoredRows, Incomparable> {
    switch measure {
    case .bleu: whole(rows.map(\.bleu), "BLEU counts").map { .bleu($0) }
    case .meanSentenceBLEU:
      whole(rows.map(\.bleu), "BLEU counts").map { .mean($0.map { BLEU.sentenceScore(of: $0).score }) }
    case .chrf: whole(rows.map(\.chrf), "chrF counts").map { .chrf($0, .characters) }
    case .chrfWithWords: whole(rows.map(\.chrf), "chrF counts").map { .chrf($0, .charactersAndWords) }
    case .exactMatch: whole(rows.map(\.isExactMatch), "word on a match").map { .mean($0.map { $0 ? 1 : 0 }) }
    case .tokenAccuracy:
      whole(rows.map { row in row.correctTokens.map { ($0, row.likelihood?.labelledTokens ?? 0) } }, "count of tokens")
        .map { .share($0.map { (part: $0.0, whole: $0.1) }) }
    case .judge:
      rows.contains { $0.judgeScore != nil }
        ? .success(.mean(rows.compactMap(\.judgeScore))) : .failure(.noRowStatistics("no row has a judge's score"))
    case .loss: whole(rows.map(\.likelihood), "likelihood").map { .loss($0) }
    case .perplexity: whole(rows.map(\.likelihood), "likelihood").map { .perplexity($0) }
    case .meanRowPerplexity: whole(rows.map(\.likelihood), "likelihood").map { .meanRowPerplexity($0) }
    }
  }

  /// Every row's statistics, when every row has them.
  private func whole<Statistics>(_ found: [Statistics?], _ name: String) -> Result<[Statistics], Incomparable> {
    let statistics = found.compactMap { $0 }
    guard statistics.count == found.count, !found.isEmpty else {
      return .failure(.noRowStatistics("\(found.count - statistics.count) of \(found.count) rows have no \(name)"))
    }
    return .success(statistics)
  }
}
