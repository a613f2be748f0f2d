import Foundation
import Glibc
import Tables
import Testing

/// Finishing a run that was interrupted.
@Suite struct ResumeTests {
  private static let settings = ["epochs=60", "evaluation_epochs=20", "lora_dropout=0.2", "seed=7"]

  @Test func `a lease that names a folder of somebody else removes nothing`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    let running = try workspace.start(["run", "experiments/tiny.yaml", "epochs=900", "evaluation_epochs=20"])
    try running.wait { workspace.exists("experiments/tiny/evaluations/40/scores.json") }
    running.send(SIGINT)
    #expect(try running.wait().code == 130)
    let path = ".git/kiseki/leases/tiny"
    let lease = try workspace.text(path)
    let aside = try #require(lease.firstMatch(of: #/"aside": ?"([^"]+)"/#)?.output.1)
    try workspace.write("mine", to: "precious/file")
    try workspace.write(lease.replacing(aside, with: workspace.path + "/precious"), to: path)
    #expect(try workspace.kiseki("resume", "tiny").output.hasPrefix("recorded tiny@2"))
    #expect(workspace.exists("precious/file"))
    // One that is ours goes.
    #expect(FileManager.default.fileExists(atPath: String(aside)))
  }

  @Test(arguments: [SIGKILL, SIGINT])
  func `a killed run is resumed to the bytes of one that was not`(signal: Int32) throws {
    let workspace = try RunWorkspace()
    let whole = try workspace.start(["run", "experiments/tiny.yaml", "-n", "whole"] + Self.settings).wait()
    #expect(whole.code == 0, "\(whole.errors)")
    let running = try workspace.start(["run", "experiments/tiny.yaml", "-m", "my note"] + Self.settings)
    try running.wait { workspace.exists("experiments/tiny/evaluations/40/scores.json") }
    running.send(signal)
    let ended = try running.wait()
    #expect(ended.code == (signal == SIGINT ? 130 : 128 + SIGKILL))
    if signal == SIGINT { #expect(ended.sentence.hasSuffix("next: kiseki resume tiny")) }
    // The file it began with is gone by now.
    try FileManager.default.removeItem(atPath: workspace.path + "/train.csv")

    let resumed = try workspace.kiseki("resume", "tiny")
    #expect(resumed.code == 0 && resumed.output.hasPrefix("recorded tiny@1 as"), "\(resumed.errors)")
    let expected = try workspace.resultHashes("whole")
    #expect(expected.count >= 8 && expected["adapter/adapter_model.safetensors"] != nil)
    #expect(try workspace.resultHashes("tiny") == expected)
    #expect(try workspace.git("log", "-1", "--format=%b", "refs/experiments/tiny") == "my note\n\n")
    #expect(!workspace.exists("experiments/tiny/checkpoint"))
    // A signal leaves a checkpoint; a kill none before the first is due, which is after five minutes.
    let log = try workspace.text("experiments/tiny/log.txt")
    let resumedFrom = try #require(log.firstMatch(of: #/\nresumed from step (\d+)\n/#)?.output.1)
    #expect(signal == SIGKILL ? resumedFrom == "0" : Int(resumedFrom) ?? 0 >= 40, "\(log)")

    let again = try workspace.kiseki("resume", "tiny")
    #expect(again.code == 0 && again.errors.contains("nothing to resume: tiny@1 is complete"))
    #expect(try workspace.git("rev-list", "--count", "refs/experiments/tiny") == "1\n")
    #expect(try workspace.kiseki("verify", "tiny", "-q").code == 0)
  }

  @Test func `what cannot be resumed is said clearly`() throws {
    let workspace = try RunWorkspace()
    let unknown = try workspace.kiseki("resume", "tiny")
    #expect(unknown.code == 1 && unknown.sentence.contains("cannot find 'tiny'"))
    let running = try workspace.start(["run", "experiments/tiny.yaml", "epochs=100000", "evaluation_epochs=100000"])
    try running.wait { workspace.exists("experiments/tiny/timings.jsonl") }
    let living = try workspace.kiseki("resume", "tiny")
    #expect(
      living.code == 1 && living.sentence.contains("cannot resume 'tiny': another process is running it"),
      "\(living.errors)")
    running.send(SIGKILL)
    _ = try running.wait()
    for file in ["dataset.json", "config.yaml"] {
      try FileManager.default.removeItem(atPath: workspace.path + "/experiments/tiny/" + file)
      let early = try workspace.kiseki("resume", "tiny")
      #expect(
        early.code == 1
          && early.sentence.contains("cannot repeat tiny: it was interrupted before its \(file) was written"),
        "\(early.errors)")
    }
    #expect(workspace.exists("experiments/tiny/metrics.jsonl"))
  }

  @Test func `a rerun that was interrupted still knows what it repeats`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("epochs=400", "evaluation_epochs=1000")
    let running = try workspace.start(["rerun", "tiny", "-m", "slow"])
    try running.wait {
      workspace.exists("experiments/tiny/timings.jsonl") && !workspace.exists("experiments/tiny/result.json")
    }
    running.send(SIGKILL)
    _ = try running.wait()
    let resumed = try workspace.kiseki("resume", "tiny")
    #expect(resumed.output.hasPrefix("recorded tiny@2"), "\(resumed.errors)")
    #expect(try workspace.json("experiments/tiny/result.json")["repeats"]?["version"] == 1)
    #expect(try workspace.git("log", "-1", "--format=%b", "refs/experiments/tiny") == "rerun of tiny@1: slow\n\n")
  }
}
