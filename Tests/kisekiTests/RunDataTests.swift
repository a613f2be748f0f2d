import Foundation
import Tables
import Testing

/// What runs do with their data: formats, conversations, splits, workers.
@Suite struct RunDataTests {
  private func adapter(_ workspace: RunWorkspace, _ name: String = "tiny") throws -> Data {
    try workspace.data("experiments/\(name)/adapter/adapter_model.safetensors")
  }

  /// Three conversations of two turns, interleaved.
  private let chat = """
    id,parent,sys,instruction,output
    a1,,be brief,open the file,開く
    b1,,,save the page,保存
    a2,a1,,and close it,閉じる
    b2,b1,,again,もう一度
    c1,,,one line,一行
    c2,c1,ignored,next line,次

    """
  private let chatSettings = [
    "train_dataframe=../chat.csv", "parent_id_column=parent", "id_column=id", "system_column=sys", "max_length=64",
  ]

  @Test func `the same rows in four formats train the same adapter`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run().code == 0)
    let expected = try adapter(workspace)
    let lines = try workspace.text("train.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    let objects = lines.map { "{\"output\":\"\($0[1])\",\"instruction\":\"\($0[0])\"}" }
    try workspace.write(
      "instruction\toutput\n" + lines.map { $0.joined(separator: "\t") + "\n" }.joined(), to: "train.tsv")
    try workspace.write("[" + objects.joined(separator: ",") + "]", to: "train.json")
    try workspace.write(objects.joined(separator: "\n"), to: "train.jsonl")
    for ending in ["tsv", "json", "jsonl"] {
      #expect(try workspace.run("train_dataframe=../train.\(ending)", "-n", ending).code == 0)
      #expect(try adapter(workspace, ending) == expected, "\(ending)")
      let file = try workspace.json("experiments/\(ending)/dataset.json")["files"]?.arrayValue?.first
      #expect(file?["stored_as"]?.stringValue?.hasSuffix("." + ending) == true)
    }
    let parquet = try workspace.run("train_dataframe=../train.parquet", "-n", "parquet")
    #expect(parquet.code == 64)
    try workspace.write("PAR1", to: "train.parquet")
    let refused = try workspace.run("train_dataframe=../train.parquet", "-n", "parquet")
    #expect(refused.code == 1 && refused.sentence.contains("Parquet is not read; convert it to JSON Lines"))
  }

  @Test func `a data file that is a symbolic link is recorded with the size of the file it leads to`() throws {
    let workspace = try RunWorkspace()
    let files = FileManager.default
    try files.moveItem(atPath: workspace.path + "/train.csv", toPath: workspace.path + "/whole.csv")
    try files.createSymbolicLink(atPath: workspace.path + "/train.csv", withDestinationPath: "whole.csv")
    #expect(try workspace.run().code == 0)
    let size = JSONValue.integer(try workspace.data("whole.csv").count)
    let recorded = try workspace.json("experiments/tiny/dataset.json")["files"]?.arrayValue?.first
    #expect(recorded?["bytes"] == size && recorded?["path"] == "train.csv" && recorded?["stored_as"] != nil)
    let ended = try workspace.kiseki("evaluate", "tiny", "--data", "train.csv", "--json")
    let id = try #require(JSONValue(parsing: Data(ended.output.utf8))["id"]?.stringValue, "\(ended.errors)")
    let evaluated = try workspace.git("show", "refs/kiseki/notes/tiny:evaluations/1/\(id)/evaluation.json")
    #expect(try JSONValue(parsing: Data(evaluated.utf8))["data"]?["bytes"] == size, "\(evaluated)")
    let sweep = try workspace.sweep(["seed=1,2", "-n", "grid", "-j", "1"])
    #expect(sweep.code == 0, "\(sweep.errors)")
    let trial = try workspace.json("experiments/grid/seed=1/dataset.json")["files"]?.arrayValue?.first
    #expect(trial?["bytes"] == size)
  }

  @Test func `a sweep counts the size of the file that a link leads to before it keeps it`() throws {
    let workspace = try RunWorkspace()
    // Past the limit by a column that is not read.
    let filler = String(repeating: "x", count: 2 << 20)
    let lines = RunWorkspace.data(rows: 12).split(separator: "\n")
    let rows = lines.enumerated().map { "\($1),\($0 == 0 ? "remark" : filler)\n" }
    try workspace.write(rows.joined(), to: "whole.csv")
    try FileManager.default.removeItem(atPath: workspace.path + "/train.csv")
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path + "/train.csv", withDestinationPath: "whole.csv")
    let ended = try workspace.sweep(["seed=1,2", "-n", "grid", "-j", "1"])
    #expect(ended.code == 0, "\(ended.errors)")
    let plan = try workspace.git("ls-tree", "-r", "--name-only", "refs/experiments/grid/plan")
    #expect(!plan.contains(".csv"), "\(plan)")
    let trial = try workspace.json("experiments/grid/seed=1/dataset.json")["files"]?.arrayValue?.first
    #expect(trial?["bytes"] == .integer(try workspace.data("whole.csv").count) && trial?["stored_as"] == nil)
  }

  @Test func `a conversation is split whole, and its prediction shows all of it`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(chat, to: "chat.csv")
    let ended = try workspace.start(["run", "experiments/tiny.yaml"] + chatSettings).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    let dataset = try workspace.json("experiments/tiny/dataset.json")
    let validation = try #require(dataset["split"]?["validation"]?.arrayValue).compactMap(\.integerValue)
    let training = try #require(dataset["split"]?["train"]?.arrayValue).compactMap(\.integerValue)
    #expect(validation.count == 2 && [[0, 2], [1, 3], [4, 5]].contains(validation))
    #expect((training + validation).sorted() == Array(0..<6))
    #expect(dataset["truncation"]?["train"]?["system"] == ["rows": 0, "tokens": 0])
    let prompts = [
      0: "be brief\nopen the file", 1: "save the page", 2: "be brief\nopen the file\n開く\nand close it",
      3: "save the page\n保存\nagain", 4: "one line", 5: "one line\n一行\nnext line",
    ]
    let step = try #require(
      FileManager.default.contentsOfDirectory(atPath: workspace.path + "/experiments/tiny/evaluations").first)
    for line in try workspace.lines("experiments/tiny/evaluations/\(step)/predictions.jsonl") {
      #expect(line["prompt"]?.stringValue == prompts[line["row"]?.integerValue ?? -1])
    }
  }

  @Test func `links that cannot be stop a run with their rows`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(chat.replacing("a1,,", with: "a1,a2,"), to: "chat.csv")
    let ended = try workspace.start(["run", "experiments/tiny.yaml"] + chatSettings).wait()
    #expect(ended.code == 1 && ended.sentence.contains("rows 1, 3 continue each other in a circle"), "\(ended.errors)")
    try workspace.write(chat.replacing("a1,,", with: "a1,zz,"), to: "chat.csv")
    let unknown = try workspace.start(["run", "experiments/tiny.yaml"] + chatSettings).wait()
    #expect(unknown.code == 0 && unknown.errors.contains("1 row names a parent that no row has"), "\(unknown.errors)")
  }

  @Test func `augmentation repeats bit for bit with any number of workers and threads`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(chat, to: "chat.csv")
    let settings =
      chatSettings + [
        "skip_parent_probability=0.5", "random_parent_probability=0.5", "padding_quantile=0.5", "batch_size=2",
        "grad_accumulation=2", "epochs=5",
      ]
    var adapters: [Data] = []
    for (workers, threads) in [("0", "1"), ("2", "2"), ("4", "1")] {
      let name = "run-\(workers)"
      let ended = try workspace.start(
        ["run", "experiments/tiny.yaml", "-n", name, "number_of_workers=\(workers)"] + settings,
        environment: ["KISEKI_THREADS": threads]
      ).wait()
      #expect(ended.code == 0, "\(ended.errors)")
      adapters.append(try adapter(workspace, name))
    }
    #expect(adapters[0] == adapters[1] && adapters[0] == adapters[2])
    for left in ["skip_parent_probability", "random_parent_probability"] {
      #expect(
        try workspace.start(["run", "experiments/tiny.yaml", "-n", left] + settings + ["\(left)=0"]).wait().code == 0)
      #expect(try adapter(workspace, left) != adapters[0])
    }
    #expect(
      try workspace.start(["run", "experiments/tiny.yaml", "-n", "whole"] + settings + ["padding_quantile=1"]).wait()
        .code
        == 0)
    #expect(try adapter(workspace, "whole") != adapters[0])
  }

  @Test func `training on the validation rows too is said and recorded`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run().code == 0)
    let ended = try workspace.run("train_validation_data=true", "-n", "both")
    #expect(ended.code == 0 && ended.errors.contains("validation scores say nothing about unseen text"))
    #expect(ended.errors.contains("data: 12 training rows, 3 validation rows"))
    #expect(try workspace.json("experiments/both/dataset.json")["trains_on_validation"] == true)
    #expect(try workspace.json("experiments/both/result.json")["trains_on_validation"] == true)
    #expect(try workspace.kiseki("show", "both").output.contains("3 to validate, and those are trained on too"))
    #expect(try workspace.kiseki("report", "name = \"both\"", "-o", "both.html").code == 0)
    #expect(try workspace.text("both.html").contains("The validation rows were trained on too"))
    #expect(try workspace.json("experiments/tiny/dataset.json")["trains_on_validation"] == nil)
    #expect(try adapter(workspace, "both") != adapter(workspace))
  }

  @Test func `a batch larger than the data is kept with a warning`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.run("batch_size=50", "drop_last_batch=true")
    #expect(ended.code == 0 && ended.errors.contains("the 9 training rows are fewer than training.batch_size 50"))
    #expect(try workspace.json("experiments/tiny/result.json")["last"]?["step"] == 2)
  }

  @Test func `a sample is drawn from each side that is named`() throws {
    let workspace = try RunWorkspace()
    for (choice, expected) in [("[Train, Validation]", (4, 2)), ("[Train]", (4, 3)), ("[Validation]", (9, 2))] {
      let ended = try workspace.run("data_sample=0.5", "data_sample_choice=\(choice)")
      #expect(ended.code == 0, "\(ended.errors)")
      let split = try workspace.json("experiments/tiny/dataset.json")["split"]
      #expect(split?["train"]?.arrayValue?.count == expected.0 && split?["validation"]?.arrayValue?.count == expected.1)
    }
  }
}
