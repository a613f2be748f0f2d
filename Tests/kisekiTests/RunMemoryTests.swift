import Foundation
import Tables
import Testing

/// Settings that change what a run holds in memory, and the estimate of it.
@Suite struct RunMemoryTests {
  private func adapter(_ workspace: RunWorkspace, _ name: String) throws -> Data {
    try workspace.data("experiments/\(name)/adapter/adapter_model.safetensors")
  }

  private static let dropouts = ["lora_dropout=0.3", "intermediate_dropout=0.1"]

  @Test func `gradient checkpointing leaves adapter, metrics and predictions as they are, to the byte`() throws {
    let workspace = try RunWorkspace()
    for (name, value) in [("kept", "false"), ("again", "true")] {
      let ended = try workspace.start(
        ["run", "experiments/tiny.yaml", "-n", name, "gradient_checkpointing=\(value)"] + Self.dropouts
      ).wait()
      #expect(ended.code == 0, "\(ended.errors)")
    }
    #expect(try adapter(workspace, "kept") == adapter(workspace, "again"))
    let files = try workspace.files(below: "experiments/kept").filter {
      $0 == "metrics.jsonl" || $0.hasPrefix("evaluations/")
    }
    #expect(files.count > 4)
    for file in files {
      #expect(try workspace.data("experiments/kept/\(file)") == workspace.data("experiments/again/\(file)"))
    }
  }

  @Test func `a backbone in 16 bit is trained beside, repeats, and is refused where its values do not fit`() throws {
    let workspace = try RunWorkspace()
    for (name, type) in [("wide", "float32"), ("brain", "bfloat16"), ("again", "bfloat16"), ("half", "float16")] {
      let ended = try workspace.run("-n", name, "backbone_dtype=\(type)")
      #expect(ended.code == 0, "\(ended.errors)")
    }
    #expect(try adapter(workspace, "brain") == adapter(workspace, "again"))
    #expect(try adapter(workspace, "brain") != adapter(workspace, "wide"))
    #expect(try adapter(workspace, "half") != adapter(workspace, "wide"))
    let verdict = try workspace.kiseki("verify", "brain")
    #expect(verdict.code == 0, "\(verdict.errors)")
    var model = RunModel()
    model.change("h.1.mlp.c_fc.weight") { $0.values[5] = 1e6 }
    try model.write(to: workspace.path + "/model")
    let refused = try workspace.run("-n", "too-large", "backbone_dtype=float16")
    #expect(refused.code == 64)
    #expect(refused.sentence.contains("the tensor transformer.h.1.mlp.c_fc.weight has a value beyond 65504"))
    #expect(!workspace.exists("experiments/too-large"))
    let eighth = try workspace.run("-n", "eighth", "backbone_dtype=int8")
    #expect(eighth.code == 64 && eighth.errors.contains("not supported yet"))
  }

