import Foundation
import Tables
import TestSupport
import Testing

/// Means of a judge that gave no score for some of the three validation rows.
@Suite(.timeLimit(.minutes(5))) struct PartialJudgeTests {
  /// Scores in the order of asking, three rows an evaluation; `nil` for a row that gets none.
  private func run(
    _ workspace: RunWorkspace, _ name: String, scores: [Int?], _ overrides: String...
  ) throws -> Ended {
    let calls = try MisbehavingServer { number, _ in
      number < scores.count ? scores[number].map { .judgement("SCORE: \($0)") } ?? .reply(400, "{}") : .reply(400, "{}")
    }
    return try workspace.start(
      [
        "run", "experiments/tiny.yaml", "-n", name, "metric=GPT", "metric_gpt_model=m", "max_length_inference=3",
        "judge_concurrency=1", "judge_attempts=1",
      ] + overrides, environment: ["OPENAI_BASE_URL": calls.url, "OPENAI_API_KEY": "k-123456789"]
    ).wait()
  }

  @Test func `the best evaluation is chosen by the rows that both have a score for`() throws {
    let workspace = try RunWorkspace()
    // By the means alone, 4 against 5, the second would be best; on the two rows of both it is not.
    let paired = try run(workspace, "paired", scores: [0, 6, 6, nil, 5, 5], "save_best_checkpoint=true")
    #expect(
      paired.errors.contains(
        "over the 2 of 3 rows with a judge's score both after step 2 and after step 4: 6.00 there, 5.00 here, so step 2 "
          + "stays the best"), "\(paired.errors)")
    #expect(paired.errors.contains("validation after step 4:") && paired.errors.contains("judge 5.00 (2 of 3 rows)"))
    #expect(paired.errors.contains("kept: the weights after step 2, which have the best judge score; training ended"))
    #expect(try workspace.json("experiments/paired/result.json")["best"]?["step"] == 2)

    // Better on the rows of both, although its mean is lower.
    let better = try run(workspace, "better", scores: [9, 1, 1, nil, 2, 2], "save_best_checkpoint=true")
    #expect(better.errors.contains("1.00 there, 2.00 here, so this is the best so far"), "\(better.errors)")
    #expect(
      better.errors.contains("kept: the last weights, which have the best judge score, a mean over 2 of 3 rows"))
    #expect(try workspace.json("experiments/better/result.json")["best"]?["step"] == 4)
  }

  @Test func `an interrupted run remembers which rows had scores`() throws {
    let workspace = try RunWorkspace()
    let first = try MisbehavingServer { number, _ in
      number < 3 ? .judgement("SCORE: \([0, 6, 6][number])") : .silence
    }
    let words = [
      "metric=GPT", "metric_gpt_model=m", "max_length_inference=3", "judge_concurrency=1", "judge_attempts=1",
    ]
    let running = try workspace.start(
      ["run", "experiments/tiny.yaml", "save_best_checkpoint=true"] + words,
      environment: ["OPENAI_BASE_URL": first.url, "OPENAI_API_KEY": "k-123456789"])
    try running.wait { first.requests.count > 3 }
    running.send(SIGINT)
    #expect(try running.wait().code == 130)
    #expect(try workspace.kiseki("show", "tiny", "--evaluation", "2").output.contains("judge score 6.00"))
    let second = try MisbehavingServer { number, _ in number == 0 ? .reply(400, "{}") : .judgement("SCORE: 5") }
    let resumed = try workspace.kiseki(
      "resume", "tiny", environment: ["OPENAI_BASE_URL": second.url, "OPENAI_API_KEY": "k-123456789"])
    #expect(resumed.code == 0 && second.requests.count == 3, "\(resumed.errors)")
    #expect(resumed.errors.contains("6.00 there, 5.00 here, so step 2 stays the best"), "\(resumed.errors)")
    #expect(try workspace.json("experiments/tiny/result.json")["saved_step"] == 2)
  }

  @Test func `an evaluation of which the judge scored less than half decides nothing and costs no patience`() throws {
    let workspace = try RunWorkspace()
    let few = try run(
      workspace, "few", scores: [5, 5, 5, 10, nil, nil], "save_best_checkpoint=true", "early_stopping_patience=1",
      "epochs=3")
    #expect(
      few.errors.contains(
        "the judge's scores after step 4 decide nothing: only 1 of 3 rows have one there and after step 2"),
      "\(few.errors)")
    #expect(!few.errors.contains("stopped early") && few.errors.contains("kept: the weights after step 2"))
    #expect(try workspace.json("experiments/few/result.json")["last"]?["step"] == 6)
    let none = try run(workspace, "none", scores: [10, nil, nil, nil, nil, 10], "save_best_checkpoint=true")
    #expect(none.errors.contains("decide nothing: only 1 of 3 rows have one; "), "\(none.errors)")
    #expect(
      none.errors.contains(
        "kept: the last weights, because no evaluation has a judge score for half of its rows or more"))
    #expect(try workspace.json("experiments/none/result.json")["best"] == nil)
  }

  @Test func `a mean over a part of the rows says so wherever it is shown`() throws {
    let workspace = try RunWorkspace()
    #expect(try run(workspace, "part", scores: [5, 5, 5, nil, 8, 6]).code == 0)
    #expect(try run(workspace, "whole", scores: [4, 4, 4, 4, 4, 4], "learning_rate=0.002").code == 0)
    func output(_ arguments: String...) throws -> String {
      let ended = try workspace.start(arguments).wait()
      #expect(ended.code == 0, "\(arguments) \(ended.errors)")
      return ended.output + ended.errors
    }
    let shown = try output("show", "part")
    #expect(shown.contains("7.00 (2 of 3)") && !shown.contains("5.00 ("), "\(shown)")
    #expect(try !output("show", "whole").contains("(3 of 3)"))
    let listed = try output("ls", "--cols", "judge")
    #expect(listed.contains("7.00 (2 of 3)") && listed.contains("4.00\n"), "\(listed)")
    #expect(try output("ls", "judge_missing > 0", "--cols", "judge_rows").contains("part"))
    let json = try JSONValue(parsing: Data(output("ls", "part", "--json").utf8)).arrayValue?.first?["scores"]
    #expect(json?["validation/judge_rows"] == 2 && json?["validation/judge_missing"] == 1)
    let compared = try workspace.kiseki("compare", "part", "whole")
    #expect(compared.output.contains("7.00 (2 of 3)"), "\(compared)")
    #expect(
      compared.errors.contains("the score of part is a mean over 2 of 3 rows: the judge gave none for the others"),
      "\(compared)")
    #expect(
      compared.errors.contains("the difference of whole is that over the 2 of 3 rows for which both have a score")
        && compared.output.contains("-3.00 (2 of 3)") && compared.code == 0, "\(compared)")
    let comparison = try JSONValue(parsing: Data(workspace.kiseki("compare", "part", "whole", "--json").output.utf8))
    let scores = comparison["candidates"]?.arrayValue?.map { [$0["score"]?["rows"], $0["score"]?["missing_rows"]] }
    #expect(scores?.contains([2, 1]) == true && scores?.contains([3, nil]) == true, "\(comparison)")
    #expect(try output("diff", "part", "whole").contains("7.00 (2 of 3)"))

    #expect(try output("report", "-o", "en.html").isEmpty == false)
    let english = try workspace.text("en.html")
    #expect(english.contains("over 2 of 3 rows") && english.contains("is a mean over 2 of 3 rows"))
    #expect(english.contains("is that over the 2 of 3 rows for which both have a score"))
    #expect(english.contains("some points are over a part of the rows"))
    _ = try output("report", "part", "-o", "ja.html", "--lang", "ja")
    let japanese = try workspace.text("ja.html")
    #expect(japanese.contains("3 行中 2 行") && japanese.contains("3 行のうち 2 行だけの平均"))
    _ = try output("publish", "site")
    #expect(try workspace.text("site/index.html").contains("over 2 of 3 rows"))
    #expect(try workspace.text("site/experiments/part/index.html").contains("over 2 of 3 rows"))
    #expect(try workspace.text("site/data/experiments.csv").contains("validation/judge_missing"))
    #expect(try !workspace.text("site/experiments/whole/index.html").contains("of 3 rows"))
  }

  @Test func `runs equal on the rows that both have a score for are said to be so over those rows`() throws {
    let workspace = try RunWorkspace()
    #expect(try run(workspace, "part", scores: [5, 5, 5, nil, 8, 6]).code == 0)
    #expect(try run(workspace, "whole", scores: [4, 4, 4, 4, 8, 6], "learning_rate=0.002").code == 0)
    for command in ["diff", "compare"] {
      let ended = try workspace.kiseki(command, "part", "whole")
      #expect(
        ended.output.contains("part and whole score the same over the 2 of 3 rows for which both have a score."),
        "\(ended.output)\(ended.errors)")
    }
  }

  @Test func `a sweep's best setting says over how many rows its mean is`() throws {
    let workspace = try RunWorkspace()
    let calls = try MisbehavingServer { number, _ in number % 3 == 0 ? .reply(400, "{}") : .judgement("SCORE: 7") }
    let ended = try workspace.start(
      [
        "sweep", "experiments/tiny.yaml", "learning_rate=1e-3,1e-2", "-n", "grid", "metric=GPT", "metric_gpt_model=m",
        "max_length_inference=3", "judge_concurrency=1", "judge_attempts=1", "-j", "1",
        "test_dataframe=../train.csv",
      ], environment: ["OPENAI_BASE_URL": calls.url, "OPENAI_API_KEY": "k-123456789"]
    ).wait()
    #expect(ended.output.contains("with judge score 7.00 (2 of 3)"), "\(ended.output)\(ended.errors)")
    #expect(ended.output.contains("; on the test rows 7.00 (8 of 12)"), "\(ended.output)\(ended.errors)")
    #expect(ended.output.contains("2 of 2 judge scores are means over a part of the rows only"), "\(ended.output)")
  }
}
