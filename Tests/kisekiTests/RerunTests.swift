import Foundation
import Tables
import Testing

/// Training again from the record alone.
@Suite struct RerunTests {
  private static let large = "instruction,output\n" + (0..<3).map { "open \($0),開く\n" }.joined()

  /// Files in which two versions of an experiment differ.
  private func changed(_ workspace: RunWorkspace, _ first: String, _ second: String) throws -> [String] {
    try workspace.git("diff", "--name-only", first, second).split(separator: "\n").map(String.init)
  }

  @Test func `a rerun uses the recorded data although the file has changed and then gone`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("seed=-1", "lora_dropout=0.2", "test_dataframe=../train.csv")
    for version in 2...3 {
      if version == 2 {
        try workspace.write(RunWorkspace.data(rows: 7), to: "train.csv")
      } else {
        try FileManager.default.removeItem(atPath: workspace.path + "/train.csv")
      }
      let ended = try workspace.kiseki("rerun", "tiny@1", "-m", "once more")
      #expect(ended.code == 0 && ended.output.hasPrefix("recorded tiny@\(version) as"), "\(ended.errors)")
      let changed = try changed(workspace, "refs/experiments/tiny~\(version - 1)", "refs/experiments/tiny")
      #expect(
        Set(changed).isSubset(of: ["environment.json", "log.txt", "result.json", "timings.jsonl", "workspace.patch"]),
        "\(changed)")
      #expect(
        try workspace.git("log", "-1", "--format=%b", "refs/experiments/tiny") == "rerun of tiny@1: once more\n\n")
      let repeats = try workspace.json("experiments/tiny/result.json")["repeats"]
      #expect(repeats?["name"] == "tiny" && repeats?["version"] == 1)
      let commit = try workspace.git("rev-parse", "refs/experiments/tiny~\(version - 1)")
      #expect(repeats?["commit"]?.stringValue == String(commit.prefix(40)))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/.git/kiseki/aside").isEmpty)
  }

  @Test func `a trial of a sweep and another name can be made again`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("-n", "grid/lora_r=4,8")
    #expect(try workspace.kiseki("rerun", "grid/lora_r=4,8").output.hasPrefix("recorded grid/lora_r=4,8@2"))
    let ended = try workspace.kiseki("rerun", "grid/lora_r=4,8@1", "-n", "copy")
    #expect(ended.output.hasPrefix("recorded copy@1"), "\(ended.errors)")
    let changed = try changed(workspace, "refs/experiments/grid/lora_r=4,8", "refs/experiments/copy")
    #expect(!changed.contains("metrics.jsonl") && changed.contains("config.yaml"))
    #expect(
      try workspace.git("diff", "-U0", "refs/experiments/grid/lora_r=4,8", "refs/experiments/copy", "--", "config.yaml")
        .contains("+experiment_name: copy"))
  }

  @Test func `a clone with nothing but references needs only the model, and only that model`() throws {
    let origin = try RunWorkspace()
    try origin.run()
    let clone = try RunWorkspace()
    for name in ["model", "train.csv", "experiments/tiny.yaml"] {
      try FileManager.default.removeItem(atPath: clone.path + "/" + name)
    }
    try clone.git("fetch", "-q", origin.path, "refs/experiments/*:refs/experiments/*")
    let missing = try clone.kiseki("rerun", "tiny")
    #expect(missing.code == 1)
    #expect(missing.sentence.contains("cannot repeat tiny@1: its backbone model is not there."), "\(missing.errors)")
    #expect(!clone.exists("experiments/tiny"))

    var other = RunModel()
    other.change("ln_f.bias") { $0.values[0] += 1 }
    try other.write(to: clone.path + "/elsewhere")
    let refused = try clone.kiseki("rerun", "tiny", "--backbone", "elsewhere")
    let files = try #require(try origin.json("experiments/tiny/backbone.json")["files"]?.arrayValue)
    let recorded = try #require(files.first { $0["path"] == "model.safetensors" }?["sha256"]?.stringValue)
    #expect(refused.code == 1 && refused.sentence.contains("but the run began with \(recorded)"), "\(refused.errors)")
    #expect(refused.sentence.contains("elsewhere/model.safetensors has the SHA-256 "))
    #expect(
      try clone.kiseki("verify", "tiny", "--backbone", "elsewhere").output.hasPrefix(
        "tiny@1: not comparable: other backbone: "))
    // What is kept with the experiment names no place of this machine.
    let notes = try clone.git("show", "refs/kiseki/notes/tiny:notes.json")
    #expect(notes.contains("\"detail\": \"other backbone\"") && !notes.contains(clone.path))

    try RunModel().write(to: clone.path + "/elsewhere")
    let ended = try clone.kiseki("rerun", "tiny", "--backbone", "elsewhere")
    #expect(ended.code == 0 && ended.output.hasPrefix("recorded tiny@2"), "\(ended.errors)")
    let changed = try changed(clone, "refs/experiments/tiny~1", "refs/experiments/tiny")
    #expect(
      !changed.contains { $0.hasPrefix("adapter/") || $0.hasPrefix("evaluations/") || $0.hasSuffix("ckbone.json") })
    #expect(!changed.contains("config.yaml") && !changed.contains("dataset.json") && !changed.contains("metrics.jsonl"))
    // From then on this machine knows where that model is.
    #expect(try clone.kiseki("rerun", "tiny").output.hasPrefix("recorded tiny@3"))
    #expect(try clone.kiseki("verify", "tiny@1").output.hasPrefix("tiny@1: identical: "))
  }

  @Test func `data too large to keep are taken from their place when they are still the same`() throws {
    let workspace = try RunWorkspace()
    // One column that nobody reads makes the file large and the run stays small.
    let filler = String(repeating: "x", count: 1 << 20)
    let rows = (0..<22).map { "open \($0),開く\($0),\(filler)\n" }.joined()
    try workspace.write("instruction,output,filler\n" + rows, to: "big.csv")
    let ended = try workspace.run("epochs=1", "batch_size=8", "train_dataframe=../big.csv")
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try workspace.git("ls-tree", "refs/experiments/tiny", "data/") == "")
    #expect(try workspace.kiseki("rerun", "tiny").code == 0)
    try FileManager.default.removeItem(atPath: workspace.path + "/big.csv")
    let gone = try workspace.kiseki("rerun", "tiny")
    #expect(
      gone.code == 1 && gone.sentence.contains("its train data big.csv were too large to be kept"), "\(gone.errors)")
    try workspace.write(Self.large, to: "big.csv")
    let other = try workspace.kiseki("verify", "tiny")
    #expect(other.code == 1 && other.output.contains("not comparable: other data: "), "\(other.output)")
    #expect(other.output.contains("the file there has the SHA-256"))
  }
}
