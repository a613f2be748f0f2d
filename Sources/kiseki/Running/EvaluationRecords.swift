import Experiments
import FineTuning
import Foundation
import Scores
import Tables

/// What is written of an evaluation.
extension Evaluation {
  /// The scores by their names, without a prefix.
  var scores: [JSONMember] {
    var members = [
      JSONMember("loss", .number(loss)), JSONMember("perplexity", .number(perplexity)),
      JSONMember("perplexity_mean_of_rows", .number(meanRowPerplexity)),
      JSONMember("token_accuracy", .number(tokenAccuracy)),
    ]
    if let answers {
      members += [
        JSONMember("bleu", .number(answers.bleu.score)),
        JSONMember("bleu_mean_of_sentences", .number(answers.meanSentenceBLEU)),
        JSONMember("chrf", .number(answers.chrf)), JSONMember("chrf++", .number(answers.chrfWithWords)),
        JSONMember("exact_match", .number(answers.exactMatch)),
      ]
    }
    if let score = judge?.meanScore { members.append(JSONMember("judge", .number(score))) }
    return members
  }

  /// The scores as `validation/loss` and so on.
  /// With how many rows a judge gave a score for: a list of values must not hide that.
  func scores(of set: String) -> [JSONMember] {
    (scores + (judge?.coverage.members ?? [])).map { JSONMember("\(set)/\($0.key)", $0.value) }
  }

  /// `scores.json`: no times in it, so that equal runs have equal files.
  func document(step: Int, epoch: Double, set: String) -> JSONValue {
    .object(
      [
        JSONMember("format", 1), JSONMember("set", .string(set)), JSONMember("step", .integer(step)),
        JSONMember("epoch", .number(epoch)), JSONMember("rows", .integer(rows.count)),
        JSONMember("scores", .object(scores)),
      ] + signatures + (judge.map { [JSONMember("judge", $0.document)] } ?? [])
        + [JSONMember("clamped", .integer(clampedCount))])
  }

  /// How the scores of text were computed, in sacreBLEU's words.
  private var signatures: [JSONMember] {
    guard let answers else { return [] }
    return [JSONMember("bleu_signature", .string(answers.bleuSignature))]
      + CHRF.allCases.map { JSONMember("\($0.rawValue)_signature", .string($0.signature)) }
  }

  /// `predictions.jsonl`: a line per row, with the statistics every score is made of.
  var predictions: Data {
    var text = ""
    for row in rows {
      let statistics: JSONValue = [
        "negative_log_likelihood": .number(row.likelihood.negativeLogLikelihood),
        "tokens": .integer(row.likelihood.labelledTokens), "correct_tokens": .integer(row.correctTokenCount),
        "bleu": counts(row.answer?.bleu.values), "chrf": counts(row.answer?.chrf.values),
        "exact_match": row.answer.map { .bool($0.isExactMatch) } ?? .null, "new_tokens": .integer(row.newTokenCount),
      ]
      var line = [
        JSONMember("row", .integer(row.row)), JSONMember("prompt", .string(row.prompt)),
        JSONMember("reference", .string(row.reference)),
        JSONMember("prediction", row.prediction.map { .string($0) } ?? .null), JSONMember("statistics", statistics),
      ]
      if let judgement = row.judgement { line.append(JSONMember("judge", judgement.json)) }
      text += JSONValue.object(line).line() + "\n"
    }
    return Data(text.utf8)
  }

  private func counts(_ values: [Int]?) -> JSONValue { values.map { .array($0.map { .integer($0) }) } ?? .null }
}
