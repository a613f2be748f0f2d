import Foundation
import Glibc
import Tables
import Testing

/// Renaming, removing and restoring, through the program.
@Suite struct TrashTests {
  private func names(_ workspace: RunWorkspace) throws -> [String] {
    let list = try JSONValue(parsing: Data(workspace.kiseki("ls", "--json").output.utf8)).arrayValue ?? []
    return list.compactMap { $0["name"]?.stringValue }.sorted()
  }

  /// Everything there is to lose: references outside the branches, and the files.
  private func state(_ workspace: RunWorkspace) throws -> [String] {
    let references = try workspace.git(
      "for-each-ref", "--format=%(objectname) %(refname)", "refs/experiments", "refs/kiseki")
    return [references] + (try workspace.files(below: "experiments"))
  }

  /// Holds a lease as a run would, until the descriptor is closed.
  private func hold(_ name: String, _ workspace: RunWorkspace) throws -> Int32 {
    let descriptor = open(workspace.path + "/.git/kiseki/leases/" + name, O_RDWR | O_CREAT, 0o600)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
    return descriptor
  }

  @Test func `rm needs a yes, loses nothing, and restore puts everything back`() throws {
    let workspace = try FindTests.filled()
    try workspace.kiseki("note", "base", "kept")
    let plan = try workspace.git("commit-tree", "-m", "plan", "HEAD^{tree}").trimmingCharacters(in: .newlines)
    try workspace.git("update-ref", "refs/experiments/grid/plan", plan)
    let before = try state(workspace)
    let asked = try workspace.kiseki("rm", "base")
    #expect(asked.code == 64 && asked.errors.contains("add -y"))
    #expect(try workspace.kiseki("rm", "-y").code == 64 && workspace.kiseki("rm", "base@1", "-y").code == 64)
    #expect(try state(workspace) == before)

    let removed = try workspace.kiseki("rm", "base", "-y")
    #expect(
      removed.code == 0 && removed.output == "removed base\n" && removed.errors.contains("undo: kiseki restore base"))
    #expect(try !workspace.exists("experiments/base") && (names(workspace)) == ["grid/lora_r=4", "wide"])
    #expect(try workspace.kiseki("show", "base").code == 1)
    #expect(try workspace.kiseki("restore").output.contains("base"))
    #expect(try workspace.kiseki("restore", "base").code == 0)
    #expect(try state(workspace) == before)

    #expect(try workspace.kiseki("rm", "grid", "-y").output == "removed grid/lora_r=4\n")
    #expect(!workspace.exists("experiments/grid"))
    #expect(try workspace.git("for-each-ref", "refs/experiments/grid") == "")
    #expect(try workspace.kiseki("restore", "grid").code == 0)
    #expect(try state(workspace) == before)

