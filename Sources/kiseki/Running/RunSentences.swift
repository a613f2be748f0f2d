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
    if let score = judge?.meanScore { text += ", judge \(Format.decimal(score, 2))" }
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
    if training.saveBestCheckpoint, outcome.stepCount > 0,
      trainer.position.best?.score.isFinite != true
    {
      lines.append("kept: the last weights, because no evaluation has a \(metric)")
    } else if training.saveBestCheckpoint, outcome.stepCount > 0 {
      lines.append(
        outcome.savedStep == outcome.stepCount
          ? "kept: the last weights, which have the best \(metric)"
          : "kept: the weights after step \(outcome.savedStep), which have the best \(metric); training ended after "
            + "step \(outcome.stepCount)")
    }
    return lines
  }
}
