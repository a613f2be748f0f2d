import Foundation
import Glibc
import Tables
import Testing

/// Runs that are ended before their end, and what is shown of a run while it lives.
@Suite struct RunInterruptionTests {
  private static let long = ["run", "experiments/tiny.yaml", "epochs=100000", "evaluation_epochs=1000000"]

  private func started(_ workspace: RunWorkspace, ignoring signal: String? = nil) throws -> Running {
    let running = try workspace.start(Self.long, ignoring: signal)
    try running.wait {
      try workspace.exists("experiments/tiny/metrics.jsonl")
        && workspace.data("experiments/tiny/metrics.jsonl").count > 1000
    }
    return running
  }

  private func status(_ workspace: RunWorkspace) throws -> [JSONValue?] {
    let list = try JSONValue(parsing: Data(try workspace.kiseki("ls", "--json").output.utf8))
    return try #require(list.arrayValue).map { $0["status"] }
  }

  private func requireInterrupted(_ workspace: RunWorkspace) throws {
    #expect(try status(workspace) == ["interrupted"])
    #expect(try workspace.git("for-each-ref", "refs/experiments") == "")
    #expect(!workspace.exists("experiments/tiny/result.json"))
    // Every line is whole, and the configuration can be read.
    #expect(try workspace.lines("experiments/tiny/metrics.jsonl").count > 5)
    #expect(try workspace.text("experiments/tiny/config.yaml").contains("epochs: 100000"))
    #expect(try workspace.git("status", "--porcelain") == "")
    let again = try workspace.run()
    #expect(again.code == 1)
    #expect(
      again.sentence == "kiseki: cannot run 'tiny': experiments/tiny is an interrupted run. 'kiseki resume tiny' "
        + "goes on with it; to begin anew, move the folder away or choose another name with -n.")
    #expect(try workspace.run("-n", "other").code == 0)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal ends a run with 130 and leaves an interrupted directory`(signal: Int32) throws {
    let workspace = try RunWorkspace()
    let running = try started(workspace)
    #expect(try status(workspace) == ["running"])
    running.send(signal)
    let ended = try running.wait()
    #expect(ended.code == 130)
    let name = [SIGINT: "Ctrl-C", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"][signal] ?? ""
    #expect(ended.sentence.hasPrefix("interrupted by \(name); what was recorded so far is in experiments/tiny"))
    #expect(ended.output == "")
    #expect(try workspace.text("experiments/tiny/log.txt").hasSuffix("\n" + ended.sentence + "\n"))
    try requireInterrupted(workspace)
  }

  @Test func `a signal that was ignored before the run, as nohup has it, stays ignored`() throws {
    let workspace = try RunWorkspace()
    let running = try started(workspace, ignoring: "HUP")
    running.send(SIGHUP)
    let size = try workspace.data("experiments/tiny/metrics.jsonl").count
    try running.wait { try workspace.data("experiments/tiny/metrics.jsonl").count > size + 2000 }
    running.send(SIGINT)
    let ended = try running.wait()
    #expect(ended.code == 130 && ended.sentence.hasPrefix("interrupted by Ctrl-C"))
  }

  @Test func `a run that is killed counts as interrupted, not as running`() throws {
    let workspace = try RunWorkspace()
    let running = try started(workspace)
    running.send(SIGKILL)
    #expect(try running.wait().code == 128 + SIGKILL)
    try requireInterrupted(workspace)
  }

  @Test func `a name that is being run is refused to a second run`() throws {
    let workspace = try RunWorkspace()
    let running = try started(workspace)
    defer { running.send(SIGKILL) }
    for arguments in [[], ["--dry-run"]] {
      let second = try workspace.start(["run", "experiments/tiny.yaml"] + arguments).wait()
      #expect(second.code == 1)
      #expect(second.errors.hasPrefix("kiseki: cannot run 'tiny': another process is running it"))
    }
    #expect(running.isRunning)
  }

  @Test func `progress is plain lines where no terminal is`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.run()
    #expect(!ended.errors.contains("\u{1B}") && !ended.errors.contains("\r"))
    let lines = ended.errors.split(separator: "\n")
    #expect(lines.first == "experiment: tiny")
    #expect(lines.contains { $0.hasPrefix("training ") && $0.contains("4/4") && $0.contains("tokens/s") })
    #expect(lines.contains { $0.hasPrefix("validation after step 4: loss ") })
    #expect(lines.last?.hasPrefix("next: kiseki show tiny") == true)
  }

  @Test func `quiet is silent, and json is one object`() throws {
    let workspace = try RunWorkspace()
    let quiet = try workspace.run("-q")
    #expect(quiet.code == 0 && quiet.errors == "")
    let ended = try workspace.run("--json")
    let json = try JSONValue(parsing: Data(ended.output.utf8))
    #expect(json["name"] == "tiny" && json["version"] == 2 && json["status"] == "completed")
    #expect(try workspace.git("rev-parse", "refs/experiments/tiny") == (json["commit"]?.stringValue ?? "") + "\n")
  }

  @Test func `a dry run checks everything and writes nothing`() throws {
    let workspace = try RunWorkspace()
    func everything() throws -> [String] {
      try FileManager.default.subpathsOfDirectory(atPath: workspace.path).sorted()
    }
    let before = try everything()
    let ended = try workspace.run("--dry-run")
    #expect(ended.code == 0 && ended.output == "")
    #expect(ended.errors.contains("plan: 4 steps, 2 an epoch; evaluations after steps 2, 4"))
    #expect(try everything() == before)
    #expect(try workspace.run("--dry-run", "prompt_column=nothing").code == 1)
  }

  @Test func `a run whose loss is no number becomes a failed version with the reason`() throws {
    let workspace = try RunWorkspace()
    let arguments = ["run", "experiments/tiny.yaml", "learning_rate=1", "lora_alpha=1000000", "epochs=30"]
    let ended = try workspace.start(arguments).wait()
    #expect(ended.code == 1)
    #expect(ended.output.hasPrefix("recorded tiny@1 (failed) as commit "))
    #expect(ended.sentence.hasPrefix("kiseki: training stopped "))
    #expect(ended.sentence.hasSuffix("use a lower training.learning_rate, or set training.gradient_clip"))
    let result = try workspace.json("experiments/tiny/result.json")
    #expect(result["status"] == "failed")
    let log = try workspace.text("experiments/tiny/log.txt")
    let remains =
      "no checkpoint of good weights had been written yet (training.checkpoint_steps, "
      + "training.checkpoint_seconds), so another run begins at the beginning"
    let reason = result["reason"]?.stringValue ?? ""
    #expect(log.hasSuffix("\nfailed: \(reason)\n\(remains)\nrecorded tiny@1 (failed)\n"), "\(log)")
    #expect(ended.errors.contains(remains))
    #expect(ended.sentence.hasSuffix(result["reason"]?.stringValue ?? "no reason"))
    #expect(!workspace.exists("experiments/tiny/adapter"))
    #expect(try workspace.git("log", "--format=%s", "refs/experiments/tiny") == "tiny@1: failed\n")
    #expect(try status(workspace) == ["failed"])
    // And the name can be used again.
    #expect(try workspace.run().output.hasPrefix("recorded tiny@2 as"))
  }
}
