import Foundation
import Tables
import TestSupport
import Testing

/// Runs whose answers another model judges, asked on a server of the test.
@Suite(.timeLimit(.minutes(5))) struct JudgeRunTests {
  private static let key = "sk-run-secret-9876543210"
  private static let judged = ["metric=GPT", "metric_gpt_model=small-judge", "max_length_inference=3"]

  private func environment(_ server: MisbehavingServer) -> [String: String] {
    ["OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": Self.key]
  }

  @Test func `the judge's scores, words, costs and failures are recorded, and the key nowhere`() throws {
    let workspace = try RunWorkspace()
    let calls = try MisbehavingServer { number, request in
      number == 1 ? .reply(400, "{\"error\": {\"message\": \"not with \(Self.key)\"}}") : .judgement("Well.\nSCORE: 7")
    }
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml"] + Self.judged + ["judge_concurrency=1"], environment: environment(calls)
    ).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.errors.contains("this run cannot be verified"))
    #expect(ended.errors.contains("judge: 7.00 of 10 over 2 of 3 rows; 1 missing (1 HTTP 400); 3 requests, "))
    #expect(
      ended.errors.contains("warning: the judge gave no score for 1 row; the first is missing because of HTTP 400"))
    #expect(ended.errors.contains("not with (hidden)"))
    let folder = "experiments/tiny/"
    let scores = try workspace.json(folder + "evaluations/2/scores.json")
    #expect(scores["scores"]?["judge"]?.doubleValue == 7 && scores["scores"]?["chrf++"] != nil)
    let judge = try #require(scores["judge"])
    #expect(judge["judged"] == 2 && judge["missing"] == 1 && judge["failures"] == ["HTTP 400": 1])
    #expect(judge["prompt_tokens"] == 200 && judge["completion_tokens"] == 40 && judge["requests"] == 3)
    #expect(judge["signature"]?.stringValue?.hasPrefix("model:small-judge|template:") == true)
    let rows = try workspace.lines(folder + "evaluations/2/predictions.jsonl").map { $0["judge"] }
    #expect(rows[0]?["score"]?.doubleValue == 7 && rows[0]?["reply"] == "Well.\nSCORE: 7" && rows[1]?["score"] == .null)
    #expect(rows[1]?["missing"] == "HTTP 400")
    #expect(try workspace.text(folder + "judge/template.txt").contains("{{prediction}}"))
    let metrics = try workspace.lines(folder + "metrics.jsonl").filter { $0["validation/loss"] != nil }
    for name in ["judge", "bleu", "chrf", "chrf++", "token_accuracy", "exact_match"] {
      #expect(metrics.allSatisfy { $0["validation/" + name]?.doubleValue != nil }, "\(name)")
    }
    #expect(try workspace.json(folder + "result.json")["not_verifiable"] != nil)
    for name in try workspace.files(below: ".") where !name.hasPrefix(".git/objects/") {
      #expect(try workspace.data(name).range(of: Data(Self.key.utf8)) == nil, "\(name)")
    }
    let tree = try workspace.git("grep", "-c", "-F", "-e", "SCORE", "refs/experiments/tiny")
    #expect(tree.contains("judge/template.txt"))
    #expect(!(ended.errors + ended.output).contains(Self.key))
  }

  @Test func `a judged run cannot be verified, but be made again by the kept template, listed and compared`() throws {
    let workspace = try RunWorkspace()
    let calls = try MisbehavingServer { number, _ in .judgement("SCORE: \(number % 11)") }
    try workspace.write("Mine. {{prompt}} {{prediction}} SCORE: 0 to 10", to: "experiments/mine.txt")
    let first = try workspace.start(
      ["run", "experiments/tiny.yaml"] + Self.judged + ["metric_gpt_template=mine.txt"],
      environment: environment(calls)
    ).wait()
    #expect(first.code == 0, "\(first.errors)")
    #expect(try workspace.text("experiments/tiny/config.yaml").contains("metric_gpt_template: experiments/mine.txt"))
    #expect(calls.requests.allSatisfy { $0.question.hasPrefix("Mine. ") })
    let verified = try workspace.kiseki("verify", "tiny", environment: environment(calls))
    #expect(verified.code == 1 && verified.output.contains("not comparable: prediction.metric OpenAI API"))

    try workspace.write("Another. {{prediction}} SCORE:", to: "experiments/mine.txt")
    let count = calls.requests.count
    let again = try workspace.kiseki("rerun", "tiny", environment: environment(calls))
    #expect(again.code == 0, "\(again.errors)")
    #expect(calls.requests.count > count && calls.requests.allSatisfy { $0.question.hasPrefix("Mine. ") })

    #expect(try workspace.kiseki("ls", "judge >= 0", "--sort", "-judge", "--cols", "judge").output.contains("tiny"))
    let compared = try workspace.kiseki("compare", "tiny@1", "tiny@2", "--json")
    let value = try JSONValue(parsing: Data(compared.output.utf8))
    #expect(value["metric"] == "validation/judge" && value["higher_is_better"] == true)
    #expect(try workspace.kiseki("show", "tiny").output.contains("judge"))
  }

  @Test func `a judge that fails takes no other score's place, and the run goes on`() throws {
    let workspace = try RunWorkspace()
    let calls = try MisbehavingServer { _, _ in .reply(401, "{\"error\": {\"message\": \"who are you\"}}") }
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml"] + Self.judged + ["save_best_checkpoint=true", "early_stopping_patience=1"],
      environment: environment(calls)
    ).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.errors.contains("judge: no score, 0 of 3 rows; 3 missing (3 HTTP 401)"))
    #expect(ended.errors.contains("kept: the last weights, because no evaluation has a judge score"))
    let last = try workspace.json("experiments/tiny/result.json")["last"]
    #expect(last?["step"] == 4 && last?["scores"]?["validation/judge"] == nil)
    #expect(last?["scores"]?["validation/bleu"] != nil)
    #expect(
      try workspace.lines("experiments/tiny/evaluations/4/predictions.jsonl").allSatisfy {
        $0["judge"]?["score"] == .null
      })
  }

  @Test func `the best evaluation is the one with the highest judgement`() throws {
    let workspace = try RunWorkspace()
    // Three rows an evaluation: the first evaluation gets 9, the second 2.
    let calls = try MisbehavingServer { number, _ in .judgement("SCORE: \(number < 3 ? 9 : 2)") }
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml"] + Self.judged + ["save_best_checkpoint=true"], environment: environment(calls)
    ).wait()
    #expect(ended.errors.contains("kept: the weights after step 2, which have the best judge score"), "\(ended.errors)")
    #expect(try workspace.json("experiments/tiny/result.json")["best"]?["step"] == 2)
  }

  @Test func `a stop while the judge is silent ends the run soon`() throws {
    let workspace = try RunWorkspace()
    let calls = try MisbehavingServer { _, _ in .silence }
    let running = try workspace.start(
      ["run", "experiments/tiny.yaml"] + Self.judged, environment: environment(calls))
    try running.wait { !calls.requests.isEmpty }
    running.send(SIGINT)
    let start = ContinuousClock().now
    let ended = try running.wait()
    #expect(ended.code == 130 && ContinuousClock().now - start < .seconds(20))
  }

  @Test(
    arguments: [
      (["metric=GPT"], ["OPENAI_API_KEY": "k"], "prediction.metric_gpt_model is empty"),
      (judged, [:], "OPENAI_API_KEY is not set"), (judged, ["OPENAI_BASE_URL": "localhost:80"], "OPENAI_BASE_URL"),
      (judged + ["metric_gpt_template=nothing"], ["OPENAI_API_KEY": "k"], "general, general-ja"),
      (judged + ["metric_gpt_template=./tiny.yaml"], ["OPENAI_API_KEY": "k"], "no place {{prediction}}"),
    ] as [([String], [String: String], String)])
  func `what keeps a judge from being asked is said before anything is done`(
    _ overrides: [String], _ environment: [String: String], _ part: String
  ) throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.start(["run", "experiments/tiny.yaml"] + overrides, environment: environment).wait()
    #expect(ended.code == 64 && ended.errors.contains(part), "\(ended.errors)")
    #expect(try workspace.versions().isEmpty && !workspace.exists("experiments/tiny"))
  }

  @Test func `without MeCab's dictionary Japanese references are not scored another way`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.run(environment: ["KISEKI_IPADIC": "/nowhere"])
    #expect(
      ended.code == 1 && ended.sentence.contains("KISEKI_IPADIC names /nowhere") && ended.sentence.contains("char"))
    #expect(!workspace.exists("experiments/tiny"))
    #expect(try workspace.run("bleu_tokenize=char", environment: ["KISEKI_IPADIC": "/nowhere"]).code == 0)
  }
}
