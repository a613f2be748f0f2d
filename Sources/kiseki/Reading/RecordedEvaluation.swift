import Experiments
import Tables

/// One evaluation of an experiment, as its files have it.
struct RecordedEvaluation {
  /// The name of its folder: the step, or `test`.
  let label: String
  /// `scores.json`; `nil` while it is not written.
  let scores: JSONValue?

  static let mainScores = ["loss", "perplexity", "token_accuracy", "bleu", "chrf", "exact_match", "judge"]
  /// Other ways to average and count the same; in a table of their own, because lines are short.
  static let otherScores = ["perplexity_mean_of_rows", "bleu_mean_of_sentences", "chrf++"]

  /// Every evaluation in the order of its steps, the one on test data last.
  static func all(in files: ExperimentFiles) throws -> [RecordedEvaluation] {
    let labels = Set(
      try files.all().compactMap { file -> String? in
        let parts = file.path.split(separator: "/")
        return parts.count == 3 && parts[0] == "evaluations" ? String(parts[1]) : nil
      })
    let ordered = labels.sorted { first, second in
      let places = (Int(first) ?? .max, Int(second) ?? .max)
      return places.0 == places.1 ? first < second : places.0 < places.1
    }
    return try ordered.map {
      RecordedEvaluation(label: $0, scores: try files.json("evaluations/\($0)/scores.json"))
    }
  }

  func score(_ name: String) -> Double? { scores?["scores"]?[name]?.doubleValue }

  func coverage(of name: String) -> ScoreCoverage? { ScoreCoverage(of: name, inDocument: scores) }

  var json: JSONValue { .object([JSONMember("name", .string(label))] + (scores?.objectMembers ?? [])) }

  /// The first rows it was answered for.
  func predictions(in files: ExperimentFiles, limit: Int) throws -> [JSONValue] {
    try files.lines("evaluations/\(label)/predictions.jsonl", limit: limit)
  }
}

/// A row's answer beside its reference and what the untouched model said.
struct SamplePrediction {
  /// From 0, as `predictions.jsonl` and `--json` have it; people are told it from 1, as in every message.
  let row: Int?
  let prompt: String
  let reference: String
  let before: String?
  let after: String?

  /// A few rows of the evaluation of the saved weights on validation data, of the last one while none are saved.
  ///
  /// - Parameter evaluations: all of the experiment, in order.
  static func samples(
    _ evaluations: [RecordedEvaluation], savedStep: Int?, in files: ExperimentFiles, limit: Int = 3
  ) throws -> (step: String, rows: [SamplePrediction])? {
    let validation = evaluations.filter { Int($0.label) != nil }
    guard let last = validation.last(where: { Int($0.label) == savedStep }) ?? validation.last else { return nil }
    let baseline = evaluations.first { $0.label == "0" && $0.label != last.label }
    let before = try baseline?.predictions(in: files, limit: limit) ?? []
    let rows = try last.predictions(in: files, limit: limit).map { line in
      SamplePrediction(
        row: line["row"]?.integerValue, prompt: line["prompt"]?.stringValue ?? "",
        reference: line["reference"]?.stringValue ?? "",
        before: before.first { $0["row"] == line["row"] }?["prediction"]?.stringValue,
        after: line["prediction"]?.stringValue)
    }
    return (last.label, rows)
  }

  var json: JSONValue {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    return .object([
      JSONMember("row", row.map { .integer($0) } ?? .null), JSONMember("prompt", .string(prompt)),
      JSONMember("reference", .string(reference)), JSONMember("baseline", text(before)),
      JSONMember("prediction", text(after)),
    ])
  }
}
