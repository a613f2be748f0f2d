import Foundation
import Tables
import TestSupport
import Testing

/// Models of the hub: fetched, looked up in the cache, recorded by their commit.
@Suite(.timeLimit(.minutes(5))) struct HubModelTests {
  private static let model = "someone/tiny"

  private let workspace: RunWorkspace
  private let hub: StandInHub
  private let files: StandInHub.Files

  /// A workspace whose only model is on a hub, at `main`; at `other` with other weights.
  init() throws {
    workspace = try RunWorkspace()
    files = try Self.files(workspace.path + "/model")
    var others = files
    var model = RunModel()
    model.change("ln_f.bias") { $0.values = $0.values.map { $0 + 0.5 } }
    try model.write(to: workspace.path + "/model")
    others["model.safetensors"] = try workspace.data("model/model.safetensors")
    hub = try StandInHub(Self.model, ["main": files, "other": others])
    try FileManager.default.removeItem(atPath: workspace.path + "/model")
    try workspace.write(
      RunWorkspace.configuration.replacingOccurrences(of: "../model", with: Self.model), to: "experiments/tiny.yaml")
  }

  private static func files(_ folder: String) throws -> StandInHub.Files {
    var files: StandInHub.Files = ["README.md": Data("# A model".utf8), "pytorch_model.bin": Data("pickle".utf8)]
    for name in ["config.json", "tokenizer.model", "model.safetensors"] {
      files[name] = try Data(contentsOf: URL(filePath: folder + "/" + name))
    }
    return files
  }

  private var cache: String { workspace.path + "-cache" }
  private var environment: [String: String] { ["HF_ENDPOINT": hub.address, "HF_HUB_CACHE": cache] }

  @discardableResult
  private func kiseki(_ arguments: String...) throws -> Ended {
    try workspace.start(arguments, environment: environment).wait()
  }

  private func withCache(_ body: () throws -> Void) throws {
    defer { try? FileManager.default.removeItem(atPath: cache) }
    try body()
  }

  private func revision(_ name: String) throws -> String? {
    try workspace.json("experiments/\(name)/backbone.json")["revision"]?.stringValue
  }

  @Test func `a model that is not here is named with the command that fetches it, and a run then begins with it`()
    throws
  {
    try withCache {
      let missing = try kiseki("run", "experiments/tiny.yaml")
      #expect(missing.code == 64 && missing.sentence.contains("experiments/tiny.yaml:3:15"), "\(missing.sentence)")
      #expect(missing.sentence.contains("'kiseki model fetch someone/tiny' downloads it"))
      #expect(hub.requests.isEmpty)

      let fetched = try kiseki("model", "fetch", "experiments/tiny.yaml")
      #expect(fetched.code == 0, "\(fetched.errors)")
      #expect(fetched.errors.contains("next: kiseki run experiments/tiny.yaml"))
      #expect(fetched.output.hasSuffix("/snapshots/\(StandInHub.commit(files))\n"))
      let asked = hub.requests.map(\.path)
      #expect(!asked.contains { $0.hasSuffix("README.md") || $0.hasSuffix("pytorch_model.bin") })

      #expect(try kiseki("run", "experiments/tiny.yaml").code == 0)
      let record = try workspace.json("experiments/tiny/backbone.json")
      #expect(record["id"]?.stringValue == Self.model && record["branch"]?.stringValue == "main")
      #expect(try revision("tiny") == StandInHub.commit(files))
      let adapter = try workspace.json("experiments/tiny/adapter/adapter_config.json")
      #expect(adapter["base_model_name_or_path"]?.stringValue == Self.model)
      #expect(adapter["revision"]?.stringValue == StandInHub.commit(files))
      #expect(try workspace.text("experiments/tiny/config.yaml").contains("llm_backbone: \(Self.model)\n"))
      // Nothing that is committed says where the cache is.
      let grep = try workspace.shell("git grep -l -e \(cache) refs/experiments/tiny")
      #expect(grep.code == 1 && grep.output.isEmpty, "\(grep.output)")
    }
  }

  @Test func `another branch is another model, and each branch its own commit`() throws {
    try withCache {
      try kiseki("model", "fetch", Self.model)
      let missing = try kiseki("run", "experiments/tiny.yaml", "huggingface_branch=other")
      #expect(missing.code == 64 && missing.sentence.contains("which has it at main"), "\(missing.sentence)")
      #expect(missing.sentence.contains("'kiseki model fetch someone/tiny --branch other'"))
      try kiseki("model", "fetch", Self.model, "--branch", "other")
      try kiseki("run", "experiments/tiny.yaml", "-n", "one")
      try kiseki("run", "experiments/tiny.yaml", "huggingface_branch=other", "-n", "two")
      #expect(try revision("one") != revision("two"))
      #expect(try workspace.data("experiments/one/metrics.jsonl") != workspace.data("experiments/two/metrics.jsonl"))
      // A commit can be given, too, and gives the same run.
      let commit = try #require(try revision("two"))
      try kiseki("run", "experiments/tiny.yaml", "huggingface_branch=\(commit)", "-n", "three")
      #expect(try revision("three") == commit)
      #expect(try workspace.data("experiments/three/metrics.jsonl") == workspace.data("experiments/two/metrics.jsonl"))
    }
  }

  @Test func `a repetition begins with the recorded commit, wherever the branch is now`() throws {
    try withCache {
      try kiseki("model", "fetch", Self.model)
      try kiseki("run", "experiments/tiny.yaml")
      let commit = try revision("tiny")
      var moved = files
      moved["config.json"] = (files["config.json"] ?? Data()) + Data("\n".utf8)
      hub.set("main", moved)
      hub.set("old", files)
      try kiseki("model", "fetch", Self.model)
      #expect(try kiseki("verify", "tiny@1").output.contains("tiny@1: identical"))
      #expect(try kiseki("rerun", "tiny@1").code == 0)
      #expect(try revision("tiny") == commit)
      #expect(try kiseki("run", "experiments/tiny.yaml").code == 0)
      #expect(try revision("tiny") == StandInHub.commit(moved))

      // On another machine: nothing remembered, an empty cache.
      try FileManager.default.removeItem(atPath: cache)
      try FileManager.default.removeItem(atPath: workspace.path + "/.git/kiseki/backbones")
      let missing = try kiseki("rerun", "tiny@1")
      let command = "kiseki model fetch someone/tiny --branch \(commit ?? "")"
      #expect(missing.code == 1 && missing.sentence.contains("fetch it with '\(command)'"), "\(missing.sentence)")
      let words = command.split(separator: " ").dropFirst().map(String.init)
      #expect(try workspace.start(words, environment: environment).wait().code == 0)
      #expect(try kiseki("verify", "tiny@1").output.contains("tiny@1: identical"))
      #expect(try kiseki("generate", "tiny@1", "open").code == 0)
    }
  }

  @Test func `trials of a sweep begin with the commit that was planned`() throws {
    try withCache {
      try kiseki("model", "fetch", Self.model)
      try kiseki("model", "fetch", Self.model, "--branch", "other")
      let ended = try kiseki(
        "sweep", "experiments/tiny.yaml", "huggingface_branch=main,other", "lora_r=2,4", "-n", "g", "-j", "1")
      #expect(ended.code == 0, "\(ended.errors)")
      let main = StandInHub.commit(files)
      #expect(try revision("g/huggingface_branch=main,lora_r=2") == main)
      #expect(try revision("g/huggingface_branch=other,lora_r=2") != main)
      let other = try revision("g/huggingface_branch=other,lora_r=2")
      // Two are lost, and made again after both branches have moved.
      for branch in ["main", "other"] {
        try kiseki("rm", "-y", "g/huggingface_branch=\(branch),lora_r=4")
        var moved = files
        moved["config.json"] = (files["config.json"] ?? Data()) + Data("\n".utf8)
        hub.set(branch, moved)
        try kiseki("model", "fetch", Self.model, "--branch", branch)
      }
      let resumed = try kiseki("resume", "g")
      #expect(resumed.code == 0, "\(resumed.errors)")
      #expect(try revision("g/huggingface_branch=main,lora_r=4") == main)
      #expect(try revision("g/huggingface_branch=other,lora_r=4") == other)
    }
  }

  @Test func `what no run could use is not downloaded`() throws {
    try withCache {
      var llama = files
      llama["config.json"] = Data(#"{"model_type": "llama"}"#.utf8)
      var pickled = files
      pickled["model.safetensors"] = nil
      var unspoken = files
      unspoken["tokenizer.model"] = nil
      for (branch, content, part) in [
        ("llama", llama, "model_type is llama"), ("pickled", pickled, "its weights as pytorch_model.bin"),
        ("unspoken", unspoken, "no SentencePiece tokenizer"), ("empty", ["README.md": Data()], "no config.json"),
      ] {
        hub.set(branch, content)
        let ended = try kiseki("model", "fetch", Self.model, "--branch", branch)
        #expect(ended.code == 1 && ended.sentence.contains(part), "\(branch): \(ended.sentence)")
        let info = try kiseki("model", "info", Self.model, "--branch", branch, "--json")
        let json = try JSONValue(parsing: Data(info.output.utf8))
        #expect(json["usable"]?.boolValue == false && json["reason"]?.stringValue?.contains(part) == true)
      }
      #expect(!hub.requests.contains { $0.path.hasPrefix("/large/") })
    }
  }

  @Test func `a model whose weights are damaged on the hub is fetched and found out`() throws {
    try withCache {
      var damaged = files
      damaged["model.safetensors"] = Data(repeating: 0xFF, count: 1_000)
      hub.set("damaged", damaged)
      let ended = try kiseki("model", "fetch", Self.model, "--branch", "damaged")
      #expect(ended.code == 1 && ended.sentence.contains("announce a header of"), "\(ended.errors)")
    }
  }

  @Test func `a model can be looked at before, in the cache and in a directory`() throws {
    try withCache {
      func info(_ words: String...) throws -> JSONValue {
        let ended = try workspace.start(["model", "info", "--json"] + words, environment: environment).wait()
        return try JSONValue(parsing: Data(ended.output.utf8))
      }
      let before = try info(Self.model)
      #expect(before["is_cached"]?.boolValue == false && before["usable"]?.boolValue == true)
      #expect(!FileManager.default.fileExists(atPath: cache))
      try kiseki("model", "fetch", Self.model, "-q")
      let there = try info("experiments/tiny.yaml")
      #expect(there["is_cached"]?.boolValue == true && there["stored_type"]?.stringValue == "F32")
      let directory = try info(try #require(there["directory"]?.stringValue))
      for key in ["family", "layers", "parameters", "vocabulary", "lora_parameters"] {
        #expect(before[key] != nil && before[key] == there[key] && directory[key] == there[key])
      }
      // 2 layers, c_attn [32, 96]: r (32 + 96) each.
      #expect(there["lora_parameters"]?["8"]?.integerValue == 2 * 8 * (32 + 96))
    }
  }

  @Test func `a part of a model in the cache is not taken for all of it`() throws {
    try withCache {
      try kiseki("model", "fetch", Self.model)
      let folder = "/models--someone--tiny/snapshots/\(StandInHub.commit(files))/"
      try FileManager.default.removeItem(atPath: cache + folder + "model.safetensors")
      let ended = try kiseki("run", "experiments/tiny.yaml")
      #expect(ended.code == 64 && ended.sentence.contains("the cache has no model.safetensors"), "\(ended.sentence)")
      try kiseki("model", "fetch", Self.model)
      #expect(try kiseki("run", "experiments/tiny.yaml").code == 0)

      try FileManager.default.removeItem(atPath: cache + folder + "tokenizer.model")
      let info = try kiseki("model", "info", Self.model)
      #expect(info.output.contains("no: there is no SentencePiece tokenizer"), "\(info.output)")
      #expect(info.errors.contains("next: kiseki model fetch someone/tiny"))
      #expect(
        try kiseki("run", "experiments/tiny.yaml").sentence.contains("'kiseki model fetch someone/tiny' downloads"))
    }
  }

  @Test func `a file of the cache that has gone bad is not recorded as the commit`() throws {
    try withCache {
      let fetched = try kiseki("model", "fetch", Self.model)
      let path = URL(filePath: fetched.output.trimmingCharacters(in: .newlines) + "/model.safetensors")
        .resolvingSymlinksInPath()
      var weights = try Data(contentsOf: path)
      weights[weights.count - 3] ^= 1
      try weights.write(to: path)
      let ended = try kiseki("run", "experiments/tiny.yaml")
      #expect(
        ended.code == 1 && ended.sentence.contains("model.safetensors in the cache is damaged"), "\(ended.errors)")
      #expect(!workspace.exists("experiments/tiny"))
      try kiseki("model", "fetch", Self.model)
      #expect(try kiseki("run", "experiments/tiny.yaml").code == 0)
    }
  }

  @Test func `a record that names a file elsewhere makes nobody read it`() throws {
    try withCache {
      try kiseki("model", "fetch", Self.model)
      let running = try workspace.start(
        ["run", "experiments/tiny.yaml", "epochs=900", "evaluation_epochs=300"], environment: environment)
      try running.wait { workspace.exists("experiments/tiny/metrics.jsonl") }
      running.send(SIGKILL)
      _ = try running.wait()
      let record = try workspace.text("experiments/tiny/backbone.json")
      let forged = record.replacingOccurrences(of: "\"config.json\"", with: "\"../../../../../../../dev/zero\"")
      #expect(forged != record)
      try workspace.write(forged, to: "experiments/tiny/backbone.json")
      let ended = try kiseki("resume", "tiny")
      #expect(ended.code == 1 && ended.sentence.contains("must be the name of a file"), "\(ended.errors)")
    }
  }

  @Test(arguments: [
    (["model", "fetch", "a/../b"], 64, "no id of a model"), (["model", "fetch", "./none"], 64, "is no directory"),
    (["model", "fetch", "experiments"], 64, "nothing to fetch"),
    (["model", "fetch", "someone/tiny", "--branch", "../x"], 64, "can be no branch"),
    (["model", "fetch", "someone/else"], 1, "knows no such model"),
    (["model", "fetch", "someone/tiny", "--branch", "none"], 1, "no such branch"),
    (["run", "experiments/tiny.yaml", "huggingface_branch=../x"], 64, "cannot use environment.huggingface_branch"),
  ])
  func `what cannot be is refused in a sentence`(_ words: [String], _ code: Int32, _ part: String) throws {
    let ended = try workspace.start(words, environment: environment).wait()
    #expect(ended.code == code && ended.sentence.contains(part), "\(ended.sentence)")
    #expect(!FileManager.default.fileExists(atPath: cache))
  }

  @Test func `a branch means nothing beside a directory, and a run says so`() throws {
    try FileManager.default.createDirectory(atPath: workspace.path + "/model", withIntermediateDirectories: true)
    for (name, content) in files { try workspace.write(content, to: "model/" + name) }
    let ended = try kiseki("run", "experiments/tiny.yaml", "llm_backbone=../model", "huggingface_branch=v1")
    #expect(ended.code == 0 && ended.errors.contains("environment.huggingface_branch has no effect"), "\(ended.errors)")
    #expect(try revision("tiny") == nil)
  }

  @Test func `Ctrl-C ends a fetch and says how to go on`() throws {
    try withCache {
      let content = files["model.safetensors"] ?? Data()
      hub.misbehave { request, _ in
        request.path.hasPrefix("/large/") && request.header("Range") == nil
          ? .slow(String(repeating: "x", count: content.count), secondsBetweenBytes: 0.2) : nil
      }
      let running = try workspace.start(["model", "fetch", Self.model], environment: environment)
      try running.wait { hub.requests.contains { $0.path.hasPrefix("/large/") } }
      running.send(SIGINT)
      let ended = try running.wait()
      #expect(ended.code == 130 && ended.errors.contains("interrupted by Ctrl-C"), "\(ended.errors)")
      #expect(ended.errors.contains("go on: kiseki model fetch someone/tiny"))
      // What came was none of the model's bytes: it is found out, and fetched anew.
      hub.misbehave { _, _ in nil }
      #expect(try kiseki("model", "fetch", Self.model).code == 0)
      #expect(try kiseki("run", "experiments/tiny.yaml").code == 0)
    }
  }
}
