import Experiments
import Foundation
import GitStore
import TestSupport
import Testing

struct WorkspaceTests {
  @Test func `a workspace is made once and found from below`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.write("# mine\n", to: "experiments/.gitignore")
    _ = try Workspace.create(at: temporary.path)
    #expect(
      try String(contentsOfFile: temporary.path + "/experiments/.gitignore", encoding: .utf8) == "# mine\n")
    try temporary.write("", to: "experiments/deep/down/file")
    let root = try temporary.open().root
    #expect(try Workspace.find(from: temporary.path + "/experiments/deep/down").root == root)
  }

  @Test func `run directories are ignored by git, recipes are not`() throws {
    let temporary = try TemporaryWorkspace()
    try temporary.write("", to: "experiments/recipe.yaml")
    try temporary.write("", to: "experiments/run/config.yaml")
    try temporary.write("", to: "experiments/sweep/trial/config.yaml")
    #expect(
      try temporary.git("status", "--porcelain", "-uall")
        == "?? experiments/.gitignore\n?? experiments/recipe.yaml\n")
  }

  @Test func `an existing repository keeps its configuration, branch and index`() throws {
    TestEnvironment.isolate()
    let path = NSTemporaryDirectory() + "existing-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try runGit(["init", "-q", path])
    let configuration = try Data(contentsOf: URL(fileURLWithPath: path + "/.git/config"))
    _ = try Workspace.create(at: path)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path + "/.git/config")) == configuration)
    #expect(!FileManager.default.fileExists(atPath: path + "/.git/index"))
  }

  @Test func `a repository without experiments is no workspace`() throws {
    TestEnvironment.isolate()
    let path = NSTemporaryDirectory() + "plain-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try runGit(["init", "-q", path])
    let error = #expect(throws: ExperimentsError.self) { try Workspace.find(from: path) }
    #expect(error?.kind == .noWorkspace)
    #expect(error?.description.contains("'kiseki init'") == true)
    #expect(throws: ExperimentsError.self) { try Workspace.find(from: path + "/nowhere") }
  }

  @Test func `paths outside the workspace lose their directories`() throws {
    let workspace = try TemporaryWorkspace().open()
    #expect(workspace.portablePath(workspace.root + "/data/train.csv") == "data/train.csv")
    #expect(workspace.portablePath("data/../data/train.csv") == "data/train.csv")
    #expect(workspace.portablePath("/home/someone/train.csv") == "train.csv")
    #expect(workspace.portablePath(workspace.root + "-other/train.csv") == "train.csv")
  }
}
