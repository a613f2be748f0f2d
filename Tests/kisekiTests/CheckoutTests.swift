import Foundation
import Glibc
import Tables
import Testing

/// Bringing old versions back.
@Suite struct CheckoutTests {
  /// Every file of a version as git has it.
  private func stored(_ workspace: RunWorkspace, _ version: String) throws -> [String: Data] {
    let paths = try workspace.git("ls-tree", "-r", "--name-only", version).split(separator: "\n").map(String.init)
    let scratch = "scratch-\(UUID().uuidString)"
    try workspace.git("worktree", "add", "-q", "--detach", workspace.path + "/" + scratch, version)
    defer { _ = try? workspace.git("worktree", "remove", "--force", scratch) }
    return try Dictionary(uniqueKeysWithValues: paths.map { ($0, try workspace.data(scratch + "/" + $0)) })
  }

  private func onDisk(_ workspace: RunWorkspace, _ folder: String) throws -> [String: Data] {
    try Dictionary(
      uniqueKeysWithValues: workspace.files(below: folder).map { ($0, try workspace.data(folder + "/" + $0)) })
  }

  @Test func `a version comes back byte for byte with its data, in its place and elsewhere`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    try workspace.run("learning_rate=0.02")
    let first = try stored(workspace, "refs/experiments/tiny~1")
    let second = try stored(workspace, "refs/experiments/tiny")
    let sha256 = try Self.sha256(workspace, "train.csv")
    #expect(try first["data/\(sha256).csv"] == workspace.data("train.csv"))

