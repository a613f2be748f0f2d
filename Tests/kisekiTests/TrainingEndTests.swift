import Foundation
import Glibc
import Tables
import Testing

/// Which weights a run ends with, and what it leaves when it cannot go on.
@Suite struct TrainingEndTests {
  private static let isRoot = getuid() == 0
  /// A rate at which the model soon gets worse again.
  private static let fast = ["learning_rate=0.1", "schedule=Constant", "metric=Perplexity", "epochs=60"]
  private static let stopping = fast + ["early_stopping_patience=2", "evaluate_before_training=true"]

  private func run(_ workspace: RunWorkspace, _ name: String, _ arguments: [String]) throws -> (Ended, JSONValue) {
    let ended = try workspace.start(["run", "experiments/tiny.yaml", "-n", name] + arguments).wait()
    try #require(ended.code == 0, "\(ended.errors)")
    return (ended, try workspace.json("experiments/\(name)/result.json"))
  }

  private func scores(_ workspace: RunWorkspace, _ name: String) throws -> JSONValue? {
    let list = try JSONValue(parsing: Data(try workspace.kiseki("ls", "--json").output.utf8))
    return list.arrayValue?.first { $0["name"]?.stringValue == name }?["scores"]
  }

  @Test func `the best weights are saved and scored, and every list shows their scores`() throws {
    let workspace = try RunWorkspace()
    let test = ["test_dataframe=../train.csv"]
    let (ended, result) = try run(workspace, "best", Self.stopping + test + ["save_best_checkpoint=true"])
    let (best, last) = (try #require(result["best"]), try #require(result["last"]))
    let (bestStep, lastStep) = (best["step"]?.integerValue ?? -1, last["step"]?.integerValue ?? -1)
    #expect(bestStep > 0 && lastStep == bestStep + 4, "two evaluations, of an epoch of two steps each")
    for name in ["loss", "perplexity"] {
      let (first, second) = (best["scores"]?["validation/" + name], last["scores"]?["validation/" + name])
      #expect(try #require(first?.doubleValue) < #require(second?.doubleValue))
    }
    // A run that ends there has the same weights and scores.
    let (_, shorter) = try run(workspace, "shorter", Self.fast + test + ["epochs=\(bestStep / 2)"])
    let (hashes, expected) = (try workspace.resultHashes("best"), try workspace.resultHashes("shorter"))
    for file in [
      "adapter/adapter_model.safetensors", "evaluations/test/predictions.jsonl", "evaluations/test/scores.json",
    ] {
      #expect(hashes[file] != nil && hashes[file] == expected[file], "\(file)")
    }
    #expect(result["test"] == shorter["test"] && best["scores"] == shorter["last"]?["scores"])
    #expect(shorter["stopped_early"] == nil && shorter["saved_step"] == shorter["last"]?["step"])

    #expect(try scores(workspace, "best")?["validation/perplexity"] == best["scores"]?["validation/perplexity"])
    let show = try workspace.kiseki("show", "best").output
    #expect(try #require(show.firstMatch(of: #/\n *(\d+) .* saved *\n/#)?.output.1) == "\(bestStep)", "\(show)")
    #expect(show.contains("Samples after step \(bestStep) "))
    let compared = try workspace.kiseki("compare", "best", "shorter", "--metric", "perplexity", "--json").output
    let perplexity = best["scores"]?["validation/perplexity"]?.doubleValue ?? 0
    #expect(compared.components(separatedBy: "\(perplexity)").count > 2, "\(compared)")
    #expect(
      ended.errors.contains(
        "kept: the weights after step \(bestStep), which have the best Perplexity; training ended after step "
          + "\(lastStep)\n"))
    #expect(try workspace.kiseki("verify", "best", "-q").code == 0)
  }

