import CommandLine
import Experiments
import Scores
import Spelling

/// A comparison's numbers and its verdict in words.
enum ComparisonText {
  static func score(_ value: Double, _ metric: ComparisonMetric) -> String {
    Format.decimal(value, metric.measure.fractionDigits)
  }

  /// With how many of the rows have a part in it, where not all have.
  static func score(_ estimate: ScoreEstimate, _ metric: ComparisonMetric) -> String {
    score(estimate.value, metric) + (estimate.coverage.isPartial ? " (\(estimate.coverage.text))" : "")
  }

  static func interval(_ interval: ConfidenceInterval?, _ metric: ComparisonMetric) -> String {
    interval.map { "[\(score($0.lower, metric)), \(score($0.upper, metric))]" } ?? ""
  }

  /// With its sign.
  static func difference(_ value: Double, _ metric: ComparisonMetric) -> String {
    (value > 0 ? "+" : "") + score(value, metric)
  }

  private static func pStatement(_ value: Double) -> String {
    let text = pValue(value)
    return text.hasPrefix("<") ? "p \(text)" : "p = \(text)"
  }

  static func pValue(_ value: Double) -> String { value < 0.001 ? "< 0.001" : Format.decimal(value, 3) }

  /// What a difference is measured in: `BLEU`, `loss`.
  static func unit(_ metric: ComparisonMetric) -> String {
    let name =
      switch metric.measure {
      case .bleu: "BLEU"
      case .meanSentenceBLEU: "sentence BLEU"
      case .chrf: "chrF"
      case .chrfWithWords: "chrF++"
      case .exactMatch: "in exact match"
      case .tokenAccuracy: "in token accuracy"
      case .judge: "in judge score"
      case .loss: "in loss"
      case .perplexity: "in perplexity"
      case .meanRowPerplexity: "in mean row perplexity"
      }
    switch metric.part {
    case .validation: return name
    case .test: return "\(name) on the test rows"
    case .data: return "\(name) on these data"
    }
  }

  /// What came out, in a sentence.
  static func verdict(_ comparison: Comparison) -> String {
    let candidates = comparison.candidates
    let metric = comparison.metric
    switch comparison.verdict {
    case .noScore: return "Nothing to compare: no run has \(metric.shortName)."
    case .onlyOne(let winner):
      let score = "\(metric.shortName) \(summary(candidates[winner], metric))"
      if candidates.count > 1 { return "Only \(candidates[winner].label) has a score: \(score)." }
      return "\(candidates[winner].label) has \(score); a second setting is needed to compare it with."
    case .incomparable(let winner, let rival, let reason):
      return "\(candidates[winner].label) and \(candidates[rival].label) cannot be compared: \(reason)."
    case .decided(let lead):
      if lead.isEqual {
        let pair = [candidates[lead.winner], candidates[lead.rival]]
        let coverage = pair.compactMap { $0.standing.test?.coverage }.first
        let rows = coverage.map { " over the \($0.text) rows for which both have a score" } ?? ""
        return "\(pair[0].label) and \(pair[1].label) score the same\(rows)."
      }
      return sentence(lead, comparison) + test(candidates[lead.winner], comparison)
    }
  }

  /// Why nothing could be compared, as a sentence; `nil` when a score could be set beside another, or there is only one.
  static func failure(_ comparison: Comparison) -> String? {
    let (metric, candidates) = (comparison.metric, comparison.candidates)
    let advice = "What each run lacks is said above; 'kiseki show NAME' lists its scores."
    switch comparison.verdict {
    case .noScore: return "cannot compare: no run has \(metric.name). \(advice)"
    case .onlyOne(let winner):
      return candidates.count > 1
        ? "cannot compare: only \(candidates[winner].label) has \(metric.name). \(advice)" : nil
    case .decided: return nil
    case .incomparable(let winner, let rival, let reason):
      if candidates.contains(where: { $0.standing.test != nil }) { return nil }
      // Scores on the same few rows can be set beside each other, though not tested.
      if case .tooFewRows = reason { return nil }
      return
        "cannot compare \(candidates[winner].label) and \(candidates[rival].label): \(reason). Name runs scored on the "
        + "same rows in the same way."
    }
  }

