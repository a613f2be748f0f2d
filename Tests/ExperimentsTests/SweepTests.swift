import Experiments
import Foundation
import Tables
import Testing

/// Plans of sweeps in git, and how far their trials have come.
@Suite struct SweepTests {
  private func name(_ text: String) throws -> ExperimentName { try ExperimentName(text) }

  private func record(_ workspace: Workspace, _ text: String) throws -> SweepRecord {
    try workspace.recordSweep(
      name(text), files: ["plan.json": .data(Data("{\"format\":1}".utf8)), "data/abc.csv": .data(Data("a\n1\n".utf8))],
      message: "a plan\n")
  }

  @Test func `a plan is a commit that git and a clone can read`() throws {
    let temporary = try TemporaryWorkspace()
    let workspace = try temporary.open()
    let sweep = try record(workspace, "研究")
    #expect(try temporary.git("show", "refs/experiments/研究/plan:data/abc.csv") == "a\n1\n")
    #expect(try temporary.git("show", "refs/experiments/研究/plan:.gitattributes") == "* -text -filter\n")
    #expect(try temporary.git("fsck", "--full", "--strict").contains("error") == false)
    let again = try #require(try workspace.sweep(name("研究")))
    #expect(again.commit == sweep.commit)
    #expect(try again.json("plan.json")["format"] == 1)
    #expect(throws: ExperimentsError.self) { try again.data("nothing") }
    #expect(try workspace.sweep(name("other")) == nil)
    // A plan is no experiment.
    #expect(try workspace.experiments().isEmpty)
  }

  @Test func `a name that anything has is refused to a sweep`() throws {
    let temporary = try TemporaryWorkspace()
    let workspace = try temporary.open()
    try temporary.record("single")
    try temporary.record("folder/trial")
    _ = try record(workspace, "sweep")
    try temporary.write("text", to: "experiments/notes/a.txt")
    try temporary.write("text", to: "experiments/file")
    for (text, reason) in [
      ("single", "there is an experiment of that name"), ("folder", "there are experiments below that name"),
      ("sweep", "there is a sweep of that name"), ("notes", "experiments/notes is there already"),
      ("file", "experiments/file is there already"), ("a/b", "what follows 'a/' is for its trials"),
    ] {
      let error = #expect(throws: ExperimentsError.self) { try record(workspace, text) }
      #expect(error?.kind == .invalidName && error?.description.contains(reason) == true, "\(text)")
    }
    // And an experiment cannot take a sweep's name.
    #expect(throws: ExperimentsError.self) { try temporary.record("sweep") }
  }

  @Test func `a sweep is run by one process at a time`() throws {
    let temporary = try TemporaryWorkspace()
    let workspace = try temporary.open()
    func secondLock() throws { _ = try SweepLock(name("s"), in: workspace) }
    let lock = try SweepLock(name("s"), in: workspace)
    lock.whileHeld {
      let error = #expect(throws: ExperimentsError.self) { try secondLock() }
      #expect(error?.kind == .alreadyRunning)
    }
    _ = consume lock
    try secondLock()
  }

  @Test func `a trial is missing, running, interrupted, then completed`() throws {
    let temporary = try TemporaryWorkspace()
    let workspace = try temporary.open()
    let trial = try name("s/lora_r=4")
    #expect(workspace.trial(trial).state == .missing)
    let recording = try RunRecording.begin(trial, in: workspace)
    try fill(recording)
    #expect(workspace.trial(trial).state == .running)
    try recording.interrupt(reason: "stopped")
    #expect(workspace.trial(trial).state == .interrupted)
    try workspace.discardInterruptedRun(trial)
    #expect(workspace.trial(trial).state == .missing && !temporary.exists("experiments/s/lora_r=4"))
    try temporary.record("s/lora_r=4", bleu: 12)
    let record = workspace.trial(trial)
    #expect(record.state == .completed && record.version == 1 && record.result?.outcome.last?["validation/bleu"] == 12)
    // A second run that is interrupted leaves the version before it as it was.
    let second = try RunRecording.begin(trial, in: workspace)
    try fill(second)
    try second.interrupt(reason: "stopped")
    try workspace.discardInterruptedRun(trial)
    #expect(workspace.trial(trial).state == .completed && temporary.exists("experiments/s/lora_r=4/result.json"))
  }
}
