import Foundation
import Tables
import Testing

/// What a run leaves behind, looked at with git and plain file reading.
@Suite struct RunRecordTests {
  private static let reference = "refs/experiments/tiny"

  @Test func `a run records every file of the experiment's directory with its content`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(RunWorkspace.data(rows: 4), to: "test.csv")
    try workspace.git("add", "-A")
    try workspace.git("commit", "-qm", "test data")
    try workspace.write("# changed\n" + RunWorkspace.configuration, to: "experiments/tiny.yaml")
    let ended = try workspace.run("test_dataframe=../test.csv", "evaluate_before_training=True", "-m", "why not")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.output.hasPrefix("recorded tiny@1 as commit "))

    let names = try workspace.git("ls-tree", "-r", "--name-only", Self.reference).split(separator: "\n").map(
      String.init)
    let data = names.filter { $0.hasPrefix("data/") }
    #expect(data.count == 2)
    #expect(
      names.filter { !$0.hasPrefix("data/") } == [
        ".gitattributes", "adapter/adapter_config.json", "adapter/adapter_model.safetensors", "backbone.json",
        "config.source.yaml", "config.yaml", "dataset.json", "environment.json", "evaluations/0/predictions.jsonl",
        "evaluations/0/scores.json", "evaluations/2/predictions.jsonl", "evaluations/2/scores.json",
        "evaluations/4/predictions.jsonl", "evaluations/4/scores.json", "evaluations/test/predictions.jsonl",
        "evaluations/test/scores.json", "log.txt", "metrics.jsonl", "result.json", "timings.jsonl", "workspace.patch",
      ])
    #expect(try workspace.files(below: "experiments/tiny") == names.sorted())
    let folder = "experiments/tiny/"
    #expect(try workspace.text(folder + "workspace.patch").contains("+# changed"))
    #expect(
      try workspace.text(folder + "config.source.yaml")
        == "# changed\n" + RunWorkspace.configuration + "# override: test_dataframe=../test.csv\n"
        + "# override: evaluate_before_training=True\n")
    let configuration = try workspace.text(folder + "config.yaml")
    for line in ["llm_backbone: model", "  train_dataframe: train.csv", "  bleu_tokenize: ja-mecab", "  seed: 1"] {
      #expect(configuration.contains("\n\(line)\n"), "\(line)")
    }
    #expect(try workspace.text(folder + ".gitattributes") == "* -text -filter\n")
    let log = try workspace.text(folder + "log.txt")
    // Whatever was printed but the bar, the commit and the hint.
    let printed = ended.errors.split(separator: "\n").filter {
      !$0.hasPrefix("training ") && !$0.hasPrefix("evaluating ") && !$0.hasPrefix("next: ")
    }
    #expect(log == printed.joined(separator: "\n") + "\nrecorded tiny@1\n")
    #expect(log.hasPrefix("experiment: tiny\n") && log.contains("\ntest after the end: loss "))
    #expect(try workspace.git("log", "--format=%B", Self.reference).contains("why not"))

    let dataset = try workspace.json(folder + "dataset.json")
    let files = try #require(dataset["files"]?.arrayValue)
    #expect(files.map { $0["path"] } == ["train.csv", "test.csv"])
    #expect(files.map { $0["rows"] } == [12, 4])
    #expect(try workspace.data(folder + (files[0]["stored_as"]?.stringValue ?? "")) == workspace.data("train.csv"))
    let split = try #require(dataset["split"])
    let sides = [split["train"], split["validation"]].map { $0?.arrayValue?.compactMap(\.integerValue) ?? [] }
    #expect(sides.map(\.count) == [9, 3] && Set(sides.joined()) == Set(0..<12))
    #expect(try workspace.json(folder + "backbone.json")["id"] == "model")
    #expect(try workspace.json(folder + "environment.json")["workspace"]?["dirty"] == true)

    let metrics = try workspace.lines(folder + "metrics.jsonl")
    #expect(metrics.map { $0["step"] } == [0, 1, 2, 2, 3, 4, 4])
    #expect(metrics.first?["validation/loss"] != nil && metrics[1]["train/grad_norm"] != nil)
    #expect(try workspace.lines(folder + "timings.jsonl").map { $0["step"] } == [1, 2, 3, 4])
    let predictions = try workspace.lines(folder + "evaluations/4/predictions.jsonl")
    #expect(predictions.map { $0["row"]?.integerValue } == sides[1])
    #expect(try workspace.lines(folder + "evaluations/test/predictions.jsonl").count == 4)
  }

  @Test func `result json has the hash of every other file, as sha256sum computes it`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    let result = try workspace.json("experiments/tiny/result.json")
    #expect(result["status"] == "completed")
    #expect(result["settings"]?["llm_backbone"] == "model" && result["settings"]?["training.epochs"] == 2)
    let hashes = try #require(result["files"]?.objectMembers)
    #expect(hashes.map(\.key) == (try workspace.files(below: "experiments/tiny").filter { $0 != "result.json" }))
    for hash in hashes {
      let ended = try Running(
        "/usr/bin/env", ["sha256sum", hash.key], in: workspace.path + "/experiments/tiny", environment: [:],
        notes: workspace.path
      ).wait()
      #expect(ended.output.prefix(64) == hash.value.stringValue ?? "", "\(hash.key)")
    }
    let scores = try workspace.json("experiments/tiny/evaluations/4/scores.json")
    #expect(result["last"]?["step"] == 4)
    #expect(result["last"]?["scores"]?["validation/loss"] == scores["scores"]?["loss"])
  }

  @Test func `branch, index, status and configuration stay as they were, and a second run is version 2`() throws {
    let workspace = try RunWorkspace()
    func state() throws -> [String] {
      [
        try workspace.git("rev-parse", "HEAD"), try workspace.git("status", "--porcelain"),
        try workspace.git("branch", "-a"), try workspace.git("stash", "list"),
        try workspace.data(".git/index").base64EncodedString(), try workspace.text(".git/config"),
      ]
    }
    let before = try state()
    try workspace.run()
    let first = try workspace.git("rev-parse", Self.reference)
    let ended = try workspace.run("lora_r=2")
    #expect(ended.output.hasPrefix("recorded tiny@2 "))
    #expect(try state() == before)
    #expect(try workspace.git("rev-parse", Self.reference + "^") == first)
    #expect(try workspace.git("log", "--format=%s", Self.reference) == "tiny@2: completed\ntiny@1: completed\n")
    #expect(try workspace.git("show", Self.reference + ":config.yaml").contains("lora_r: 2\n"))
    #expect(try workspace.git("show", Self.reference + "^:config.yaml").contains("lora_r: 4\n"))
    #expect(try workspace.git("fsck", "--full", "--strict").contains("error") == false)
    #expect(try workspace.git("for-each-ref", "--format=%(refname)", "refs/experiments") == Self.reference + "\n")
  }

  @Test func `a clone reads an experiment with plain git`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    let clone = workspace.path + "/clone"
    try workspace.git("clone", "-q", workspace.path, clone)
    try workspace.git("fetch", "-q", "origin", "refs/experiments/*:refs/kiseki/remotes/origin/*", in: clone)
    let fetched = "refs/kiseki/remotes/origin/tiny"
    #expect(
      try workspace.git("show", fetched + ":metrics.jsonl", in: clone)
        == workspace.text("experiments/tiny/metrics.jsonl"))
    #expect(try workspace.git("log", "--oneline", fetched, in: clone).contains("tiny@1: completed"))
    try workspace.git("worktree", "add", "-q", "--detach", "../old", fetched, in: clone)
    for name in try workspace.files(below: "experiments/tiny") {
      #expect(try workspace.data("old/" + name) == workspace.data("experiments/tiny/" + name), "\(name)")
    }
    #expect(try workspace.git("fsck", "--full", "--strict", in: clone).contains("error") == false)
  }

  @Test func `nothing committed names a directory, a user or a host of this machine`() throws {
    let workspace = try RunWorkspace()
    let absolute = workspace.path + "/model"
    // Absolute in the override only: what a person wrote is kept as it is, in config.source.yaml alone.
    for arguments in [["llm_backbone=\(absolute)"], ["lora=False", "pretrained=False", "-n", "whole"]] {
      let ended = try workspace.start(["run", "experiments/tiny.yaml"] + arguments).wait()
      #expect(ended.code == 0, "\(ended.errors)")
    }
    let host = ProcessInfo.processInfo.hostName.split(separator: ".")[0]
    var strange = [workspace.path, NSTemporaryDirectory(), "kiseki-run-", "kiseki-home-", "/somewhere/of/its/own"]
    // Short names of hosts and users occur in any text.
    strange += [String(host), NSUserName(), NSHomeDirectory()].filter { $0.count > 4 }
    for name in ["tiny", "whole"] {
      let files = try workspace.files(below: "experiments/" + name)
      #expect(files.contains("adapter/adapter_config.json") == (name == "tiny"))
      for file in files where file != "config.source.yaml" {
        let content = try workspace.data("experiments/\(name)/\(file)")
        for text in strange { #expect(content.range(of: Data(text.utf8)) == nil, "\(text) in \(name)/\(file)") }
      }
    }
  }

  @Test func `a fully trained model loads again as a backbone`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("lora=False", "pretrained=False", "-n", "whole")
    let names = try workspace.files(below: "experiments/whole/model")
    #expect(names == ["config.json", "model.safetensors", "tokenizer.model"])
    let ended = try workspace.run("llm_backbone=./whole/model", "epochs=0", "-n", "again")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(
      try workspace.data("experiments/again/evaluations/0/predictions.jsonl")
        == workspace.data("experiments/whole/evaluations/4/predictions.jsonl"))
  }

  @Test func `zero epochs evaluate only, a custom validation file is used, and perplexity generates nothing`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(RunWorkspace.data(rows: 5), to: "held-out.csv")
    let ended = try workspace.run(
      "epochs=0", "validation_strategy=custom", "validation_dataframe=../held-out.csv", "metric=Perplexity")
    #expect(ended.code == 0, "\(ended.errors)")
    let metrics = try workspace.lines("experiments/tiny/metrics.jsonl")
    #expect(metrics.count == 1 && metrics[0]["step"] == 0 && metrics[0]["validation/bleu"] == nil)
    let predictions = try workspace.lines("experiments/tiny/evaluations/0/predictions.jsonl")
    #expect(predictions.count == 5 && predictions.allSatisfy { $0["prediction"] == .null })
    let roles = try workspace.json("experiments/tiny/dataset.json")["files"]?.arrayValue?.map { $0["role"] }
    #expect(roles == ["train", "validation"])
  }

  @Test func `rows without an answer and cut rows are told and recorded`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(RunWorkspace.data(rows: 12) + "nothing,\n", to: "train.csv")
    let ended = try workspace.run("max_length_prompt=5", "max_length_answer=4")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.errors.contains("warning: ../train.csv: 1 row without an answer left out, the first is row 13\n"))
    #expect(ended.errors.contains("cut by tokenizer.max_length_prompt: 9 rows lose "))
    let log = try workspace.text("experiments/tiny/log.txt")
    #expect(log.contains("without an answer") && log.contains("cut by tokenizer.max_length_answer: 9 rows lose "))
    let cut = try workspace.json("experiments/tiny/dataset.json")["truncation"]
    #expect(cut?["train"]?["prompt"]?["rows"] == 9 && cut?["validation"]?["answer"]?["rows"] == 3)
  }
}
