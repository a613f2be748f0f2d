import Foundation
import GitStore
import TestSupport
import Testing

struct RepositoryTests {
  @Test func `the nearest repository above is opened, also from a linked work tree`() throws {
    let temporary = try TemporaryRepository()
    try temporary.write("x", to: "deep/er/file")
    try temporary.commitEverything()
    let repository = try Repository.open(from: temporary.path + "/deep/er")
    #expect(
      repository.workDirectory.hasSuffix(temporary.path.split(separator: "/").last.map(String.init) ?? "?"))
    try temporary.git("worktree", "add", "-q", temporary.path + "/linked", "-b", "side")
    let linked = try Repository.open(from: temporary.path + "/linked")
    #expect(linked.commonDirectory == repository.commonDirectory)
    #expect(linked.workDirectory == repository.workDirectory + "/linked")
  }

  @Test func `a folder outside any repository gets the remedy`() throws {
    TestEnvironment.isolate()
    let error = #expect(throws: GitError.self) { try Repository.open(from: "/usr/share") }
    #expect(error?.kind == .noRepository)
    #expect(error?.description.contains("'kiseki init'") == true)
  }

  @Test(arguments: [(["--object-format=sha256"], "SHA-256"), (["--bare"], "bare")])
  func `a repository of the wrong kind is refused in a sentence`(arguments: [String], reason: String) throws {
    let temporary = try TemporaryRepository(arguments: arguments)
    let error = #expect(throws: GitError.self) { try temporary.open() }
    #expect(error?.kind == .unsupportedRepository)
    #expect(error?.description.contains(reason) == true)
    #expect(error?.description.contains(temporary.path) == true)
  }

  @Test func `a repository with harmless extensions opens`() throws {
    let temporary = try TemporaryRepository()
    try temporary.git("config", "core.repositoryformatversion", "1")
    try temporary.git("config", "extensions.worktreeConfig", "true")
    try temporary.git("config", "extensions.partialClone", "origin")
    _ = try temporary.open()
  }

  @Test(.enabled(if: getuid() == 0, "only root can give a repository away"))
  func `another user's repository is refused with the command that trusts it`() throws {
    let temporary = try TemporaryRepository()
    try run("/usr/bin/env", ["chown", "-R", "12345:12345", temporary.path])
    let error = #expect(throws: GitError.self) { try temporary.open() }
    #expect(error?.kind == .otherOwner)
    #expect(error?.description.contains("safe.directory \(temporary.path)") == true)
  }

  @Test(.enabled(if: canMount, "mounting needs root"))
  func `a read-only repository is found out before anything is written`() throws {
    let temporary = try TemporaryRepository()
    #expect(try temporary.open().isReadOnly == false)
    try run("/usr/bin/env", ["mount", "--bind", "-o", "ro", temporary.path, temporary.path])
    defer { _ = try? run("/usr/bin/env", ["umount", temporary.path]) }
    let repository = try temporary.open()
    #expect(repository.isReadOnly)
    let error = #expect(throws: GitError.self) { try repository.requireWritable() }
    #expect(error?.kind == .readOnly)
    for content in [Data("x".utf8), noise(600_000)] {
      let written = #expect(throws: GitError.self) { try repository.writeBlob(content) }
      #expect(written?.kind == .readOnly)
    }
  }

  @Test(.enabled(if: canMount, "mounting needs root"))
  func `a full disk is said so and leaves no half object`() throws {
    TestEnvironment.isolate()
    let path = NSTemporaryDirectory() + "full-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try run("/usr/bin/env", ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path])
    defer {
      _ = try? run("/usr/bin/env", ["umount", path])
      try? FileManager.default.removeItem(atPath: path)
    }
    try runGit(["init", "-q", path])
    let repository = try Repository.open(from: path)
    let error = #expect(throws: GitError.self) { try repository.writeBlob(noise(3_000_000)) }
    #expect(error?.kind == .noSpace)
    #expect(throws: GitError.self) {
      for index in 0..<20 { _ = try repository.writeBlob(noise(300_000, seed: UInt64(index))) }
    }
    // libgit2 fails without a word at these sizes, when the room ends within its buffer.
    for size in [95_496, 30_000, 9000] {
      let error = #expect(throws: GitError.self) {
        for index in 0..<100 { _ = try repository.writeBlob(noise(size, seed: UInt64(size + index))) }
      }
      #expect(error?.kind == .noSpace, "\(String(describing: error))")
      #expect(error?.description.contains("Free some space") == true)
    }
    #expect(try runGit(["-C", path, "fsck", "--full", "--strict"]).contains("error") == false)
    let left = try FileManager.default.contentsOfDirectory(atPath: path + "/.git/objects")
    #expect(left.filter { $0.hasPrefix("tmp_obj_kiseki") } == [])
  }

  @Test func `a new repository has our settings, an existing one keeps its own`() throws {
    TestEnvironment.isolate()
    let path = NSTemporaryDirectory() + "created-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let created = try Repository.create(at: path)
    #expect(try created.headCommit() == nil)
    #expect(try runGit(["-C", path, "config", "core.bigFileThreshold"]) == "512k\n")
    #expect(try runGit(["-C", path, "config", "pack.compression"]) == "0\n")
    #expect(try runGit(["-C", path, "config", "gc.auto"]) == "0\n")
    #expect(throws: GitError.self) { try Repository.create(at: path) }
  }

  @Test func `the committer is who git says, else Kiseki itself`() throws {
    let temporary = try TemporaryRepository()
    #expect(try temporary.open().identity() == .fallback)
    try temporary.git("config", "user.name", "山田 花子")
    try temporary.git("config", "user.email", "hanako@example.org")
    #expect(try temporary.open().identity() == Identity(name: "山田 花子", email: "hanako@example.org"))
    try temporary.git("config", "user.name", " <> ")
    #expect(try temporary.open().identity().name == "Kiseki")
  }
}