    let all = try workspace.kiseki("rm", "lora_r > 0", "-y", "--json")
    let id = try #require(try JSONValue(parsing: Data(all.output.utf8))["id"]?.stringValue)
    #expect(try names(workspace) == [])
    #expect(try workspace.kiseki("restore", id).code == 0)
    #expect(try state(workspace) == before)
    #expect(try workspace.kiseki("restore").errors.contains("the trash is empty"))
    try workspace.git("fsck", "--full", "--strict")
  }

  @Test func `a name used again is not overwritten by restore`() throws {
    let workspace = try FindTests.filled()
    try workspace.kiseki("rm", "base", "-y")
    try workspace.run("-n", "base", "epochs=1")
    let second = try state(workspace)
    let refused = try workspace.kiseki("restore", "base")
    #expect(refused.code == 1 && refused.errors.contains("kiseki rename base NEW"))
    #expect(try state(workspace) == second)
    try workspace.kiseki("rename", "base", "base-2")
    #expect(try workspace.kiseki("restore", "base").code == 0)
    #expect(try names(workspace) == ["base", "base-2", "grid/lora_r=4", "wide"])
    #expect(try workspace.kiseki("tag", "base").output == "base@1  基準\n")
    #expect(try workspace.kiseki("restore", "nothing").errors.contains("'kiseki restore' lists"))
  }

  @Test func `a run that became no version can be removed and restored, one that goes on cannot`() throws {
    let workspace = try FindTests.filled()
    try workspace.write("state", to: "experiments/left/checkpoint/state")
    try workspace.write("{\"step\":3}\n", to: "experiments/left/metrics.jsonl")
    #expect(try workspace.kiseki("rm", "status = interrupted", "-y").output == "removed left\n")
    #expect(try !workspace.exists("experiments/left") && (!names(workspace).contains("left")))
    #expect(try workspace.kiseki("restore", "left").code == 0)
    #expect(try workspace.text("experiments/left/checkpoint/state") == "state" && names(workspace).contains("left"))

    let descriptor = try hold("wide", workspace)
    let before = try state(workspace)
    for arguments in [["rm", "wide", "-y"], ["rename", "wide", "other"], ["rename", "base", "wide"]] {
      let ended = try workspace.start(arguments).wait()
      #expect(ended.code != 0 && ended.output == "", "\(arguments)")
    }
    #expect(try state(workspace) == before)
    close(descriptor)
    #expect(try workspace.kiseki("rm", "wide", "-y").code == 0)
  }

  @Test func `rename moves versions, notes and directory, of a sweep too, and back`() throws {
    let workspace = try FindTests.filled()
    try workspace.git("update-ref", "refs/experiments/grid/plan", "HEAD")
    let before = try state(workspace)
    #expect(try workspace.kiseki("rename", "base", "日本語").errors.contains("undo: kiseki rename 日本語 base"))
    #expect(try workspace.kiseki("tag", "日本語").output == "日本語@1  基準\n")
    #expect(workspace.exists("experiments/日本語/result.json") && !workspace.exists("experiments/base"))
    #expect(try workspace.kiseki("rename", "日本語", "base").code == 0)
    #expect(try state(workspace) == before)

    #expect(try workspace.kiseki("rename", "grid", "ranks").code == 0)
    #expect(try names(workspace) == ["base", "ranks/lora_r=4", "wide"])
    #expect(try workspace.git("rev-parse", "refs/experiments/ranks/plan") == workspace.git("rev-parse", "HEAD"))
    #expect(try workspace.kiseki("rename", "ranks", "grid").code == 0)
    #expect(try state(workspace) == before)

    for (old, new, reason) in [
      ("base", "wide", "already"), ("base", "grid", "sweep"), ("base", "wide/x", "not a sweep"),
      ("nobody", "x", "cannot find"),
      ("grid", "wide", "already"), ("grid", "a/b", "slash"), ("base", "a b", "space"), ("base@1", "x", "one version"),
      ("base", "..", "dot"), ("base", "plan", "reserved"),
    ] {
      let ended = try workspace.kiseki("rename", old, new)
      #expect(ended.code != 0 && ended.errors.contains(reason), "\(old) \(new): \(ended.errors)")
      #expect(try state(workspace) == before)
    }
  }

  @Test func `what a kill left half done is finished by doing it again`() throws {
    let workspace = try FindTests.filled()
    func commit(_ name: String) throws -> String {
      try workspace.git("rev-parse", "refs/experiments/" + name).trimmingCharacters(in: .newlines)
    }
    let base = try commit("base")
    // After the new references, before the directory.
    try workspace.git("update-ref", "refs/experiments/moved", base)
    #expect(try workspace.kiseki("rename", "base", "moved").code == 0)
    #expect(try commit("moved") == base && workspace.exists("experiments/moved/result.json"))
    // After the directory and the old notes, before the old reference goes.
    try workspace.git("update-ref", "refs/experiments/base", base)
    #expect(try workspace.kiseki("rename", "base", "moved").code == 0)
    #expect(try names(workspace) == ["grid/lora_r=4", "moved", "wide"])
    #expect(try workspace.kiseki("tag", "moved").output == "moved@1  基準\n")
    // A removal killed before the references went: removed again, then restored in the end with its directory.
    try workspace.kiseki("rm", "moved", "-y")
    try workspace.git("update-ref", "refs/experiments/moved", base)
    #expect(try workspace.kiseki("restore", "moved").code == 0)
    #expect(try workspace.exists("experiments/moved/result.json") && (commit("moved")) == base)
  }
}
