import Experiments
import FineTuning
import Foundation
import LanguageModels
import Tables

/// What is recorded of a run's results, as its files have it; nothing here depends on the machine or the time.
extension StepReport {
  /// The step's line of `metrics.jsonl`.
  var metrics: JSONValue {
    [
      "step": .integer(step), "epoch": .number(epoch), "tokens": .integer(tokens), "train/loss": .number(loss),
      "train/grad_norm": .number(gradientNorm), "learning_rate": .number(learningRate),
    ]
  }
}

extension Evaluation {
  /// The evaluation's line of `metrics.jsonl`.
  func metrics(step: Int, epoch: Double, tokens: Int) -> JSONValue {
    .object(
      [
        JSONMember("step", .integer(step)), JSONMember("epoch", .number(epoch)),
        JSONMember("tokens", .integer(tokens)),
      ] + scores(of: "validation"))
  }

  /// The files of `evaluations/<step>`, or of `evaluations/test`.
  func files(step: Int, epoch: Double, set: String) -> [(path: String, content: Data)] {
    let folder = "evaluations/" + (set == "test" ? set : String(step))
    return [
      (folder + "/predictions.jsonl", predictions),
      (folder + "/scores.json", document(step: step, epoch: epoch, set: set).document()),
    ]
  }
}

extension PreparedRun {
  func epoch(after step: Int) -> Double { Double(step) / Double(max(1, trainer.plan.stepsPerEpoch)) }

  /// Writes what was trained as `adapter/` or `model/` into a directory.
  func writeWeights(into directory: String, workspace: Workspace) throws {
    if model.adapterSettings != nil {
      try AdapterFiles.write(
        model, to: directory + "/adapter", baseModel: backbone.place.name(in: workspace),
        revision: backbone.place.origin?.commit, dropout: configuration.training.loraDropout)
      // The ids of the embedding's new rows.
      if !backbone.addedTokens.isEmpty {
        try TokenizerFiles.write(from: backbone.directory, to: directory + "/adapter", adding: backbone.addedTokens)
      }
    } else {
      try ModelFiles.write(model, to: directory + "/model", source: backbone.directory)
      if !backbone.addedTokens.isEmpty {
        try TokenizerFiles.write(from: backbone.directory, to: directory + "/model", adding: backbone.addedTokens)
      }
    }
  }
}
