import CommandLine
import Configuration
import FineTuning

/// What is said, and logged, of what came out.
extension Evaluation {
  /// - Parameters:
  ///   - set: `validation` or `test`.
  ///   - place: such as `step 40`.
  func sentence(on set: String, after place: String) -> String {
    var text = "\(set) after \(place): loss \(Format.decimal(loss, 4)), "
    text += "perplexity \(Format.significant(perplexity, digits: 5))"
    if let bleu = answers?.bleu { text += ", BLEU \(Format.decimal(bleu.score, 2))" }
    if let judge, let score = judge.meanScore {
      text += ", judge \(Format.decimal(score, 2))"
      if judge.missingCount > 0 { text += " (\(judge.coverage.text) rows)" }
    }
    if clampedCount > 0 { text += "; \(Format.count(clampedCount, "answer")) cut short by the model's positions" }
    return text
  }
}

extension PreparedRun {
  /// Whether training ended early, and which weights are kept.
  func sentences(on outcome: TrainingOutcome) -> [String] {
    let training = configuration.training
    let metric = configuration.prediction.metric == .judge ? "judge score" : configuration.prediction.metric.rawValue
    var lines: [String] = []
    if outcome.endedEarly, let best = trainer.position.best {
      let waited = trainer.position.evaluationsWithoutImprovement
      lines.append(
        "stopped early after step \(outcome.stepCount) of \(trainer.plan.stepCount): \(waited) "
          + "evaluation\(waited == 1 ? "" : "s") without a better \(metric) than after step \(best.step)")
    }
    guard training.saveBestCheckpoint, outcome.stepCount > 0 else { return lines }
    guard let best = trainer.position.best, best.score.isFinite else {
      let half = metric == "judge score" ? " for half of its rows or more" : ""
      return lines + ["kept: the last weights, because no evaluation has a \(metric)\(half)"]
    }
    let scored = best.rowScores.count { $0 != nil }
    let share = scored < best.rowScores.count ? ", a mean over \(scored) of \(best.rowScores.count) rows" : ""
    lines.append(
      outcome.savedStep == outcome.stepCount
        ? "kept: the last weights, which have the best \(metric)\(share)"
        : "kept: the weights after step \(outcome.savedStep), which have the best \(metric)\(share); training ended after "
          + "step \(outcome.stepCount)")
    return lines
  }
}

extension EvaluationChoice {
  /// By which rows the evaluation was compared, where a judge left some out; `nil` where none was.
  var sentence: String? {
    guard isPartial else { return nil }
    let share = "\(Format.count(sharedCount)) of \(Format.count(rowCount)) rows"
    let rule = "the best evaluation is chosen by rows that have a score in both, at least half of all"
    guard let earlierStep, let score, let earlierScore else {
      return outcome == .undecided
        ? "the judge's scores after step \(step) decide nothing: only \(share) have one; \(rule)"
        : "the best judge score so far is a mean over \(share); \(rule)"
    }
    if outcome == .undecided {
      return "the judge's scores after step \(step) decide nothing: only \(share) have one there and after step "
        + "\(earlierStep); \(rule)"
    }
    return "over the \(share) with a judge's score both after step \(earlierStep) and after step \(step): "
      + "\(Format.decimal(earlierScore, 2)) there, \(Format.decimal(score, 2)) here, so "
      + (outcome == .better ? "this is the best so far" : "step \(earlierStep) stays the best")
  }
}