  @Test func `training that does not get better ends early, which is said and recorded`() throws {
    let workspace = try RunWorkspace()
    let (ended, result) = try run(workspace, "early", Self.stopping)
    let stop = try #require(result["stopped_early"])
    let (step, best) = (stop["step"]?.integerValue ?? 0, stop["best_step"]?.integerValue ?? 0)
    #expect(step == best + 4 && stop["planned_steps"] == 120 && step < 120)
    let sentence =
      "stopped early after step \(step) of 120: 2 evaluations without a better Perplexity than after step \(best)"
    #expect(ended.errors.contains(sentence + "\n"))
    #expect(try workspace.text("experiments/early/log.txt").contains(sentence + "\n"))
    // Without save_best_checkpoint the last weights are saved, and their scores shown.
    #expect(result["saved_step"]?.integerValue == step && result["last"]?["step"]?.integerValue == step)
    // The best evaluation is told apart from it all the same.
    #expect(result["best"]?["step"]?.integerValue == best)
    let show = try workspace.kiseki("show", "early").output
    let marks = show.split(separator: "\n").compactMap { $0.firstMatch(of: #/^ *(\d+) .* (best|last, saved) *$/#) }
    #expect(
      marks.prefix(2).map { "\($0.output.1) \($0.output.2)" } == ["\(best) best", "\(step) last, saved"], "\(show)")
    try workspace.kiseki("report", "early", "-o", "early.html")
    #expect(try workspace.text("early.html").contains("Best evaluation, step \(best)"))
    #expect(try scores(workspace, "early")?["validation/loss"] == result["last"]?["scores"]?["validation/loss"])
    let steps = try workspace.lines("experiments/early/metrics.jsonl").compactMap {
      $0["train/loss"] == nil ? nil : $0["step"]
    }
    #expect(steps.count == step)
    #expect(try workspace.kiseki("verify", "early", "-q").code == 0)
  }

  @Test func `zero epochs evaluate only, and keep the untouched weights`() throws {
    let workspace = try RunWorkspace()
    let (_, result) = try run(workspace, "zero", ["epochs=0", "save_best_checkpoint=true", "checkpoint_steps=1"])
    #expect(result["last"]?["step"] == 0 && result["checkpoints"] == nil)
    #expect(try workspace.lines("experiments/zero/metrics.jsonl").count == 1)
    #expect(workspace.exists("experiments/zero/adapter/adapter_model.safetensors"))
  }

  @Test(arguments: [true, false])
  func `a loss that is no number leaves the last good checkpoint to go on from`(adapter: Bool) throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml", "epochs=30", "checkpoint_steps=1", "evaluation_epochs=30"]
        + (adapter ? ["learning_rate=1e18", "lora_alpha=1000000"] : ["lora=false", "learning_rate=1e18"])
        // The rate is small until the failure.
        + ["warmup_epochs=30"]
    ).wait()
    #expect(ended.code == 1 && ended.output.hasPrefix("recorded tiny@1 (failed)"), "\(ended.errors)")
    let failed = try #require(
      ended.errors.firstMatch(of: #/training stopped at step (\d+)/#).flatMap { Int($0.output.1) })
    let kept = try #require(
      ended.errors.firstMatch(of: #/the last good checkpoint, after step (\d+), is kept: .* set to (.*)\n/#),
      "\(ended.errors)")
    let step = try #require(Int(kept.output.1))
    // The weights after the step before the failure gave the loss that was no number.
    #expect(step < failed - 1)
    let folder = "experiments/tiny/checkpoint/" + (adapter ? "adapter" : "model")
    #expect(String(kept.output.2) == folder)
    let names = try workspace.files(below: "experiments/tiny/checkpoint/state")
    #expect(names.count == 2 && names.contains { $0.hasSuffix(".json") })
    // They are those of a run that ends there.
    let files = try workspace.files(below: folder)
    #expect(files.contains(adapter ? "adapter_model.safetensors" : "model.safetensors"))
    #expect(try workspace.git("ls-tree", "-r", "--name-only", "refs/experiments/tiny").contains("checkpoint") == false)
    if !adapter {
      let next = try workspace.run("-n", "next", "llm_backbone=../\(folder)", "epochs=1")
      #expect(next.code == 0, "\(next.errors)")
    }
    #expect(try workspace.kiseki("verify", "tiny", "-q").code == 0)
    #expect(try workspace.run().output.hasPrefix("recorded tiny@2 as"))
  }

  @Test(.enabled(if: isRoot, "mounting needs root"))
  func `a checkpoint for which there is no room is a warning, and the run goes on`() throws {
    try Mount.withSmallDisk(kibibytes: 12_288) { disk in
      let workspace = try RunWorkspace(parent: disk)
      let arguments = [
        "epochs=400", "evaluation_epochs=200", "lora_r=64", "lora_target_modules=all-linear",
        "save_best_checkpoint=true",
      ]
      let whole = try workspace.start(["run", "experiments/tiny.yaml", "-n", "whole"] + arguments).wait()
      try #require(whole.code == 0, "\(whole.errors)")
      let running = try workspace.start(["run", "experiments/tiny.yaml", "checkpoint_steps=5"] + arguments)
      let state = "experiments/tiny/checkpoint/state"
      try running.wait { workspace.exists(state + "/3.json") }
      // Room for the log, but not for the best weights that come to the state with the first evaluation. The run stands
      // still meanwhile, and not in the middle of a checkpoint, whose room would come back.
      for attempt in 0... {
        try #require(attempt < 1000)
        running.send(SIGSTOP)
        try running.waitUntilStopped()
        let files = try workspace.files(below: state)
        if files.count == 4, !files.contains(where: { $0.hasSuffix(".tmp") }) { break }
        running.send(SIGCONT)
        usleep(2000)
      }
      try Mount.fill(disk, leaving: 150)
      running.send(SIGCONT)
      try running.wait {
        try workspace.text("experiments/tiny/log.txt").contains("warning: cannot write a checkpoint after step 4")
      }
      // One pair stands, and what was half written of the next is removed; the run tries again and again meanwhile.
      try running.wait { try workspace.files(below: state).count == 2 }
      try FileManager.default.removeItem(atPath: disk + "/ballast")
      let ended = try running.wait()
      #expect(ended.code == 0, "\(ended.errors)")
      let warnings = ended.errors.split(separator: "\n").filter { $0.contains("cannot write a checkpoint") }
      #expect(warnings.count == 1 && warnings[0].contains("the disk is full"), "\(warnings)")
      #expect(warnings.first?.contains("'kiseki resume' begins from the checkpoint after step ") == true)
      #expect(try workspace.resultHashes("tiny") == workspace.resultHashes("whole"))
    }
  }
}
