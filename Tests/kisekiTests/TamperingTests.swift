import Foundation
import Tables
import Testing

/// Weights that are not those a run left.
@Suite struct TamperingTests {
  private static let adapter = "adapter/adapter_model.safetensors"
  private static let templates = ["KISEKI_TEMPLATES": TinyModel.repository + "/templates"]

  /// A workspace with two runs, the first of which has another adapter than it recorded.
  private func workspace() throws -> RunWorkspace {
    let workspace = try RunWorkspace()
    for name in ["changed", "whole"] { #expect(try workspace.run("-n", name).code == 0) }
    var content = try workspace.data("experiments/changed/" + Self.adapter)
    content[content.count - 5] ^= 0x10
    try workspace.tamper("changed", Self.adapter, to: content)
    return workspace
  }

  @Test func `weights that are not the recorded ones answer nothing in their name`() throws {
    let workspace = try workspace()
    let ended = try workspace.kiseki("generate", "changed", "open the file")
    #expect(ended.code == 1 && ended.output == "")
    #expect(ended.sentence.hasPrefix("kiseki: cannot use changed@2: \(Self.adapter) was changed after the run: "))
    #expect(try workspace.kiseki("generate", "whole", "open the file").code == 0)
    #expect(try workspace.kiseki("generate", "changed", "--base", "open the file").code == 0)
    #expect(
      try workspace.kiseki("diff", "whole", "changed").errors.contains("adapters not compared: cannot use changed@2"))
  }

  @Test func `a damaged adapter names the next step, and a rerun writes it anew`() throws {
    let workspace = try RunWorkspace()
    #expect(try workspace.run("-n", "one").code == 0)
    let id = try workspace.git("rev-parse", "refs/experiments/one:" + Self.adapter).prefix(40)
    let object = workspace.path + "/.git/objects/\(id.prefix(2))/\(id.dropFirst(2))"
    try FileManager.default.removeItem(atPath: object)
    try Data("damaged".utf8).write(to: URL(filePath: object))
    let broken = try workspace.kiseki("generate", "one", "open")
    #expect(broken.code == 1 && broken.sentence.contains("Fetch the experiment again from a copy"), "\(broken.errors)")
    let again = try workspace.kiseki("rerun", "one")
    #expect(again.code == 0, "\(again.errors)")
    #expect(try workspace.kiseki("generate", "one@1", "open").code == 0)
    #expect(try workspace.git("fsck", "--full", "--strict") == "")
  }

  @Test func `an adapter that was changed stays off a site, and that is said`() throws {
    let workspace = try workspace()
    let ended = try workspace.start(["publish", "site"], environment: Self.templates).wait()
    #expect(ended.code == 0, "\(ended.errors)")
    #expect(ended.errors.contains("changed@2: the adapter is not published: cannot use changed@2: \(Self.adapter) was"))
    #expect(workspace.exists("site/experiments/whole/" + Self.adapter))
    #expect(!workspace.exists("site/experiments/changed/adapter"))
    #expect(try workspace.text("site/experiments/changed/index.html").contains("it is not the file the run left"))
  }

  @Test func `paths of other machines and keys in a note go, with a warning for each`() throws {
    let workspace = try RunWorkspace()
    try workspace.write("instruction,output\nopen /home/alice/x,see /home/alice/y\nsave it,so\n", to: "valid.csv")
    let words = ["validation_strategy=custom", "validation_dataframe=../valid.csv"]
    let key = "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH"
    #expect(
      try workspace.start(["run", "experiments/tiny.yaml", "-n", "a", "-m", "from /home/alice/d, \(key)"] + words)
        .wait()
        .code == 0)
    #expect(try workspace.kiseki("note", "a", "also C:\\Users\\Bob\\x").code == 0)
    let ended = try workspace.start(["publish", "site"], environment: Self.templates).wait()
    #expect(ended.code == 0)
    for part in [
      "the note of a@1:1: the path of somebody's home directory, removed from the site",
      "the note of a@1:1: a key (hf_…), removed from the site", "the note of a@1:2: the path of somebody's home",
      "predictions.jsonl:1: the path of somebody's home directory, left in, as data must stay what was scored",
    ] { #expect(ended.errors.contains(part), "\(part) in \(ended.errors)") }
    for name in try workspace.files(below: "site") {
      let text = String(decoding: try workspace.data("site/" + name), as: UTF8.self)
      #expect(!text.contains(key) && !text.contains("Users\\Bob") && !text.contains("/home/alice/d"), "\(name)")
    }
    let json = try workspace.json("site/data/experiments.json")
    #expect(json["experiments"]?.arrayValue?[0]["note"]?.stringValue == "from [home]/d, [removed]\nalso [home]\\x")
    let predictions = try workspace.lines("site/experiments/a/evaluations/6/predictions.jsonl")
    #expect(predictions.first?["prompt"]?.stringValue?.contains("/home/alice/x") == true)
  }
}
