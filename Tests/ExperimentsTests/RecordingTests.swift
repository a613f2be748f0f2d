import Experiments
import Foundation
import Hashing
import Tables
import TestSupport
import Testing

struct RecordingTests {
  @Test func `a finished run is one commit that plain git reads from a clone`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.commitEverything()
    let head = try temporary.git("rev-parse", "HEAD")
    let index = try Data(contentsOf: URL(fileURLWithPath: temporary.path + "/.git/index"))
    let adapter = noise(10 << 20)
    let record = try temporary.record("base", bleu: 31.5, adapter: adapter)
    #expect(record.version == 1)
    #expect(record.leftover == nil)

    #expect(try temporary.git("status", "--porcelain", "-uall") == "")
    #expect(try temporary.git("rev-parse", "HEAD") == head)
    #expect(try Data(contentsOf: URL(fileURLWithPath: temporary.path + "/.git/index")) == index)
    #expect(try temporary.git("fsck", "--full", "--strict").contains("error") == false)
    #expect(
      try temporary.git("ls-tree", "-r", "--name-only", "refs/experiments/base") == """
        .gitattributes
        adapter/adapter_model.safetensors
        config.yaml
        log.txt
        metrics.jsonl
        result.json
        timings.jsonl

        """)

    let clone = try TemporaryWorkspace()
    try clone.git("remote", "add", "origin", temporary.path)
    try clone.git("fetch", "-q", "origin", "refs/experiments/*:refs/kiseki/remotes/origin/*")
    let commit = "refs/kiseki/remotes/origin/base"
    #expect(try clone.git("show", commit + ":metrics.jsonl").hasPrefix("{\"step\":0,"))
    #expect(try clone.git("log", "--format=%s|%an", commit) == "base@1: completed|Kiseki\n")
    try clone.git("worktree", "add", "-q", clone.path + "/old", commit)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: clone.path + "/old/adapter/adapter_model.safetensors"))
        == adapter)
    let result = try JSONValue(
      parsing: Data(contentsOf: URL(fileURLWithPath: clone.path + "/old/result.json")))
    #expect(result["format"] == 1)
    #expect(result["files"]?["adapter/adapter_model.safetensors"]?.stringValue == SHA256.hash(adapter).hex)
    #expect(result["files"]?.objectMembers?.count == 6)
  }

  @Test func `the next run of a name is its next version, and the first one never changes`() throws {
    let temporary = try TemporaryWorkspace()
    let first = try temporary.record("base", bleu: 10)
    let second = try temporary.record("base", bleu: 12)
    #expect(second.version == 2)
    #expect(
      try temporary.git("rev-list", "refs/experiments/base") == "\(second.commit)\n\(first.commit)\n")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: temporary.path + "/.git/kiseki/trash").isEmpty,
      "what was moved aside is gone once the new version stands")
    let workspace = try temporary.open()
    #expect(
      try workspace.version(ExperimentReference(parsing: "base@1")).result().outcome.best?["validation/bleu"]
        == 10)
    #expect(try workspace.version(ExperimentReference(parsing: "base")).number == 2)
  }

  @Test func `a trial of a sweep is an experiment of its own`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.record("sweep/lora_r=4")
    try temporary.record("sweep/lora_r=8")
    #expect(try temporary.open().experiments().map(\.name.text) == ["sweep/lora_r=4", "sweep/lora_r=8"])
    #expect(throws: ExperimentsError.self) { try temporary.record("sweep") }
    try temporary.record("single")
    #expect(throws: ExperimentsError.self) { try temporary.record("single/trial") }
  }

  @Test func `the committer is the user whom git knows`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.git("config", "user.name", "山田 花子")
    try temporary.git("config", "user.email", "hanako@example.org")
    try temporary.record("base")
    #expect(
      try temporary.git("log", "-1", "--format=%an <%ae>", "refs/experiments/base")
        == "山田 花子 <hanako@example.org>\n")
  }

  @Test func `nothing committed names this machine's directories`() throws {
    let temporary = try TemporaryWorkspace()
    let workspace = try temporary.open()
    let recording = try RunRecording.begin(ExperimentName("base"), in: workspace)
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    try recording.log("reading \(workspace.root)/data.csv and \(home)/model, not \(workspace.root)2/x")
    try recording.write("environment.json", EnvironmentRecord.current(program, workspace: workspace).json)
    var outcome = outcome()
    outcome.reason = "cannot read \(workspace.root)/data.csv"
    _ = try recording.finish(.failed, outcome)
    #expect(
      try temporary.git("show", "refs/experiments/base:log.txt")
        == "reading ./data.csv and ~/model, not \(workspace.root)2/x\n")
    for file in ["result.json", "environment.json"] {
      let text = try temporary.git("show", "refs/experiments/base:" + file)
      #expect(!text.contains(workspace.root))
      #expect(
        !text.contains(ProcessInfo.processInfo.hostName) || ProcessInfo.processInfo.hostName == "localhost")
    }
  }

  @Test func `changes of tracked files are kept, refused or passed over`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.write("one\n", to: "train.py")
    try temporary.commitEverything()
    let name = try ExperimentName("base")
    try RunRecording.begin(name, in: temporary.open(), dirty: .refuse).interrupt(reason: "clean is fine")
    try temporary.write("two\n", to: "train.py")
    let error = #expect(throws: ExperimentsError.self) {
      try RunRecording.begin(ExperimentName("other"), in: temporary.open(), dirty: .refuse)
    }
    #expect(error?.kind == .dirtyWorkspace)
    #expect(error?.description.contains("train.py") == true)
    #expect(!temporary.exists("experiments/other"))
    _ = try RunRecording.begin(ExperimentName("a"), in: temporary.open(), dirty: .allow).finish(
      .completed, outcome())
    #expect(
      try temporary.open().version(ExperimentReference(parsing: "a")).hasFile("workspace.patch") == false)
    _ = try RunRecording.begin(ExperimentName("r"), in: temporary.open()).finish(.completed, outcome())
    #expect(try temporary.git("show", "refs/experiments/r:workspace.patch").contains("+two"))
  }

  @Test func `a data file is kept by its hash, a large one is not`() throws {
    let temporary = try TemporaryWorkspace()
    let recording = try RunRecording.begin(ExperimentName("base"), in: temporary.open())
    try temporary.write("a,b\n1,2\n", to: "train.CSV")
    let kept = try recording.keepDataFile(at: temporary.path + "/train.CSV")
    #expect(kept == "data/\(SHA256.hash(Data("a,b\n1,2\n".utf8)).hex).csv")
    let large = temporary.path + "/large.csv"
    try Data(count: RunRecording.largestKeptDataFile + 1).write(to: URL(fileURLWithPath: large))
    #expect(try recording.keepDataFile(at: large) == nil)
    for path in ["../out", "/etc/x", "a//b", "result.json", ".git/config", "metrics.jsonl", ""] {
      #expect(throws: ExperimentsError.self) { try recording.write(path, Data()) }
    }
  }
}

let program = EnvironmentRecord.Program(
  version: "0.1", build: "test", instructionSet: "avx2", threads: 2, blasKernel: "Zen")