  @Test func `trained weights are float32 whatever the backbone's type, and that is said`() throws {
    let workspace = try RunWorkspace()
    let plain = try workspace.run("-n", "plain", "lora=false")
    let ended = try workspace.run("-n", "typed", "lora=false", "backbone_dtype=bfloat16")
    #expect(plain.code == 0 && ended.code == 0)
    #expect(ended.errors.contains("warning: architecture.backbone_dtype is the type of frozen weights"))
    #expect(!plain.errors.contains("backbone_dtype"))
    #expect(
      try workspace.data("experiments/plain/model/model.safetensors")
        == workspace.data("experiments/typed/model/model.safetensors"))
  }

  @Test func `trials that hold the weights in bfloat16 share one copy of them`() throws {
    let workspace = try RunWorkspace()
    let ended = try workspace.sweep(["lora_r=2,3", "-n", "narrow", "backbone_dtype=bfloat16", "-j", "2"])
    #expect(ended.code == 0, "\(ended.errors)")
    let copies = try workspace.files(below: ".git/kiseki").filter { $0.contains("-bfloat16-") }
    #expect(copies.count == 1, "\(copies)")
  }

  @Test func `mixed precision is recorded as it was computed, and verified only by its like`() throws {
    let workspace = try RunWorkspace()
    let emulated = ["KISEKI_MIXED_PRECISION": "emulated"]
    func program(_ name: String) throws -> String? {
      try workspace.json("experiments/\(name)/environment.json")["program"]?["mixed_precision"]?.stringValue
    }
    for (name, value, environment) in [
      ("off", "false", emulated), ("mixed", "true", emulated), ("here", "true", [:]),
    ] as [(String, String, [String: String])] {
      let ended = try workspace.run("-n", name, "mixed_precision=\(value)", environment: environment)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(
        ended.errors.contains("mixed_precision has no effect here") == (try program(name) == "unavailable, float32"))
    }
    #expect(try program("off") == "off" && program("mixed") == "bfloat16, emulated")
    let here = try #require(try program("here"))
    #expect(here == "unavailable, float32" || here.hasPrefix("bfloat16, oneDNN 2."))
    #expect(try adapter(workspace, "mixed") != adapter(workspace, "off"))
    #expect(try (adapter(workspace, "here") == adapter(workspace, "off")) == (here == "unavailable, float32"))
    #expect(try workspace.kiseki("verify", "mixed", environment: emulated).code == 0)
    let other = try workspace.kiseki("verify", "mixed")
    #expect(
      other.code == 1
        && (other.output + other.errors).contains("other mixed precision: the run computed with 'bfloat16, emulated'"))
    let wrong = try workspace.run("-n", "wrong", "mixed_precision=true", environment: ["KISEKI_MIXED_PRECISION": "on"])
    #expect(wrong.code == 64 && wrong.sentence.contains("KISEKI_MIXED_PRECISION=on"))
  }

  @Test func `a run that cannot fit is refused with its figures and what would help, before it leaves a trace`() throws
  {
    let workspace = try RunWorkspace()
    let refused = try workspace.run("batch_size=8", environment: ["KISEKI_MEMORY_LIMIT": "20M"])
    #expect(refused.code == 1)
    #expect(refused.sentence.contains("cannot train: the run needs about "))
    #expect(
      refused.sentence.contains("program and data") && refused.sentence.contains("KISEKI_MEMORY_LIMIT allows 21.0 MB"))
    #expect(!workspace.exists("experiments/tiny"))
    #expect(try workspace.git("for-each-ref", "refs/experiments").isEmpty)
    for text in ["", "0", "-1", "ten", "5X", "99999999999999999999G", "9000000000000000000T"] {
      let wrong = try workspace.run(environment: ["KISEKI_MEMORY_LIMIT": text])
      #expect(wrong.code == 64 && wrong.sentence.contains("cannot use KISEKI_MEMORY_LIMIT=\(text): "), "\(text)")
    }
    let fits = try workspace.run(environment: ["KISEKI_MEMORY_LIMIT": "4G"])
    #expect(fits.code == 0, "\(fits.errors)")
    #expect(fits.errors.contains("memory: about ") && fits.errors.contains(" of the 4.3 GB available: frozen weights "))
    let result = try workspace.json("experiments/tiny/result.json")
    #expect(result["expected_peak_bytes"]?.integerValue ?? 0 > 1 << 20)
  }

  @Test func `the expected memory is within 15 % of what a run took`() throws {
    let workspace = try RunWorkspace()
    // Drawn weights: only sizes matter, and no large file is needed.
    try workspace.write(
      """
      {"model_type": "gpt2", "vocab_size": 12000, "n_embd": 256, "n_layer": 6, "n_head": 4, "n_positions": 64}
      """, to: "model/config.json")
    try workspace.write(RunWorkspace.data(rows: 300), to: "train.csv")
    for (name, overrides) in [
      ("kept", [String]()), ("again", ["gradient_checkpointing=true", "backbone_dtype=bfloat16"]),
      ("full", ["lora=false"]),
    ] {
      let ended = try workspace.start(
        ["run", "experiments/tiny.yaml", "-n", name, "pretrained=false", "epochs=1", "batch_size=150"] + overrides
      ).wait()
      #expect(ended.code == 0, "\(ended.errors)")
      let result = try workspace.json("experiments/\(name)/result.json")
      let expected = try #require(result["expected_peak_bytes"]?.doubleValue)
      let measured = try #require(result["peak_bytes"]?.doubleValue)
      #expect(abs(expected / measured - 1) < 0.15, "\(name): \(expected / 1e6) MB expected, \(measured / 1e6) MB taken")
    }
  }
}