    let elsewhere = try workspace.kiseki("checkout", "tiny@1", "old/first")
    #expect(elsewhere.code == 0 && elsewhere.output.hasPrefix("tiny@1 is in old/first ("), "\(elsewhere.errors)")
    #expect(elsewhere.errors.contains("kiseki rerun tiny@1"))
    #expect(try onDisk(workspace, "old/first") == first)
    // The newest version is there, saved, and goes to make room.
    #expect(try onDisk(workspace, "experiments/tiny") == second)
    let back = try workspace.kiseki("checkout", "tiny@1", "--json")
    let json = try JSONValue(parsing: Data(back.output.utf8))
    #expect(json["replaced"] == 2 && json["version"] == 1 && json["was_there"] == false)
    #expect(try onDisk(workspace, "experiments/tiny") == first)
    #expect(try workspace.kiseki("checkout", "tiny@1").output.contains("is tiny@1 already"))
    // And where nothing is.
    try FileManager.default.removeItem(atPath: workspace.path + "/experiments/tiny")
    #expect(try workspace.kiseki("checkout", "tiny").code == 0)
    #expect(try onDisk(workspace, "experiments/tiny") == second)
    // The next run is not in the way of it, and nothing of the user's was touched.
    #expect(try workspace.run().output.hasPrefix("recorded tiny@3"))
    #expect(try workspace.git("status", "--porcelain") == "?? old/\n")
  }

  private static func sha256(_ workspace: RunWorkspace, _ file: String) throws -> String {
    let files = try #require(try workspace.json("experiments/tiny/dataset.json")["files"]?.arrayValue)
    return try #require(files.first { $0["path"]?.stringValue == file }?["sha256"]?.stringValue)
  }

  @Test func `unsaved work is named and left alone`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    try workspace.run("learning_rate=0.02")
    for (file, sentence) in [
      ("config.yaml", "experiments/tiny differs from version 2 in 'config.yaml', which would be lost"),
      ("mine.txt", "experiments/tiny differs from version 2 in 'mine.txt', which would be lost"),
      ("result.json", "experiments/tiny holds files that no version has"),
    ] {
      let before = workspace.exists("experiments/tiny/" + file) ? try workspace.data("experiments/tiny/" + file) : nil
      try workspace.write("mine", to: "experiments/tiny/" + file)
      let everything = try onDisk(workspace, "experiments/tiny")
      let refused = try workspace.kiseki("checkout", "tiny@1")
      #expect(refused.code == 1 && refused.sentence.contains(sentence), "\(refused.errors)")
      #expect(try onDisk(workspace, "experiments/tiny") == everything)
      if let before {
        try workspace.write(before, to: "experiments/tiny/" + file)
      } else {
        try FileManager.default.removeItem(atPath: workspace.path + "/experiments/tiny/" + file)
      }
    }
    try workspace.write("mine", to: "elsewhere/notes.txt")
    let refused = try workspace.kiseki("checkout", "tiny@1", "elsewhere")
    #expect(refused.code == 1 && refused.sentence.contains("it is not empty, it holds 'notes.txt'"))
    #expect(try workspace.files(below: "elsewhere") == ["notes.txt"])
    #expect(try workspace.kiseki("checkout", "tiny@3").sentence.contains("'tiny' has versions 1 to 2"))
  }

  @Test func `a living or interrupted run is left alone`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    let running = try workspace.start(["run", "experiments/tiny.yaml", "epochs=100000", "evaluation_epochs=100000"])
    try running.wait {
      workspace.exists("experiments/tiny/timings.jsonl") && !workspace.exists("experiments/tiny/result.json")
    }
    let refused = try workspace.kiseki("checkout", "tiny@1")
    #expect(refused.code == 1 && refused.sentence.contains("cannot check out 'tiny': another process is running it"))
    running.send(SIGKILL)
    _ = try running.wait()
    let again = try workspace.kiseki("checkout", "tiny@1")
    #expect(again.code == 1 && again.sentence.contains("'kiseki resume tiny'"), "\(again.errors)")
    #expect(workspace.exists("experiments/tiny/metrics.jsonl"))
    #expect(try workspace.kiseki("checkout", "tiny@1", "aside").code == 0)
  }

  @Test func `a damaged adapter is named and nothing is half-written`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    try workspace.run("learning_rate=0.02")
    let blob = try workspace.git("rev-parse", "refs/experiments/tiny~1:adapter/adapter_model.safetensors")
      .trimmingCharacters(in: .whitespacesAndNewlines)
    let object = workspace.path + "/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
    chmod(object, 0o644)
    var bytes = try Data(contentsOf: URL(filePath: object))
    bytes[bytes.count / 2] ^= 0xFF
    try bytes.write(to: URL(filePath: object))
    let before = try onDisk(workspace, "experiments/tiny")
    for arguments in [["checkout", "tiny@1"], ["checkout", "tiny@1", "old"]] {
      let refused = try workspace.start(arguments).wait()
      #expect(refused.code == 1 && refused.output == "")
      #expect(
        refused.sentence.contains("cannot use tiny@1: adapter/adapter_model.safetensors is damaged"),
        "\(refused.errors)")
    }
    #expect(!workspace.exists("old"))
    #expect(try onDisk(workspace, "experiments/tiny") == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/experiments").sorted() == [
        ".gitignore", "tiny", "tiny.yaml",
      ])
    let verified = try workspace.kiseki("verify", "tiny@1")
    #expect(
      verified.code == 1
        && verified.output.hasPrefix("tiny@1: not comparable: adapter/adapter_model.safetensors is damaged"))
    let files = try workspace.kiseki("verify", "tiny@1", "--files")
    #expect(files.code == 1 && files.output.contains("adapter_model.safetensors is damaged"))
    #expect(try workspace.kiseki("verify", "tiny@2", "--files").code == 0)
  }

  @Test func `a version that would write outside of its folder is refused`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    // A tree that git itself would not make, as a hostile remote may.
    let result = try workspace.git("rev-parse", "refs/experiments/tiny:result.json").prefix(40)
    let inner = try workspace.makeTree([("100644", "blob", String(result), "escaped.txt")])
    let link = try workspace.makeTree([
      ("100644", "blob", String(result), "result.json"), ("120000", "blob", String(result), "adapter"),
    ])
    let dots = try workspace.makeTree([
      ("100644", "blob", String(result), "result.json"), ("040000", "tree", inner, ".."),
    ])
    for tree in [dots, link] {
      let commit = try workspace.git("commit-tree", tree, "-m", "bad").prefix(40)
      try workspace.git("update-ref", "refs/experiments/bad", String(commit))
      let refused = try workspace.kiseki("checkout", "bad", "out/folder")
      #expect(refused.code == 1 && refused.sentence.contains("is no plain file of an experiment"), "\(refused.errors)")
      #expect(try !workspace.exists("out") || workspace.files(below: "out") == [])
    }
  }

  @Test func `a checkout killed at any moment leaves the old or the new directory`() throws {
    let workspace = try RunWorkspace()
    try workspace.run()
    try workspace.run("learning_rate=0.02")
    let versions = [try stored(workspace, "refs/experiments/tiny~1"), try stored(workspace, "refs/experiments/tiny")]
    var seen: Set<Int> = []
    for round in 0..<24 {
      let running = try workspace.start(["checkout", "tiny@\(round % 2 + 1)", "-q"])
      usleep(UInt32(round) * 1_500)
      running.send(SIGKILL)
      _ = try running.wait()
      let found = try onDisk(workspace, "experiments/tiny")
      let index = try #require(versions.firstIndex(of: found), "round \(round): neither version is there")
      seen.insert(index)
    }
    for version in [1, 2] { #expect(try workspace.kiseki("checkout", "tiny@\(version)").code == 0) }
    #expect(try onDisk(workspace, "experiments/tiny") == versions[1])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: workspace.path + "/experiments").sorted() == [
        ".gitignore", "tiny", "tiny.yaml",
      ])
  }
}
