internal import Foundation
internal import Scores
public import Tables

extension Comparison {
  /// The whole comparison for other programs; scores unrounded.
  public var json: JSONValue {
    document([
      ("format", .integer(documentFormat)), ("metric", .string(metric.name)),
      ("higher_is_better", .bool(metric.isHigherBetter)),
      ("baseline", baselineCandidate.map { .string($0.label) } ?? .null),
      ("baseline_named", .bool(isBaselineNamed)),
      (
        "bootstrap",
        [
          "resamples": .integer(resampling.count), "seed": .string(String(resampling.seed)),
          "confidence": .number(options.confidence),
        ]
      ),
      ("candidates", .array(candidates.map { $0.json(runs) })),
      ("differences", differences.json(runs)), ("verdict", verdict.json(candidates)),
      ("warnings", .array(warnings.map { .string($0.description) })),
    ])
  }
}

extension Candidate {
  fileprivate func json(_ all: [ComparedRun]) -> JSONValue {
    var members: [(String, JSONValue?)] = [
      ("label", .string(label)), ("runs", .array(runs.map { all[$0].json })),
      ("score", score?.json ?? .null), ("problem", problem.map { .string($0.description) }),
      ("test", test?.json),
    ]
    if let spread {
      members.append(
        (
          "seeds",
          [
            "count": .integer(spread.count), "mean": .number(spread.mean),
            "standard_deviation": .number(spread.standardDeviation), "interval": spread.interval.json,
          ]
        ))
    }
    switch standing {
    case .baseline: members.append(("is_baseline", true))
    case .untested(let reason): members.append(("not_compared", .string(reason.description)))
    case .tested(let test): members.append(("against_baseline", test.json))
    }
    return document(members)
  }
}

extension ComparedRun {
  fileprivate var json: JSONValue {
    document([
      ("name", .string(name.text)), ("version", version.map { .integer($0) } ?? .null),
      ("commit", commit.map { .string($0) } ?? .null), ("status", .string(status.rawValue)),
      ("seed", seed.map { .integer($0) }), ("evaluation", data.map { .string($0.label) }), ("scores", .object(scores)),
      ("settings", .object(settings)),
    ])
  }
}

extension BaselineTest {
  fileprivate var json: JSONValue {
    document([
      ("difference", .number(rows.difference)), ("interval", rows.interval.json),
      ("p_value_rows", .number(rows.pValue)), ("p_value_sacrebleu", .number(rows.sacreBLEUPValue)),
      ("p_value_seeds", seedPValue.map { .number($0) }), ("p_value", .number(pValue)),
      ("p_value_holm", .number(adjustedPValue)), ("better", .bool(isBetter)),
      ("more_than_luck", .bool(isMoreThanLuck)), ("rows", coverage.map { .integer($0.scored) }),
    ])
  }
}

extension ScoreEstimate {
  public var json: JSONValue {
    document([
      ("value", .number(value)), ("rows", .integer(rows)),
      ("missing_rows", missing > 0 ? .integer(missing) : nil), ("interval", interval?.json ?? .null),
      ("why_no_interval", whyNoInterval.map { .string($0.description) }),
    ])
  }
}

extension ConfidenceInterval {
  fileprivate var json: JSONValue { .array([.number(lower), .number(upper)]) }
}

extension ComparisonDifferences {
  fileprivate func json(_ runs: [ComparedRun]) -> JSONValue {
    func list(_ differences: [Difference]) -> JSONValue {
      .object(
        differences.map { difference in
          JSONMember(
            difference.key,
            .object(zip(runs, difference.values).map { JSONMember($0.label, $1 ?? .null) }))
        })
    }
    return [
      "settings": list(settings), "data": list(data), "backbone": list(backbone), "environment": list(environment),
    ]
  }
}

extension Verdict {
  fileprivate func json(_ candidates: [Candidate]) -> JSONValue {
    func label(_ index: Int) -> JSONValue { .string(candidates[index].label) }
    switch self {
    case .noScore: return ["kind": "no score"]
    case .onlyOne(let winner): return ["kind": "only one", "winner": label(winner)]
    case .incomparable(let winner, let rival, let reason):
      return [
        "kind": "not comparable", "winner": label(winner), "rival": label(rival),
        "reason": .string(reason.description),
      ]
    case .decided(let lead):
      return [
        "kind": "decided", "winner": label(lead.winner), "rival": label(lead.rival), "margin": .number(lead.margin),
        "interval": [.number(lead.lower), .number(lead.upper)], "p_value_holm": .number(lead.adjustedPValue),
        "tests": .integer(lead.testCount), "more_than_luck": .bool(lead.isMoreThanLuck), "rows": .integer(lead.rows),
      ]
    }
  }
}

extension ComparisonWarning: CustomStringConvertible {
  /// The warning in English, as a sentence without its full stop.
  public var description: String {
    switch self {
    case .notCompared(let label, let reason): "\(label) is not compared: \(reason)"
    case .partialScore(let label, let coverage, let others):
      "the score of \(label) is a mean over \(coverage.scored) of \(coverage.rows) rows: the judge gave none for the others"
        + (others > 0 ? "; \(others) more \(others == 1 ? "is such a mean" : "are such means")" : "")
    case .sharedRows(let label, let coverage, let others):
      "the difference of \(label) is that over the \(coverage.scored) of \(coverage.rows) rows for which both have a score"
        + (others > 0 ? "; so it is with \(others) more" : "")
    case .fewRows(let rows): "with \(rows) rows the intervals are rough; 100 or more tell settings apart"
    case .optimisticWinner(let candidates, let isTested):
      "the best of \(candidates) was chosen on the rows it is scored on, so its score is optimistic; "
        + (isTested ? "trust its test score" : "a test set in dataset.test_dataframe gives a score without this bias")
    case .bestIsBaseline: "no baseline was named: every other is compared with the best, which luck has favoured"
    case .singleSeeds:
      "the intervals cover the choice of rows, not of seeds; several seeds of a setting show how much that matters"
    case .mixedMetrics(let used): "the runs are configured for different metrics; \(used) is compared"
    case .seedsOnDifferentRows(let label): "the seeds of \(label) were scored on different rows"
    }
  }
}
