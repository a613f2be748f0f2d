import Foundation
import Tables
import Testing

/// Runs whose answers are not the greedy ones.
@Suite struct GenerationRunTests {
  private func predictions(_ workspace: RunWorkspace, _ name: String = "tiny") throws -> [JSONValue] {
    try workspace.lines("experiments/\(name)/evaluations/4/predictions.jsonl")
  }

  private func texts(_ workspace: RunWorkspace, _ name: String) throws -> [String] {
    try predictions(workspace, name).map { try #require($0["prediction"]?.stringValue) }
  }

  @Test func `beams, penalty and minimum act on every evaluation, whatever the batch, and come out the same`() throws {
    let workspace = try RunWorkspace()
    let plain = try workspace.run("-n", "plain", "batch_size_inference=1")
    #expect(plain.code == 0, "\(plain.errors)")
    let settings = ["num_beams=3", "repetition_penalty=1.3", "min_length_inference=4"]
    for (name, batch) in [("one", "1"), ("five", "5")] {
      let ended = try workspace.start(
        ["run", "experiments/tiny.yaml", "-n", name, "batch_size_inference=" + batch] + settings
      ).wait()
      #expect(ended.code == 0, "\(ended.errors)")
    }
    #expect(try texts(workspace, "one") == texts(workspace, "five"))
    #expect(try texts(workspace, "one") != texts(workspace, "plain"))
    #expect(try predictions(workspace, "one").allSatisfy { ($0["statistics"]?["new_tokens"]?.integerValue ?? 0) >= 4 })
    let verdict = try workspace.kiseki("verify", "one", environment: ["KISEKI_THREADS": "3"])
    #expect(verdict.code == 0 && verdict.output.contains("one@1: identical"), "\(verdict.output)\(verdict.errors)")
  }

  @Test func `draws follow the seed alone, and a run with them can be verified`() throws {
    let workspace = try RunWorkspace()
    let settings = ["do_sample=true", "temperature=1.5", "top_k=100", "top_p=0.95", "evaluate_before_training=true"]
    // A rate of nearly nothing leaves the model as it was, so that seeds differ in the draws alone.
    for (name, rest) in [
      ("first", ["batch_size_inference=1", "seed=1"]), ("again", ["batch_size_inference=3", "seed=1"]),
      ("other", ["seed=2"]),
    ] {
      let ended = try workspace.start(
        ["run", "experiments/tiny.yaml", "-n", name, "learning_rate=0.0000001"] + settings + rest
      ).wait()
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(!ended.errors.contains("without effect"))
    }
    #expect(try texts(workspace, "first") == texts(workspace, "again"))
    #expect(try texts(workspace, "first") != texts(workspace, "other"))
    #expect(try workspace.kiseki("verify", "first").code == 0)
    // Each line asked draws numbers of its own.
    let answers = try Program.run(["generate", "first"], in: workspace.path, input: "open\nopen\nopen\n")
    let alone = try workspace.kiseki("generate", "first", "open")
    let lines = answers.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(Set(lines.prefix(3)).count > 1 && alone.output == lines[0] + "\n", "\(answers.output)")
  }

  @Test func `an answer is cut at the first stop word, in evaluations and in generate`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("-n", "plain", "max_length_inference=12").code == 0)
    let whole = try texts(workspace, "plain")
    let word = try #require(whole.compactMap { $0.dropFirst().first { !$0.isWhitespace && $0 != "\u{FFFD}" } }.first)
    let stopped = try workspace.run(
      "-n", "stopped", "max_length_inference=12", "stop_tokens=\" , \(word) ,never there\"")
    #expect(stopped.code == 0, "\(stopped.errors)")
    for (text, full) in zip(try texts(workspace, "stopped"), whole) {
      #expect(text == full.prefix { $0 != word }, "'\(text)' of '\(full)'")
    }
    let counts = try [predictions(workspace, "stopped"), predictions(workspace, "plain")].map { rows in
      rows.compactMap { $0["statistics"]?["new_tokens"]?.integerValue }.reduce(0, +)
    }
    #expect(counts[0] < counts[1])
    let prompt = try #require(predictions(workspace, "stopped").first?["prompt"]?.stringValue)
    let answer = try workspace.kiseki("generate", "stopped", prompt)
    #expect(!answer.output.contains(word), "\(answer.output)")
    // A marker of the prompt is a stop word without being named.
    let marked = try workspace.run("-n", "marked", "max_length_inference=12", "text_answer_separator=\"\(word)\"")
    #expect(marked.code == 0, "\(marked.errors)")
    #expect(try texts(workspace, "marked").allSatisfy { !$0.contains(word) })
  }

  @Test func `a time limit makes a run that cannot be verified, and that is said and recorded`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.run("max_time=0.000001")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(
      ended.errors.contains("prediction.max_time ends answers by the clock, so this run cannot be verified"))
    #expect(try predictions(workspace).allSatisfy { $0["statistics"]?["new_tokens"] == 1 })
    let reason = try workspace.json("experiments/tiny/result.json")["not_verifiable"]?.stringValue
    #expect(reason?.contains("prediction.max_time") == true)
    let verdict = try workspace.kiseki("verify", "tiny")
    #expect(verdict.code == 1 && verdict.output.contains("tiny@1: not comparable: prediction.max_time"))
    // Without answers there is nothing that a clock could end.
    let silent = try workspace.run("-n", "silent", "max_time=5", "metric=Perplexity")
    #expect(silent.code == 0 && !silent.errors.contains("max_time"), "\(silent.errors)")
    #expect(try workspace.kiseki("verify", "silent").code == 0)
  }

  @Test func `a refusal for memory tells what fewer beams would save`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.run(
      "num_beams=400", "max_length_inference=60", "batch_size_inference=9", environment: ["KISEKI_MEMORY_LIMIT": "20M"])
    #expect(ended.code != 0)
    #expect(ended.errors.contains("prediction.num_beams=200 saves "), "\(ended.errors)")
  }
}
