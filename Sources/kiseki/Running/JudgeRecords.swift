import CommandLine
import Experiments
import FineTuning
import Tables

/// What is written, and said, of a judge's work.
extension JudgeReport {
  var coverage: ScoreCoverage {
    ScoreCoverage(scored: judgements.count - missingCount, rows: judgements.count)
  }

  /// In `scores.json`: what it cost, and what failed.
  var document: JSONValue {
    [
      "signature": .string(signature), "models": .array(models.map { .string($0) }),
      "judged": .integer(judgements.count - missingCount), "missing": .integer(missingCount),
      "failures": .object(failures.map { JSONMember($0.kind, .integer($0.count)) }),
      "requests": .integer(requestCount), "retries": .integer(retryCount),
      "prompt_tokens": .integer(promptTokens), "completion_tokens": .integer(completionTokens),
      "temperature": omitsTemperature ? .null : 0,
    ]
  }

  /// `judge: 7.31 over 98 of 100 rows; 2 missing (1 timeout, 1 HTTP 500); 123 requests, 23 of them repeated, ...`
  var sentence: String {
    var text = "judge: "
    text += meanScore.map { "\(Format.decimal($0, 2)) of 10 over " } ?? "no score, "
    text += "\(coverage.text) rows"
    if missingCount > 0 {
      text +=
        "; \(Format.count(missingCount)) missing ("
        + failures.map { "\(Format.count($0.count)) \($0.kind)" }.joined(separator: ", ") + ")"
    }
    text += "; \(Format.count(requestCount, "request"))"
    if retryCount > 0 { text += ", \(Format.count(retryCount)) of them repeated" }
    return text + ", \(Format.count(promptTokens)) tokens read and \(Format.count(completionTokens)) written"
  }

  /// The first failure in the server's words; a missing score has none to stand in for it.
  var warning: String? {
    guard let failure = firstFailure else { return nil }
    let detail = failure.detail.map { ": " + withoutControls(truncated($0, to: 300)) } ?? ""
    return "the judge gave no score for \(Format.count(missingCount, "row")); the first is "
      + "missing because of \(failure.kind)\(detail)"
  }
}

extension RowJudgement {
  /// In `predictions.jsonl`: the score with the judge's words, or why there is none.
  var json: JSONValue {
    switch self {
    case .scored(let score, let reply): ["score": .number(score), "reply": .string(reply)]
    case .missing(let failure):
      ["score": .null, "missing": .string(failure.kind), "detail": failure.detail.map { .string($0) } ?? .null]
    }
  }
}