  private static func sentence(_ lead: Verdict.Lead, _ comparison: Comparison) -> String {
    let metric = comparison.metric
    let (winner, rival) = (comparison.candidates[lead.winner].label, comparison.candidates[lead.rival].label)
    let numbers =
      "\(score(lead.margin, metric)) \(unit(metric)) [\(score(lead.lower, metric)), \(score(lead.upper, metric))]"
    let odds =
      pStatement(lead.adjustedPValue) + (lead.testCount > 1 ? " after Holm for \(lead.testCount) tests" : "")
    if lead.isMoreThanLuck { return "\(winner) leads \(rival) by \(numbers) over \(lead.rows) rows, \(odds)." }
    let rest = others(lead, comparison)
    if rest.isEmpty {
      return
        "No difference that is more than luck: \(winner) is \(numbers) ahead of \(rival) over \(lead.rows) rows, \(odds)."
    }
    return
      "Whether \(winner) is better than \(rival) may be luck: it is \(numbers) ahead over \(lead.rows) rows, \(odds); "
      + "\(rest) by more than luck."
  }

  /// `3 others are worse than base`, where the table says so of rows the sentence is not about; else empty.
  private static func others(_ lead: Verdict.Lead, _ comparison: Comparison) -> String {
    let tests = comparison.candidates.indices.filter { $0 != lead.winner && $0 != lead.rival }
      .compactMap { comparison.candidates[$0].standing.test }.filter(\.isMoreThanLuck)
    let baseline = comparison.baselineCandidate?.label ?? ""
    let counts = [("better", tests.count(where: \.isBetter)), ("worse", tests.count { !$0.isBetter })].filter {
      $0.1 > 0
    }
    return counts.map { word, count in
      "\(Format.count(count, "other")) \(count == 1 ? "is" : "are") \(word) than \(baseline)"
    }.joined(separator: " and ")
  }

  /// What the winner scores on rows that had no part in choosing it.
  private static func test(_ winner: Candidate, _ comparison: Comparison) -> String {
    guard let test = winner.test else { return "" }
    let metric = comparison.metric.on(.test)
    return " On \(test.rows) test rows \(winner.label) has \(metric.measure.rawValue) "
      + "\(score(test, metric)) \(interval(test.interval, metric))".trimmed + "."
  }

  private static func summary(_ candidate: Candidate, _ metric: ComparisonMetric) -> String {
    guard let estimate = candidate.score else { return "" }
    let reason = estimate.whyNoInterval.map { " (no interval: \($0))" } ?? ""
    let seeds = candidate.spread.map {
      ", the mean of \($0.count) seeds with standard deviation \(score($0.standardDeviation, metric))"
    }
    return "\(score(estimate, metric)) \(interval(estimate.interval, metric))".trimmed + reason + (seeds ?? "")
  }

  /// What is worth typing after having read it.
  static func nextCommand(_ comparison: Comparison, words: [String]) -> String? {
    let labels = { (index: Int) in comparison.runs[comparison.candidates[index].runs[0]].label }
    switch comparison.verdict {
    case .noScore: return comparison.runs.first.map { shellCommand("show", $0.label) }
    case .onlyOne(let winner):
      return comparison.candidates[winner].hasSeveralSeeds
        ? (["kiseki compare --each-run"] + words.map(shellWord)).joined(separator: " ")
        : shellCommand("compare", labels(winner)) + " ANOTHER"
    case .incomparable(let winner, let rival, _): return shellCommand("diff", labels(rival), labels(winner))
    case .decided(let lead): return shellCommand("diff", labels(lead.rival), labels(lead.winner))
    }
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
