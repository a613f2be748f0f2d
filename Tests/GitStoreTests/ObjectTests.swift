import Foundation
import GitStore
import TestSupport
import Testing

struct ObjectTests {
  @Test(arguments: [0, 1, 524_287, 524_288, 655_349, 1_048_560, 1_048_561, 10_485_760])
  func `a blob of any size is what git itself would store`(byteCount: Int) throws {
    let temporary = try TemporaryRepository()
    let repository = try temporary.open()
    let content = noise(byteCount)
    let file = temporary.path + "/weights.bin"
    try content.write(to: URL(fileURLWithPath: file))
    let expected = try temporary.git("hash-object", "--no-filters", file).dropLast()
    let id = try repository.writeBlob(fileAt: file)
    #expect(id.hex == expected)
    #expect(try repository.writeBlob(content) == id, "written again, from memory")
    #expect(Repository.blobID(of: content) == id)
    #expect(try Repository.blobID(ofFileAt: file) == id)
    #expect(try repository.blob(id) == content)
    let tree = try repository.writeTree([TreeEntry(name: "weights.bin", kind: .file, id: id)])
    let commit = try repository.writeCommit(
      tree: tree, parents: [], message: "one", author: .fallback, time: Date())
    try repository.updateReference("refs/experiments/a", to: commit, expecting: nil)
    #expect(try temporary.git("fsck", "--full", "--strict").contains("error") == false)
    try temporary.git("repack", "-adq")
    #expect(try temporary.open().blob(id) == content, "read from a pack")
  }

  @Test func `a nested directory becomes the tree git would make of it`() throws {
    let temporary = try TemporaryRepository()
    for name in ["a.txt", "a/b", "a/c/d.json", "a-b", "日本語/ファイル", "checkpoint/state"] {
      try temporary.write("content of \(name)", to: name)
    }
    try FileManager.default.createDirectory(
      atPath: temporary.path + "/empty", withIntermediateDirectories: true)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: temporary.path + "/a-b")
    let tree = try temporary.open().writeTree(
      ofDirectory: temporary.path, excluding: { $0 == ".git" || $0 == "checkpoint" })
    try temporary.git("add", "-A", ":!checkpoint")
    #expect(try temporary.git("write-tree").dropLast() == tree.hex)
    let repository = try temporary.open()
    #expect(try repository.files(inTree: tree).count == 5)
    #expect(try repository.entry(at: "a/c/d.json", inTree: tree)?.kind == .file)
    #expect(try repository.entry(at: "a-b", inTree: tree)?.kind == .executable)
    #expect(try repository.entry(at: "a/none", inTree: tree) == nil)
  }

  @Test func `a link in a directory is refused by its path`() throws {
    let temporary = try TemporaryRepository()
    try FileManager.default.createSymbolicLink(
      atPath: temporary.path + "/link", withDestinationPath: "/etc/passwd")
    let error = #expect(throws: GitError.self) {
      try temporary.open().writeTree(ofDirectory: temporary.path, excluding: { $0 == ".git" })
    }
    #expect(error?.description.contains(temporary.path + "/link") == true)
  }

  @Test func `a commit is read back with its parents, newest first`() throws {
    let temporary = try TemporaryRepository()
    let repository = try temporary.open()
    let tree = try repository.writeTree([])
    let author = Identity(name: "軌跡", email: "k@example.org")
    let time = Date(timeIntervalSince1970: 1_700_000_000)
    let first = try repository.writeCommit(
      tree: tree, parents: [], message: "一", author: author, time: time)
    let second = try repository.writeCommit(
      tree: tree, parents: [first], message: "二", author: author, time: time)
    let history = try repository.history(of: second)
    #expect(history.map(\.id) == [second, first])
    #expect(history.map(\.message) == ["二", "一"])
    #expect(history[0].author == author)
    #expect(history[0].time == time)
    #expect(try temporary.git("log", "-1", "--format=%an %at", second.hex) == "軌跡 1700000000\n")
  }

  @Test func `a damaged object is an error that names it`() throws {
    let temporary = try TemporaryRepository()
    let id = try temporary.open().writeBlob(noise(600_000))
    let path = "\(temporary.path)/.git/objects/\(id.hex.prefix(2))/\(id.hex.dropFirst(2))"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[300_000] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: GitError.self) { try temporary.open().blob(id) }
    #expect(error?.description.contains(id.short) == true)
  }

  @Test func `a blob over the limit and a missing object are refused`() throws {
    let temporary = try TemporaryRepository()
    let repository = try temporary.open()
    let id = try repository.writeBlob(Data("long".utf8))
    #expect(throws: GitError.self) { try repository.blob(id, limit: 3) }
    let missing = try #require(ObjectID(hex: String(repeating: "1", count: 40)))
    let error = #expect(throws: GitError.self) { try repository.blob(missing) }
    #expect(error?.kind == .notFound)
  }
}
