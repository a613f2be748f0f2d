import Foundation
import Glibc
import Tables
import Testing

/// What is written for `resume` while a run goes on, and what comes of it after a kill.
@Suite struct CheckpointTests {
  private static let settings = [
    "epochs=60", "evaluation_epochs=7", "lora_dropout=0.2", "seed=7", "checkpoint_steps=5",
    "evaluate_before_training=true", "test_dataframe=../train.csv",
  ]
  private static let state = "experiments/tiny/checkpoint/state"

  private func start(_ workspace: RunWorkspace, _ arguments: [String] = []) throws -> Running {
    try workspace.start(["run", "experiments/tiny.yaml"] + Self.settings + arguments)
  }

  private func whole(_ workspace: RunWorkspace, _ arguments: [String] = []) throws -> [String: String] {
    let ended = try start(workspace, ["-n", "whole", "checkpoint_steps=0"] + arguments).wait()
    try #require(ended.code == 0, "\(ended.errors)")
    #expect(!workspace.exists("experiments/whole/checkpoint"))
    return try workspace.resultHashes("whole")
  }

  /// The numbers of the checkpoints that stand, and their steps.
  private func checkpoints(_ workspace: RunWorkspace) throws -> [(number: Int, step: Int)] {
    try workspace.files(below: Self.state).filter { $0.hasSuffix(".json") }.compactMap { file in
      let json = try workspace.json(Self.state + "/" + file)
      return (Int(file.dropLast(5)) ?? 0, json["position"]?["step"]?.integerValue ?? -1)
    }.sorted { $0.number < $1.number }
  }

  /// Kills the run once so many evaluations are there.
  private func kill(_ workspace: RunWorkspace, _ arguments: [String] = [], after step: Int = 42) throws {
    let running = try start(workspace, arguments)
    try running.wait { workspace.exists("experiments/tiny/evaluations/\(step)/scores.json") }
    running.send(SIGKILL)
    _ = try running.wait()
  }

  /// Kills runs until one leaves two checkpoints: only the newest stands while the next is being written.
  private func killBetweenCheckpoints(_ workspace: RunWorkspace) throws -> (before: Int, step: Int, newest: Int) {
    for _ in 0..<50 {
      try kill(workspace)
      let standing = try checkpoints(workspace)
      if standing.count == 2 { return (standing[0].number, standing[0].step, standing[1].number) }
      try FileManager.default.removeItem(atPath: workspace.path + "/experiments/tiny")
    }
    throw CommandFailure(message: "50 kills never left two checkpoints")
  }