struct WorkTreeTests {
  @Test func `changes are told apart from untracked files, and the patch applies`() throws {
    let temporary = try TemporaryRepository()
    try temporary.write("one\n", to: "a.txt")
    try temporary.write("two\n", to: "dir/b.txt")
    try temporary.write("three\n", to: "gone.txt")
    try noise(1000).write(to: URL(fileURLWithPath: temporary.path + "/binary"))
    try temporary.commitEverything()
    let repository = try temporary.open()
    #expect(try repository.status() == repository.status())
    #expect(try repository.status().isDirty == false)
    #expect(try repository.patchOfTrackedChanges().isEmpty)
    #expect(try repository.headCommit()?.hex == String(temporary.git("rev-parse", "HEAD").dropLast()))

    try temporary.write("ONE\n", to: "a.txt")
    try noise(1000, seed: 2).write(to: URL(fileURLWithPath: temporary.path + "/binary"))
    try temporary.git("rm", "-q", "gone.txt")
    try temporary.write("new\n", to: "fresh/c.txt")
    let index = try Data(contentsOf: URL(fileURLWithPath: temporary.path + "/.git/index"))
    let status = try repository.status()
    #expect(status.changed == ["a.txt", "binary", "gone.txt"])
    #expect(status.untracked == ["fresh/"])
    let patch = try repository.patchOfTrackedChanges()
    #expect(try Data(contentsOf: URL(fileURLWithPath: temporary.path + "/.git/index")) == index)

    let clone = try TemporaryRepository()
    try clone.git("pull", "-q", temporary.path)
    let file = NSTemporaryDirectory() + "patch-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try patch.write(to: URL(fileURLWithPath: file))
    try clone.git("apply", file)
    for name in ["a.txt", "binary"] {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: clone.path + "/" + name))
          == Data(contentsOf: URL(fileURLWithPath: temporary.path + "/" + name)))
    }
    #expect(!FileManager.default.fileExists(atPath: clone.path + "/gone.txt"))
    let error = #expect(throws: GitError.self) { try repository.patchOfTrackedChanges(limit: 500) }
    #expect(error?.description.contains("binary") == true)
  }
}

/// Whether this process may mount a tmpfs: root, and not in a container that forbids it.
let canMount: Bool = {
  let path = NSTemporaryDirectory() + "probe-\(UUID().uuidString)"
  guard getuid() == 0 else { return false }
  defer { try? FileManager.default.removeItem(atPath: path) }
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try run("/usr/bin/env", ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", path])
    try run("/usr/bin/env", ["umount", path])
    return true
  } catch {
    return false
  }
}()
