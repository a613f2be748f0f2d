import Experiments
import FineTuning
import Foundation
import Tables

/// What is written of an evaluation.
extension Evaluation {
  /// The scores by their names, without a prefix.
  var scores: [JSONMember] {
    var members = [
      JSONMember("loss", .number(loss)), JSONMember("perplexity", .number(perplexity)),
      JSONMember("perplexity_mean_of_rows", .number(meanRowPerplexity)),
    ]
    if let bleu { members.append(JSONMember("bleu", .number(bleu.score))) }
    if let meanSentenceBLEU { members.append(JSONMember("bleu_mean_of_sentences", .number(meanSentenceBLEU))) }
    return members
  }

  /// The scores as `validation/loss` and so on.
  func scores(of set: String) -> [JSONMember] { scores.map { JSONMember("\(set)/\($0.key)", $0.value) } }

  /// `scores.json`: no times in it, so that equal runs have equal files.
  func document(step: Int, epoch: Double, set: String) -> JSONValue {
    .object(
      [
        JSONMember("format", 1), JSONMember("set", .string(set)), JSONMember("step", .integer(step)),
        JSONMember("epoch", .number(epoch)), JSONMember("rows", .integer(rows.count)),
        JSONMember("scores", .object(scores)),
      ] + (bleuSignature.map { [JSONMember("bleu_signature", .string($0))] } ?? [])
        + [JSONMember("clamped", .integer(clampedCount))])
  }

  /// `predictions.jsonl`: a line per row, with the statistics every score is made of.
  var predictions: Data {
    var text = ""
    for row in rows {
      let statistics: JSONValue = [
        "negative_log_likelihood": .number(row.likelihood.negativeLogLikelihood),
        "tokens": .integer(row.likelihood.labelledTokens),
        "bleu": row.bleu.map { .array($0.values.map { .integer($0) }) } ?? .null,
        "new_tokens": .integer(row.newTokenCount),
      ]
      let line: JSONValue = [
        "row": .integer(row.row), "prompt": .string(row.prompt), "reference": .string(row.reference),
        "prediction": row.prediction.map { .string($0) } ?? .null, "statistics": statistics,
      ]
      text += line.line() + "\n"
    }
    return Data(text.utf8)
  }
}