  @Test(arguments: [[], ["lora=false"], ["save_best_checkpoint=true", "metric=Perplexity"]])
  func `a killed run goes on from its newest checkpoint to the same bytes`(arguments: [String]) throws {
    let workspace = try RunWorkspace()
    let expected = try whole(workspace, arguments)
    try kill(workspace, arguments)
    let standing = try checkpoints(workspace)
    // One where the kill fell while the next was being written, three where it fell before the oldest was removed.
    #expect((1...3).contains(standing.count) && standing.allSatisfy { $0.step % 5 == 0 }, "\(standing)")
    // A torn line and a file that was being written.
    let metrics = "experiments/tiny/metrics.jsonl"
    try workspace.write(try workspace.data(metrics) + Data("{\"step\":99,\"tr".utf8), to: metrics)
    try workspace.write("half", to: Self.state + "/.99.safetensors.1-a.tmp")
    let resumed = try workspace.kiseki("resume", "tiny")
    #expect(resumed.output.hasPrefix("recorded tiny@1 as"), "\(resumed.errors)")
    let step = try #require(standing.last).step
    #expect(step >= 40 && resumed.errors.contains("resumed from step \(step)\n"))
    #expect(try workspace.text("experiments/tiny/log.txt").contains("\nresumed from step \(step)\n"))
    #expect(try workspace.resultHashes("tiny") == expected)
    let (first, second) = (
      try workspace.json("experiments/whole/result.json"), try workspace.json("experiments/tiny/result.json")
    )
    for key in ["best", "last", "test", "before_training"] { #expect(first[key] == second[key]) }
    #expect(try workspace.lines("experiments/tiny/timings.jsonl").count == 120)
    #expect(second["checkpoints"]?["written"]?.integerValue ?? 0 > 0)
    #expect(!workspace.exists("experiments/tiny/checkpoint"))
    #expect(try workspace.kiseki("verify", "tiny", "-q").code == 0)
  }

  /// The short form of benchmarks/resume_kills.sh.
  @Test(
    arguments: [
      ["evaluation_epochs=3"],
      [
        "evaluation_epochs=3", "learning_rate=0.1", "schedule=Constant", "metric=Perplexity",
        "early_stopping_patience=3", "save_best_checkpoint=true",
      ],
    ])
  func `ten kills at random moments, and the bytes are those of a run without one`(arguments: [String]) throws {
    let workspace = try RunWorkspace()
    let expected = try whole(workspace, arguments)
    let often = arguments + ["checkpoint_steps=1"]
    var generator = SystemRandomNumberGenerator()
    var (kills, round, finished) = (0, 0, 0)
    var running = try start(workspace, often)
    while kills < 10 || finished == 0 {
      round += 1
      try #require(round < 100, "\(kills) kills, \(finished) runs")
      if kills < 10 {
        usleep(UInt32.random(in: 1_000...350_000, using: &generator))
        if running.isRunning { kills += 1 }
        running.send(SIGKILL)
      }
      let ended = try running.wait()
      if ended.code == 0 {
        #expect(try workspace.resultHashes("tiny") == expected)
        finished += 1
      } else if workspace.exists("experiments/tiny") {
        let resumed = try workspace.start(["resume", "tiny"])
        running = resumed
        continue
      }
      running = try start(workspace, often)
    }
    running.send(SIGKILL)
    _ = try running.wait()
  }

  @Test func `a damaged checkpoint gives way to the one before, and that to step 0, and it is said`() throws {
    let workspace = try RunWorkspace()
    let expected = try whole(workspace)
    let standing = try killBetweenCheckpoints(workspace)
    func damage(_ number: Int) throws {
      var bytes = try workspace.data("\(Self.state)/\(number).safetensors")
      bytes[bytes.count - 5] ^= 1
      try workspace.write(bytes, to: "\(Self.state)/\(number).safetensors")
    }
    try damage(standing.newest)
    let copy = workspace.path + "/copy"
    try FileManager.default.copyItem(atPath: workspace.path + "/experiments/tiny", toPath: copy)
    let resumed = try workspace.kiseki("resume", "tiny")
    #expect(
      resumed.errors.contains(
        "warning: the checkpoint cannot be used, because \(standing.newest).safetensors is not as it was written; the one "
          + "before is taken\nresumed from step \(standing.step)\n"), "\(resumed.errors)")
    #expect(try workspace.resultHashes("tiny") == expected)

    // As a power cut may leave them: one document torn, one file of tensors short.
    try FileManager.default.removeItem(atPath: workspace.path + "/experiments/tiny")
    try workspace.git("update-ref", "-d", "refs/experiments/tiny")
    try FileManager.default.moveItem(atPath: copy, toPath: workspace.path + "/experiments/tiny")
    try workspace.write("{\"format\": 1, \"posi", to: "\(Self.state)/\(standing.newest).json")
    let tensors = "\(Self.state)/\(standing.before).safetensors"
    try workspace.write(Data(try workspace.data(tensors).dropLast(100)), to: tensors)
    let anew = try workspace.kiseki("resume", "tiny")
    #expect(anew.errors.contains("because \(standing.newest).json is no JSON; the one before is taken\n"))
    #expect(
      anew.errors.contains(
        "because \(standing.before).safetensors is not as it was written; the run begins from step 0\n"
          + "resumed from step 0\n"), "\(anew.errors)")
    #expect(try workspace.resultHashes("tiny") == expected)
  }

  @Test func `logs that lost lines take their checkpoint with them`() throws {
    let workspace = try RunWorkspace()
    let expected = try whole(workspace)
    try kill(workspace)
    try workspace.write("", to: "experiments/tiny/timings.jsonl")
    let resumed = try workspace.kiseki("resume", "tiny")
    #expect(resumed.errors.contains("because the logs lack lines that were there when it was written; the run begins"))
    #expect(try workspace.resultHashes("tiny") == expected)
  }

  @Test func `a checkpoint of another configuration is refused with what differs, and stays`() throws {
    let workspace = try RunWorkspace()
    try kill(workspace)
    let configuration = try workspace.text("experiments/tiny/config.yaml")
    let changed = configuration.replacing("lora_alpha: 16\n", with: "lora_alpha: 32\n")
    try #require(changed != configuration)
    try workspace.write(changed, to: "experiments/tiny/config.yaml")
    let before = try checkpoints(workspace).map(\.number)
    let step = try #require(checkpoints(workspace).last).step
    #expect(try workspace.kiseki("show", "tiny").output.contains("checkpoint  after step \(step)\n"))
    let refused = try workspace.kiseki("resume", "tiny")
    #expect(
      refused.code == 1
        && refused.sentence == "kiseki: cannot resume 'tiny': its checkpoint was written with training.lora_alpha 16, "
          + "and the setting is 32 now. Put that back, or remove experiments/tiny/checkpoint/state to begin from step 0.",
      "\(refused.errors)")
    #expect(try checkpoints(workspace).map(\.number) == before)
    // Another speed is no other configuration.
    let faster = configuration.replacing("number_of_workers: 4", with: "number_of_workers: 1")
      .replacing("checkpoint_steps: 5", with: "checkpoint_steps: 50")
    try workspace.write(faster, to: "experiments/tiny/config.yaml")
    let resumed = try workspace.kiseki("resume", "tiny")
    #expect(resumed.code == 0 && !resumed.errors.contains("resumed from step 0"), "\(resumed.errors)")
  }

  @Test func `what computes otherwise than the checkpoint's program is told`() throws {
    let workspace = try RunWorkspace()
    // The processor may have bfloat16 instructions or none: imitating them is neither.
    let running = try workspace.start(
      ["run", "experiments/tiny.yaml", "mixed_precision=true"] + Self.settings,
      environment: ["KISEKI_MIXED_PRECISION": "emulated"])
    try running.wait { workspace.exists("experiments/tiny/evaluations/14/scores.json") }
    running.send(SIGKILL)
    _ = try running.wait()
    let resumed = try workspace.kiseki("resume", "tiny", environment: ["KISEKI_INSTRUCTION_SET": "baseline"])
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(
      resumed.errors.contains("goes on with the instruction set baseline")
        || resumed.errors.contains("goes on with baseline"))
    #expect(resumed.errors.contains("the run began with mixed precision 'bfloat16, emulated' and goes on with '"))
  }

  @Test func `a run killed before its inputs were recorded is cleared away`() throws {
    let workspace = try RunWorkspace()
    try kill(workspace)
    for name in try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/experiments/tiny")
    where name != "config.yaml" {
      try FileManager.default.removeItem(atPath: workspace.path + "/experiments/tiny/" + name)
    }
    let resumed = try workspace.kiseki("resume", "tiny")
    #expect(resumed.code == 1 && resumed.sentence.contains("Nothing was computed, and its folder is removed"))
    #expect(!workspace.exists("experiments/tiny"))
    #expect(try workspace.run().output.hasPrefix("recorded tiny@1"))
  }

  @Test func `a sweep goes on with a killed trial where its checkpoint stands`() throws {
    let workspace = try RunWorkspace()
    let arguments = ["lora_r=2,3", "epochs=200", "evaluation_epochs=50", "checkpoint_steps=5", "lora_dropout=0.1"]
    let whole = try workspace.sweep(["-n", "w", "-j", "1"] + arguments)
    try #require(whole.code == 0, "\(whole.errors)")
    let running = try workspace.startSweep(["-n", "s", "-j", "1"] + arguments)
    try running.wait { workspace.exists("experiments/s/lora_r=2/evaluations/100/scores.json") }
    running.send(SIGKILL)
    _ = try running.wait()
    let resumed = try workspace.kiseki("resume", "s", "-j", "2")
    #expect(resumed.code == 0, "\(resumed.errors)")
    let log = try workspace.text("experiments/s/lora_r=2/log.txt")
    let step = log.firstMatch(of: #/\nresumed from step (\d+)\n/#).flatMap { Int($0.output.1) }
    #expect(step ?? 0 >= 95, "\(log)")
    for trial in ["lora_r=2", "lora_r=3"] {
      #expect(try workspace.resultHashes("s/\(trial)") == workspace.resultHashes("w/\(trial)"))
    }
  }
}
