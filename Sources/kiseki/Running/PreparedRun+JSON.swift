import Configuration
import FineTuning
import Tables

extension PreparedRun {
  /// What a dry run with `--json` prints: what the run would do, and all its settings.
  var planDocument: JSONValue {
    let plan = trainer.plan
    let parts = [
      ("prompt", data.training.lengths.prompt), ("answer", data.training.lengths.answer),
      ("joined", data.training.lengths.joined),
    ]
    return .object([
      JSONMember("name", .string(name.text)),
      JSONMember("settings", .object(configuration.values.map { JSONMember($0.key, $0.value) })),
      JSONMember(
        "rows",
        [
          "train": .integer(data.training.count), "validation": .integer(data.validation.rows.count),
          "test": data.test.map { .integer($0.rows.count) } ?? .null,
        ]),
      JSONMember("family", .string(model.architecture.family.rawValue)),
      JSONMember("weights", .integer(model.architecture.weights.reduce(0) { $0 + $1.count })),
      JSONMember("trained_parameters", .integer(model.parameters.trainedCount)),
      JSONMember("steps", .integer(plan.stepCount)), JSONMember("steps_per_epoch", .integer(plan.stepsPerEpoch)),
      JSONMember("evaluation_steps", .array(plan.evaluationSteps.map { .integer($0) })),
      JSONMember(
        "tokens",
        .object(
          parts.compactMap { label, lengths in
            TokenLengthSummary(lengths).map { summary in
              JSONMember(
                label,
                [
                  "median": .integer(Int(summary.median)), "within_90_percent": .integer(Int(summary.percentile90)),
                  "most": .integer(Int(summary.maximum)),
                ])
            }
          })),
      JSONMember("truncation", .object(data.truncation)),
      JSONMember("warnings", .array(warnings.map { .string($0) })),
    ])
  }
}
