import Foundation
import Tables
import Testing

/// Sweeps from their plan to their table.
@Suite struct SweepTests {
  private static let grid = ["lora_r=2,4", "learning_rate=0.01,0.02"]

  @Test func `a grid of four gives four experiments, each with the bytes of the same run alone`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.sweep(["-n", "grid", "-j", "2", "lora_dropout=0.1"] + Self.grid)
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try workspace.versions() == Dictionary(uniqueKeysWithValues: Self.names.map { ("grid/" + $0, 1) }))
    let table = ended.output.split(separator: "\n")
    #expect(table.count == 6 && table[0].contains("lora_r  learning_rate  status") && table[5].hasPrefix("best: "))
    #expect(ended.sentence.hasPrefix("next: kiseki compare grid"))
    #expect(try workspace.git("status", "--porcelain") == "" && workspace.git("fsck", "--full", "--strict") == "")

    let alone = try workspace.run("-n", "alone", "lora_dropout=0.1", "lora_r=4", "learning_rate=0.02")
    #expect(alone.code == 0)
    let trial = "experiments/grid/lora_r=4,learning_rate=0.02"
    let files = try workspace.files(below: trial).filter {
      $0.hasPrefix("adapter/") || $0.hasPrefix("evaluations/")
        || ["metrics.jsonl", "dataset.json", "backbone.json"].contains($0)
    }
    #expect(files.count >= 8)
    for file in files {
      #expect(try workspace.data("\(trial)/\(file)") == workspace.data("experiments/alone/\(file)"), "\(file)")
    }
    let name = "experiment_name: "
    #expect(
      try workspace.text("\(trial)/config.yaml").replacing("\(name)\"grid/lora_r=4,learning_rate=0.02\"", with: "")
        == workspace.text("experiments/alone/config.yaml").replacing("\(name)alone", with: ""))
  }

  private static let names = [
    "lora_r=2,learning_rate=0.01", "lora_r=2,learning_rate=0.02", "lora_r=4,learning_rate=0.01",
    "lora_r=4,learning_rate=0.02",
  ]

  @Test func `a resumed sweep that is complete does nothing`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.sweep(["-n", "s", "lora_r=2,4"]).code == 0)
    let before = try workspace.git("for-each-ref")
    let again = try workspace.kiseki("resume", "s")
    #expect(again.code == 0 && again.output == "")
    #expect(again.errors.hasPrefix("nothing to do: all 2 trials of 's' have ended"))
    #expect(try workspace.git("for-each-ref") == before)
  }

  @Test func `the plan says everything and a dry run records nothing`() throws {
    let workspace = try RunWorkspace()
    let before = try workspace.files(below: "")
    let dry = try workspace.sweep(["--dry-run", "--seeds", "2", "-j", "2"] + Self.grid)
    #expect(dry.code == 0 && dry.output.hasPrefix("sweep: tiny-sweep, 8 trials\n"))
    for part in ["cores: ", "2 trials at once", "time: not known before", "memory: about "] {
      #expect(dry.output.contains(part), "\(part)")
    }
    #expect(try workspace.files(below: "").filter { !$0.hasPrefix(".git/kiseki") } == before)
    _ = try workspace.run("-n", "before")
    let json = try JSONValue(parsing: Data(try workspace.sweep(["--dry-run", "--json"] + Self.grid).output.utf8))
    #expect(json["plan"]?["trials"]?.arrayValue?.count == 4)
    #expect(json["expected_seconds_basis"]?.stringValue?.hasPrefix("from the speed of before@1") == true)
    #expect(json["expected_bytes_basis"] == "of the trial that needs most")
    let one = try workspace.json("experiments/before/result.json")["expected_peak_bytes"]?.integerValue
    #expect(try json["expected_bytes"]?.integerValue ?? 0 > #require(one))
  }

  @Test func `results as one document name the winner and its margin`() throws {
    let workspace = try RunWorkspace()
    try workspace.write(RunWorkspace.data(rows: 4), to: "test.csv")
    let ended = try workspace.sweep(
      ["-n", "s", "metric=Perplexity", "test_dataframe=../test.csv", "--seeds", "2", "--json"] + Self.grid)
    #expect(ended.code == 0)
    let json = try JSONValue(parsing: Data(ended.output.utf8))
    let trials = try #require(json["trials"]?.arrayValue)
    let scores = trials.compactMap { $0["scores"]?["validation/perplexity"]?.doubleValue }
    #expect(scores.count == 8 && scores == scores.sorted())
    #expect(trials.allSatisfy { $0["test"]?["test/perplexity"]?.doubleValue != nil && $0["status"] == "completed" })
    let winner = try #require(json["winner"])
    let setting = try #require(winner["setting"]?.stringValue)
    let own = zip(trials, scores).filter { $0.0["name"]?.stringValue?.hasPrefix("s/\(setting),seed=") == true }
    #expect(own.count == 2 && winner["value"]?.doubleValue == own.reduce(0) { $0 + $1.1 } / 2)
    #expect((winner["margin"]?.doubleValue ?? -1) >= 0)
  }

  @Test func `a failed trial is shown with its reason and does not stop the rest`() throws {
    let workspace = try RunWorkspace()
    try workspace.write("learning_rate,lora_alpha\n1,1000000\n0.01,16\n0.02,16\n", to: "trials.csv")
    let ended = try workspace.sweep(["-n", "s", "epochs=30", "--trials", "trials.csv", "-j", "1"])
    #expect(ended.code == 1)
    let failed = "s/learning_rate=1,lora_alpha=1000000"
    #expect(ended.errors.contains("warning: \(failed): training stopped "))
    #expect(ended.output.contains("failed") && ended.sentence.contains("kiseki resume s --retry-failed"))
    #expect(try workspace.versions().values.sorted() == [1, 1, 1])
    let again = try workspace.kiseki("resume", "s")
    #expect(again.code == 0 && again.errors.contains("1 of them failed"))
    #expect(try workspace.kiseki("resume", "s", "--retry-failed").code == 1)
    #expect(try workspace.versions()[failed] == 2 && workspace.versions().values.sorted() == [1, 1, 2])

    let fast = try workspace.sweep(["-n", "fast", "epochs=30", "--trials", "trials.csv", "-j", "1", "--fail-fast"])
    #expect(fast.code == 1 && fast.sentence == "next: kiseki resume fast")
    #expect(try workspace.versions().keys.filter { $0.hasPrefix("fast/") }.count == 1)
    // The code says what this call did; what failed before is told.
    let rest = try workspace.kiseki("resume", "fast")
    #expect(rest.code == 0 && rest.errors.contains("1 trial failed before and was not run again"))
    #expect(try workspace.versions().keys.filter { $0.hasPrefix("fast/") }.count == 3)
  }

  @Test func `a clone resumes a sweep from the plan alone, although the data has changed`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.sweep(["-n", "s", "lora_r=2,4"]).code == 0)
    let adapter = "experiments/s/lora_r=4/adapter/adapter_model.safetensors"
    let clone = try RunWorkspace()
    try clone.git("fetch", "-q", workspace.path, "refs/experiments/s/plan:refs/experiments/s/plan")
    try clone.write("instruction,output\nno,more\nof,this\n", to: "train.csv")
    let ended = try clone.kiseki("resume", "s", "-j", "2")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try clone.versions() == ["s/lora_r=2": 1, "s/lora_r=4": 1])
    #expect(try clone.data(adapter) == workspace.data(adapter))
    #expect(
      try clone.data("experiments/s/lora_r=4/dataset.json") == workspace.data("experiments/s/lora_r=4/dataset.json"))
  }

  @Test func `data outside of the workspace and data that differs between trials are planned`() throws {
    let workspace = try RunWorkspace()
    let other = try RunWorkspace()
    try other.write(RunWorkspace.data(rows: 9), to: "outside.csv")
    let ended = try workspace.sweep(["-n", "s", "train_dataframe=../train.csv,\(other.path)/outside.csv"])
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try workspace.versions().count == 2)
    #expect(!(try workspace.git("show", "refs/experiments/s/plan:plan.json").contains(other.path)))
    #expect(
      try workspace.git("ls-tree", "--name-only", "refs/experiments/s/plan:data").split(separator: "\n").count == 2)
    let missing = try workspace.sweep(["-n", "t", "train_dataframe=../train.csv,../nowhere.csv"])
    #expect(missing.code == 64 && missing.sentence.contains("nowhere.csv: there is no such file"))
    #expect(try workspace.git("for-each-ref", "refs/experiments/t") == "")
  }

  @Test(arguments: [
    (["lora_rr=4,8"], "there is no setting 'lora_rr'; did you mean 'training.lora_r'?"),
    (["lora_r="], "training.lora_r has no value"),
    (["lora_r=1..100:lin100", "lora_alpha=1..100:lin100"], "this sweep has 10,000 trials; give -y"),
    (["lora_r=2,4", "-n", "tiny"], "there is an experiment of that name"),
    (["lora_r=2,4", "-n", "a b"], "it contains a space"), (["lora_r=2,4", "-n", "a..b"], "it contains '..'"),
    (["lora_r=2,4", "-n", "a.lock"], "it ends with '.lock'"), (["lora_r=2,4", "-n", "a@{b"], "'@' separates"),
    (["lora_r=2,4", "-n", "plan"], "'plan' is reserved"), (["lora_r=2,4", "-n", "a/b"], "is for its trials"),
    (["lora_r=2,4", "-j", "0"], "--jobs is '0'"),
  ])
  func `what cannot be is refused before anything starts`(arguments: [String], reason: String) throws {
    let workspace = try RunWorkspace()
    if arguments.last == "tiny" { try workspace.run() }
    let before = try workspace.git("for-each-ref")
    let ended = try workspace.sweep(arguments)
    #expect(ended.code == 64 && ended.sentence.contains(reason), "\(ended.code): \(ended.sentence)")
    #expect(try workspace.git("for-each-ref") == before)
  }

  @Test func `a Japanese name works, and workers beyond the cores are warned about`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.sweep(["-n", "学習率の比較", "-j", "999", "learning_rate=0.01,0.02"])
    #expect(ended.code == 0 && ended.errors.contains("warning: -j 999 is more than the "))
    #expect(try workspace.versions().keys.sorted() == ["学習率の比較/learning_rate=0.01", "学習率の比較/learning_rate=0.02"])
  }
}
