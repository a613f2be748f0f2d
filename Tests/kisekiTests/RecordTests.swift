import Foundation
import Tables
import TensorFiles
import Testing

@Suite struct RecordTests {
  @Test func `a run is listed, shown, logged and asked, and git finds nothing wrong`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    try folder.train("small", "lora_r=2")
    try folder.train("large", "lora_r=4")
    try folder.train("small", "lora_r=2")

    let list = try folder.kiseki("ls")
    let titles = list.output.split(separator: "\n")[0].split(separator: " ").map(String.init)
    #expect(titles == ["name", "version", "status", "lora_r", "loss", "perplexity", "bleu", "time", "commit"])
    #expect(list.output.split(separator: "\n").count == 3)
    let all = try #require(try folder.kiseki("ls", "--json").json().arrayValue)
    let small = try #require(all.first { $0["name"] == "small" })
    #expect(small["version"] == 2 && small["status"] == "completed")
    #expect(small["settings"]?["training.lora_r"] == 2)
    #expect(small["commit"]?.stringValue == (try folder.git("rev-parse", "refs/experiments/small").trimmed))
    #expect(small["scores"]?["validation/loss"]?.doubleValue ?? 0 > 1)

    let log = try #require(try folder.kiseki("log", "small", "--json").json().arrayValue)
    #expect(log.map { $0["version"] } == [2, 1])

