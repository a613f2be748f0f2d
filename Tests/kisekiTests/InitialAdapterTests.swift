import Foundation
import Glibc
import Tables
import Testing

/// Runs that begin with the adapter of another.
@Suite struct InitialAdapterTests {
  private let files = ["adapter_config.json", "adapter_model.safetensors"]

  private func loss(_ workspace: RunWorkspace, _ name: String, step: Int) throws -> Double {
    let scores = try workspace.json("experiments/\(name)/evaluations/\(step)/scores.json")
    return try #require(scores["scores"]?["loss"]?.doubleValue ?? scores["loss"]?.doubleValue, "\(scores.line())")
  }

  private func lastStep(_ workspace: RunWorkspace, _ name: String) throws -> Int {
    try #require(workspace.json("experiments/\(name)/result.json")["last"]?["step"]?.integerValue)
  }

  @Test(arguments: [["use_dora=false"], ["use_dora=true", "force_embedding_gradients=true"]])
  func `a run goes on where the other ended, and is made again when that is gone`(settings: [String]) throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.start(["run", "experiments/tiny.yaml", "-n", "first"] + settings).wait().code == 0)
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml", "-n", "second", "pretrained_weights=first", "evaluate_before_training=true"]
        + settings
    ).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(try loss(workspace, "second", step: 0) == loss(workspace, "first", step: lastStep(workspace, "first")))
    #expect(try loss(workspace, "second", step: 0) != loss(workspace, "second", step: lastStep(workspace, "second")))
    #expect(try workspace.text("experiments/second/config.yaml").contains("pretrained_weights: \"first@1\"\n"))
    for file in files {
      #expect(
        try workspace.data("experiments/second/initial/\(file)") == workspace.data("experiments/first/adapter/\(file)"))
    }
    let commit = try workspace.git("rev-parse", "refs/experiments/first").trimmingCharacters(
      in: .whitespacesAndNewlines)
    for place in [
      try workspace.json("experiments/second/initial/source.json")["source"],
      try workspace.json("experiments/second/result.json")["pretrained_weights"],
    ] { #expect(place?["name"] == "first" && place?["version"] == 1 && place?["commit"]?.stringValue == commit) }

    try workspace.git("update-ref", "-d", "refs/experiments/first")
    try FileManager.default.removeItem(atPath: workspace.path + "/experiments/first")
    let verified = try workspace.kiseki("verify", "second")
    #expect(verified.output.hasPrefix("second@1: identical: "), "\(verified.output) \(verified.errors)")
    #expect(try workspace.kiseki("rerun", "second").output.hasPrefix("recorded second@2"))
    let changed = try workspace.git("diff", "--name-only", "refs/experiments/second~1", "refs/experiments/second")
    #expect(
      !changed.contains("initial/") && !changed.contains("config.yaml") && !changed.contains("adapter/"), "\(changed)")
    #expect(try workspace.kiseki("generate", "second", "open").code == 0)
  }

  @Test func `a directory's adapter is kept, whatever becomes of the directory`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("-n", "first", "lora_target_modules=all-linear")
    try FileManager.default.createDirectory(atPath: workspace.path + "/mine", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: workspace.path + "/experiments/first/adapter", toPath: workspace.path + "/mine/adapter")
    // The path counts from the configuration's folder.
    let settings = ["lora_target_modules=all-linear", "pretrained_weights=../mine/adapter", "epochs=60"]
    let whole = try workspace.start(["run", "experiments/tiny.yaml", "-n", "whole"] + settings).wait()
    #expect(whole.code == 0, "\(whole.errors)")
    #expect(try workspace.text("experiments/whole/config.yaml").contains("pretrained_weights: mine/adapter\n"))
    #expect(try workspace.json("experiments/whole/initial/source.json")["source"]?["path"] == "mine/adapter")

    let running = try workspace.start(
      ["run", "experiments/tiny.yaml", "-n", "killed", "evaluation_epochs=20"] + settings)
    try running.wait { workspace.exists("experiments/killed/timings.jsonl") }
    running.send(SIGKILL)
    _ = try running.wait()
    try FileManager.default.removeItem(atPath: workspace.path + "/mine")
    let resumed = try workspace.kiseki("resume", "killed")
    #expect(resumed.output.hasPrefix("recorded killed@1"), "\(resumed.errors)")
    let adapter = "adapter/adapter_model.safetensors"
    #expect(try workspace.data("experiments/killed/\(adapter)") == workspace.data("experiments/whole/\(adapter)"))
    #expect(try workspace.kiseki("verify", "killed").output.hasPrefix("killed@1: identical: "))
  }

  @Test func `all trials of a sweep begin with the adapter the plan keeps`() throws {
    let workspace = try RunWorkspace()
    try workspace.run("-n", "first")
    let ended = try workspace.sweep(
      ["-n", "grid", "pretrained_weights=first", "learning_rate=0.01,0.02", "evaluate_before_training=true"])
    #expect(ended.code == 0, "\(ended.errors)")
    let expected = try loss(workspace, "first", step: lastStep(workspace, "first"))
    for trial in ["learning_rate=0.01", "learning_rate=0.02"] {
      #expect(try loss(workspace, "grid/" + trial, step: 0) == expected)
      #expect(try workspace.text("experiments/grid/\(trial)/config.yaml").contains("pretrained_weights: \"first@1\"\n"))
    }
    // A clone has no more than the references of the sweep.
    try workspace.git("update-ref", "-d", "refs/experiments/first")
    try workspace.git("update-ref", "-d", "refs/experiments/grid/learning_rate=0.01")
    for name in ["first", "grid/learning_rate=0.01"] {
      try FileManager.default.removeItem(atPath: workspace.path + "/experiments/" + name)
    }
    let resumed = try workspace.kiseki("resume", "grid")
    #expect(resumed.code == 0 && workspace.exists("experiments/grid/learning_rate=0.01/adapter"), "\(resumed.errors)")
  }

  @Test(arguments: [
    (["lora_r=8"], "cannot start from first@1: its adapter has r 4, and training.lora_r is 8."),
    (["use_dora=true"], "its adapter has use_dora false, and training.use_dora is true."),
    (
      ["lora_alpha=32"],
      "its adapter is multiplied by 4.0 (lora_alpha 16.0, use_rslora false), and training.lora_alpha 32.0"
    ),
    (
      ["lora_target_modules=c_fc"],
      "its adapter has the layers attn.c_attn in \(RunModel.layers) blocks, and training.lora_target_modules selects "
        + "mlp.c_fc in \(RunModel.layers) blocks."
    ),
    (["lora=false"], "architecture.pretrained_weights names an adapter, but training.lora is false"),
    (["pretrained=false"], "architecture.pretrained_weights names an adapter, but architecture.pretrained is false"),
    (
      ["pretrained_weights=frist"],
      "there is no such directory beside the configuration, and as an experiment: cannot find"
    ),
    (["pretrained_weights=first@7"], "cannot find first@7"),
    (["pretrained_weights=./nowhere"], "it is no directory with adapter_config.json and adapter_model.safetensors."),
    (["pretrained_weights=whole"], "cannot start from whole@1: it has no adapter, because it was trained as a whole."),
  ])
  func `an adapter that does not fit is refused before anything is recorded`(settings: [String], sentence: String)
    throws
  {
    let workspace = try RunWorkspace()
    try workspace.run("-n", "first")
    if settings == ["pretrained_weights=whole"] { try workspace.run("-n", "whole", "lora=false", "epochs=1") }
    let ended = try workspace.start(
      ["run", "experiments/tiny.yaml", "-n", "second", "pretrained_weights=first"] + settings
    ).wait()
    #expect(ended.code == 64 && ended.sentence.contains(sentence), "\(ended.errors)")
    #expect(!workspace.exists("experiments/second"))
  }
}
