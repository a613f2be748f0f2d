import Foundation
import Glibc
import Tables
import Testing

/// Sweeps whose trials are in an `output_directory`.
@Suite struct OutputSweepTests {
  private let names = ["lora_r=2", "lora_r=3", "lora_r=4"]

  private func requireLinked(
    _ workspace: RunWorkspace, _ sweep: String, to folder: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for name in names {
      let link = workspace.link("\(sweep)/\(name)")
      #expect(link == "\(folder)/\(sweep)/\(name)", sourceLocation: sourceLocation)
      #expect(workspace.exists("experiments/\(sweep)/\(name)/result.json"), sourceLocation: sourceLocation)
    }
    let there = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(sweep)").sorted()
    #expect(there == names, sourceLocation: sourceLocation)
  }

  @Test func `trials are in the folder below their sweep, and follow it`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    let words = ["-n", "s", "-j", "2", "lora_r=2,3,4", "output_directory=\(output.path)"]
    let planned = try workspace.sweep(words + ["--dry-run"])
    #expect(try planned.code == 0 && output.names() == [], "\(planned.errors)")
    let ended = try workspace.sweep(words)
    #expect(ended.code == 0 && ended.errors.contains("directories: \(output.path)/s, linked in experiments/s"))
    try requireLinked(workspace, "s", to: output.path)
    try workspace.requireClean(output)
    #expect(try !workspace.git("show", "refs/experiments/s/plan:plan.json").contains(output.path))
    #expect(try workspace.kiseki("compare", "s").code == 0 && workspace.kiseki("verify", "s/lora_r=2").code == 0)

    #expect(try workspace.kiseki("rename", "s", "t").code == 0)
    try requireLinked(workspace, "t", to: output.path)
    #expect(try output.names() == ["t"] && !workspace.exists("experiments/s"))
    #expect(try workspace.kiseki("rename", "t", "s").code == 0)
    #expect(try workspace.kiseki("rm", "s", "-y").code == 0)
    #expect(try output.names() == [] && !workspace.exists("experiments/s"))
    #expect(try workspace.kiseki("restore", "s").code == 0)
    try requireLinked(workspace, "s", to: output.path)
    #expect(try workspace.kiseki("resume", "s").errors.contains("nothing to do"))
    try workspace.requireClean(output)
    #expect(try workspace.git("fsck", "--full", "--strict", "--no-dangling") == "")
  }

  @Test func `the folder is one for all trials, and nothing there is overwritten`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    let axis = try workspace.sweep(["-n", "s", "lora_r=2,3", "output_directory=a,b"])
    #expect(axis.code == 64 && axis.sentence.contains("give output_directory one value"), "\(axis.errors)")
    try output.write("mine", to: "s/notes.txt")
    let taken = try workspace.sweep(["-n", "s", "lora_r=2,3", "output_directory=\(output.path)"])
    #expect(taken.code == 64 && taken.sentence.contains("\(output.path)/s is there already"), "\(taken.errors)")
    #expect(try workspace.git("for-each-ref", "refs/experiments") == "" && output.names(in: "s") == ["notes.txt"])
  }

  @Test func `a killed sweep is resumed where it was`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    let running = try workspace.startSweep(
      ["-n", "s", "-j", "2", "lora_r=2,3,4", "output_directory=\(output.path)", "epochs=300", "evaluation_epochs=1000"])
    try running.wait { output.exists("s/lora_r=2/metrics.jsonl") && output.exists("s/lora_r=3/metrics.jsonl") }
    running.send(SIGKILL)
    #expect(try running.wait().code == 128 + SIGKILL)
    let resumed = try workspace.kiseki("resume", "s", "-j", "2")
    #expect(resumed.code == 0, "\(resumed.errors)")
    try requireLinked(workspace, "s", to: output.path)
    #expect(try workspace.versions() == ["s/lora_r=2": 1, "s/lora_r=3": 1, "s/lora_r=4": 1])
  }

  @Test func `what is missing is run where it was planned or not at all, and in a clone in experiments`() throws {
    let (workspace, output) = (try RunWorkspace(), try OutputFolder())
    let disk = output.path + "/disk"
    #expect(try workspace.sweep(["-n", "s", "lora_r=2,3,4", "output_directory=\(disk)"]).code == 0)
    try workspace.git("update-ref", "-d", "refs/experiments/s/lora_r=4")
    try FileManager.default.removeItem(atPath: disk + "/s/lora_r=4")
    #expect(unlink(workspace.path + "/experiments/s/lora_r=4") == 0)
    try FileManager.default.moveItem(atPath: disk, toPath: output.path + "/away")
    let early = try workspace.kiseki("resume", "s")
    #expect(
      early.code == 1 && early.errors.contains("no directory that was made there is there any more"), "\(early.errors)")
    #expect(try output.names() == ["away"] && workspace.versions().count == 2)
    try FileManager.default.moveItem(atPath: output.path + "/away", toPath: disk)

    let clone = try RunWorkspace(hasRepository: false)
    try FileManager.default.removeItem(atPath: clone.path)
    try workspace.git("clone", "-q", workspace.path, clone.path)
    try clone.git("fetch", "-q", "origin", "refs/experiments/*:refs/experiments/*")
    let there = try clone.kiseki("resume", "s")
    #expect(
      there.code == 0 && there.errors.contains("the trials' directories are made in experiments/: the recorded"),
      "\(there.errors)")
    #expect(clone.link("s/lora_r=4") == nil && clone.exists("experiments/s/lora_r=4/result.json"))

    let late = try workspace.kiseki("resume", "s")
    #expect(late.code == 0, "\(late.errors)")
    try requireLinked(workspace, "s", to: disk)
    #expect(try workspace.resultHashes("s/lora_r=4") == clone.resultHashes("s/lora_r=4"))
  }
}