    let first = try folder.kiseki("show", "small@1", "--json").json()
    #expect(first["version"] == 1 && first["versions"] == 2)
    #expect(first["changed_settings"]?["training.lora_r"] == 2)
    #expect(first["evaluations"]?.arrayValue?.map { $0["name"] } == ["0", "2", "test"])
    #expect(first["samples"]?.arrayValue?.count == 3)
    #expect(first["samples"]?.arrayValue?.first?["baseline"]?.stringValue != nil)
    let stored = try folder.git("show", "refs/experiments/small~1:result.json")
    #expect(try first["result"] == JSONValue(parsing: Data(stored.utf8)))
    let shown = try folder.kiseki("show", "small").output
    for text in ["small@2  completed", "version 2 of 2", "training.lora_r", "before", "adapter_model.safetensors"] {
      #expect(shown.contains(text), "\(text)")
    }
    _ = try folder.git("fsck", "--full", "--strict")
  }

  @Test func `generate answers as the run's last evaluation did, and --base as its first`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    try folder.train("demo", "epochs=3", "learning_rate=0.05")
    func lines(_ step: Int) throws -> [JSONValue] {
      try folder.read("work/experiments/demo/evaluations/\(step)/predictions.jsonl").split(separator: "\n")
        .map { try JSONValue(parsing: Data($0.utf8)) }
    }
    let (before, after) = (try lines(0), try lines(6))
    #expect(before.map { $0["prediction"] } != after.map { $0["prediction"] }, "the run learned nothing")
    let prompts = after.compactMap { $0["prompt"]?.stringValue }
    let tuned = try folder.kiseki("generate", "demo", "--json", input: prompts.joined(separator: "\n") + "\n")
    let answers = try tuned.output.split(separator: "\n").map { try JSONValue(parsing: Data($0.utf8)) }
    #expect(answers.map { $0["prediction"] } == after.map { $0["prediction"] })
    #expect(answers.map { $0["tokens"] } == after.map { $0["statistics"]?["new_tokens"] })
    for (prompt, line) in zip(prompts, before) {
      let outcome = try folder.kiseki("generate", "demo@1", prompt, "--base")
      #expect(outcome.output == (line["prediction"]?.stringValue ?? "") + "\n")
    }
    // The adapter comes from git, not from the folder.
    try FileManager.default.removeItem(atPath: folder.workspace + "/experiments/demo")
    #expect(
      try folder.kiseki("generate", "demo", prompts[0]).output == (answers[0]["prediction"]?.stringValue ?? "") + "\n")
    // Nor is the model bound to the place where the run found it.
    let elsewhere = folder.workspace + "/elsewhere"
    try FileManager.default.moveItem(atPath: folder.workspace + "/sample/model", toPath: elsewhere)
    #expect(try folder.kiseki("generate", "demo", prompts[0], expecting: 1).errors.contains("--backbone DIR"))
    #expect(
      try folder.kiseki("generate", "demo", prompts[0], "--backbone", elsewhere).output
        == (answers[0]["prediction"]?.stringValue ?? "") + "\n")
  }

  @Test func `a fully trained model is read from the version itself`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    try folder.train("whole", "lora=false", "learning_rate=0.01")
    let line = try folder.read("work/experiments/whole/evaluations/2/predictions.jsonl").split(separator: "\n")[0]
    let expected = try JSONValue(parsing: Data(line.utf8))
    let prompt = try #require(expected["prompt"]?.stringValue)
    try FileManager.default.removeItem(atPath: folder.workspace + "/sample/model")
    let outcome = try folder.kiseki("generate", "whole", prompt)
    #expect(outcome.output == (expected["prediction"]?.stringValue ?? "") + "\n")
    #expect(try folder.kiseki("generate", "whole", prompt, "--base", expecting: 1).errors.contains("sample/model"))
  }

  @Test func `other weights under the backbone's name are refused with both hashes`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    try folder.train("demo")
    let path = folder.workspace + "/sample/model/model.safetensors"
    let recorded = try folder.kiseki("show", "demo", "--json").json()["backbone"]?["files"]?.arrayValue?
      .first { $0["path"] == "model.safetensors" }?["sha256"]?.stringValue
    try TinyModel.writeWeights(to: path, seed: 2)
    let outcome = try folder.kiseki("generate", "demo", "text", expecting: 1)
    #expect(outcome.errors.contains(try #require(recorded)))
    #expect(outcome.errors.contains("the run began with"))
    #expect(outcome.output == "")
  }

  @Test func `a damaged version and an interrupted run are listed and shown beside the others`() throws {
    let folder = try TestFolder()
    try folder.kiseki("init", "work")
    try folder.train("good")
    // A version whose result is torn, made with git itself.
    let blob = try folder.git("hash-object", "-w", "experiments/demo.yaml").trimmed
    try folder.write("100644 blob \(blob)\tresult.json\n", to: "work/tree")
    let tree = try Program.run(
      ["git", "mktree"], in: folder.workspace, program: "/usr/bin/env", input: folder.read("work/tree")
    ).output.trimmed
    let commit = try folder.git("commit-tree", tree, "-m", "bad@1: completed").trimmed
    try folder.git("update-ref", "refs/experiments/bad", commit)
    // A run that came from another machine with its resume state.
    try folder.write("state", to: "work/experiments/left/checkpoint/state")
    try folder.write("{\"step\":3,\"train/loss\":2.5}\n{\"step\":4,\"tr", to: "work/experiments/left/metrics.jsonl")

    let list = try folder.kiseki("ls")
    #expect(list.errors.contains("warning: bad:"))
    let all = try #require(try folder.kiseki("ls", "--json").json().arrayValue)
    let statuses = Dictionary(uniqueKeysWithValues: all.map { ($0["name"], $0["status"]) })
    #expect(statuses == ["good": "completed", "bad": "unreadable", "left": "interrupted"])
    #expect(try folder.kiseki("show", "bad").output.hasPrefix("bad@1  unreadable"))
    #expect(try folder.kiseki("show", "left").output.contains("step 3, loss 2.5000"))
    #expect(try folder.kiseki("log", "bad").output.contains("unreadable"))
    #expect(try folder.kiseki("show", "god", expecting: 1).errors.contains("'good'"))
    #expect(try folder.kiseki("generate", "bad", "x", expecting: 1).errors.contains("no config.yaml"))
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
