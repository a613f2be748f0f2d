import Experiments
import Scores
import Tables

/// Runs put together for comparisons, each row's prediction as good as it is told.
struct RunMaker {
  var references = (0..<40).map { "設定\($0)を保存しました" }
  var tokenizer = BLEUTokenizer.char
  var tokensPerRow = 8

  /// - Parameters:
  ///   - wrong: rows from the first on whose prediction is another text.
  ///   - seed: what the run was started from.
  func run(
    _ name: String, wrong: Int, seed: Int = 1, rank: Int = 4, loss: Double = 2, hasTest: Bool = false,
    metric: String = "BLEU"
  ) throws -> ComparedRun {
    let rows = try rows(wrong: wrong, loss: loss)
    let statistics = rows.compactMap(\.bleu)
    var scores = [
      JSONMember("validation/loss", .number(loss)),
      JSONMember("validation/bleu", .number(BLEU.corpusScore(of: statistics.sum()).score)),
      JSONMember("validation/chrf", .number(CHRF.characters.score(of: rows.compactMap(\.chrf).sum()))),
      JSONMember("validation/chrf++", .number(CHRF.charactersAndWords.score(of: rows.compactMap(\.chrf).sum()))),
      JSONMember(
        "validation/exact_match", .number(Double(rows.count { $0.isExactMatch == true }) / Double(rows.count))),
      JSONMember(
        "validation/token_accuracy",
        .number(Double(rows.reduce(0) { $0 + ($1.correctTokens ?? 0) }) / Double(rows.count * tokensPerRow))),
    ]
    if hasTest { scores.append(JSONMember("test/bleu", scores[1].value)) }
    let evaluated = EvaluatedRows(label: "1", rows: rows, signature: try BLEU(tokenizer: tokenizer).signature())
    return ComparedRun(
      name: try ExperimentName(name),
      settings: [
        JSONMember("experiment_name", .string(name)), JSONMember("training.lora_r", .integer(rank)),
        JSONMember("prediction.metric", .string(metric)), JSONMember("environment.seed", .integer(seed)),
      ], scores: scores, validation: evaluated, test: hasTest ? evaluated : nil)
  }

  /// A run whose answers a judge scored, row by row; `nil` where it gave no score.
  func judged(_ name: String, _ scores: [Double?], seed: Int = 1, rank: Int = 4) throws -> ComparedRun {
    let rows = scores.enumerated().map { index, score in
      EvaluatedRows.Row(
        row: index, prompt: "row \(index)", reference: references[index], prediction: "", likelihood: nil, bleu: nil,
        judgeScore: score)
    }
    let present = scores.compactMap { $0 }
    return ComparedRun(
      name: try ExperimentName(name),
      settings: [
        JSONMember("experiment_name", .string(name)), JSONMember("training.lora_r", .integer(rank)),
        JSONMember("prediction.metric", "OpenAI API"), JSONMember("environment.seed", .integer(seed)),
      ], scores: [JSONMember("validation/judge", .number(present.reduce(0, +) / Double(present.count)))],
      validation: EvaluatedRows(label: "1", rows: rows, signature: nil, judgeSignature: "m"))
  }

  private func rows(wrong: Int, loss: Double) throws -> [EvaluatedRows.Row] {
    let bleu = try BLEU(tokenizer: tokenizer)
    return references.enumerated().map { index, reference in
      let prediction = index < wrong ? "何も見つかりません" : reference
      return EvaluatedRows.Row(
        row: index, prompt: "row \(index)", reference: reference, prediction: prediction,
        likelihood: RowLikelihood(
          negativeLogLikelihood: loss * Double(tokensPerRow), labelledTokens: tokensPerRow),
        bleu: bleu.statistics(prediction: prediction, reference: reference),
        chrf: CHRF.statistics(prediction: prediction, reference: reference),
        correctTokens: index < wrong ? tokensPerRow / 2 : tokensPerRow,
        isExactMatch: ExactMatch.holds(prediction: prediction, reference: reference))
    }
  }
}

extension Comparison {
  static func of(
    _ runs: [ComparedRun], baseline: BaselineChoice = .best, metric: String? = nil, groupsSeeds: Bool = true
  ) throws -> Comparison {
    var options = Options()
    options.metric = metric.flatMap(ComparisonMetric.init(name:))
    options.groupsSeeds = groupsSeeds
    return try Comparison(runs: runs, baseline: baseline, options: options)
  }

  subscript(label: String) -> Candidate? { candidates.first { $0.label == label } }
}
