import Foundation
import GitStore
import TestSupport
import Testing

struct ReferenceTests {
  @Test func `an update that expects another value is a conflict and changes nothing`() throws {
    let temporary = try TemporaryRepository()
    let repository = try temporary.open()
    let commits = try chain(3, in: repository)
    try repository.updateReference("refs/experiments/a", to: commits[0], expecting: nil)
    let created = #expect(throws: GitError.self) {
      try repository.updateReference("refs/experiments/a", to: commits[1], expecting: nil)
    }
    #expect(created?.kind == .conflict)
    try repository.updateReference("refs/experiments/a", to: commits[1], expecting: commits[0])
    let moved = #expect(throws: GitError.self) {
      try repository.updateReference("refs/experiments/a", to: commits[2], expecting: commits[0])
    }
    #expect(moved?.kind == .conflict)
    #expect(try repository.reference("refs/experiments/a") == commits[1])
    #expect(
      throws: GitError.self,
      performing: {
        try repository.updateReference("refs/experiments/b", to: commits[1], expecting: commits[0])
      })
    #expect(try repository.reference("refs/experiments/b") == nil)
    #expect(
      throws: GitError.self,
      performing: { try repository.deleteReference("refs/experiments/a", expecting: commits[0]) })
    try repository.deleteReference("refs/experiments/a", expecting: commits[1])
    #expect(try repository.references(matching: "refs/experiments/*") == [])
  }

  @Test func `references are listed from packed and loose files alike`() throws {
    let temporary = try TemporaryRepository()
    let repository = try temporary.open()
    let commit = try chain(1, in: repository)[0]
    for name in ["b", "a/x", "日本語"] {
      try repository.updateReference("refs/experiments/" + name, to: commit, expecting: nil)
    }
    try temporary.git("pack-refs", "--all")
    try repository.updateReference("refs/experiments/c", to: commit, expecting: nil)
    try repository.updateReference("refs/kiseki/notes/c", to: commit, expecting: nil)
    let names = try repository.references(matching: "refs/experiments/*").map(\.name)
    #expect(names == ["a/x", "b", "c", "日本語"].map { "refs/experiments/" + $0 })
  }

  @Test func `a lock left by a killed writer is removed once it is old, a fresh one is waited for`() throws {
    let temporary = try TemporaryRepository()
    let repository = try temporary.open()
    let commit = try chain(1, in: repository)[0]
    let lock = temporary.path + "/.git/refs/experiments/a.lock"
    try temporary.write("", to: ".git/refs/experiments/a.lock")
    let error = #expect(throws: GitError.self) {
      try repository.updateReference("refs/experiments/a", to: commit, expecting: nil, patience: 0.2)
    }
    #expect(error?.kind == .locked)
    #expect(FileManager.default.fileExists(atPath: lock))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -5)], ofItemAtPath: lock)
    try repository.updateReference("refs/experiments/a", to: commit, expecting: nil, patience: 1)
    #expect(try repository.reference("refs/experiments/a") == commit)
  }

  @Test func `writers of one reference all get through, one after the other`() async throws {
    let temporary = try TemporaryRepository()
    _ = try temporary.open().writeTree([])
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<6 {
        group.addTask {
          do {
            for step in 0..<8 {
              try appendCommit("\(writer).\(step)", to: "refs/experiments/shared", in: temporary)
            }
          } catch {
            Issue.record("\(error)")
          }
        }
      }
    }
    let repository = try temporary.open()
    let newest = try #require(try repository.reference("refs/experiments/shared"))
    #expect(try repository.history(of: newest).count == 48)
    #expect(try temporary.git("fsck", "--full", "--strict").contains("error") == false)
  }

  @Test func `processes writing their own references do not meet`() async throws {
    let temporary = try TemporaryRepository()
    let path = temporary.path
    async let first = #expect(processExitsWith: .success) { [path = path as String] in
      try writeMany("first", in: path)
    }
    async let second = #expect(processExitsWith: .success) { [path = path as String] in
      try writeMany("second", in: path)
    }
    _ = await (first, second)
    #expect(try temporary.open().references(matching: "refs/experiments/*").count == 40)
    #expect(try temporary.git("fsck", "--full", "--strict").contains("error") == false)
  }
}

private func writeMany(_ prefix: String, in path: String) throws {
  TestEnvironment.isolate()
  let repository = try Repository.open(from: path)
  for index in 0..<20 {
    let blob = try repository.writeBlob(Data("\(prefix) \(index)".utf8))
    let tree = try repository.writeTree([TreeEntry(name: "f", kind: .file, id: blob)])
    let commit = try repository.writeCommit(
      tree: tree, parents: [], message: "m", author: .fallback, time: Date())
    try repository.updateReference("refs/experiments/\(prefix)-\(index)", to: commit, expecting: nil)
  }
}

/// Compare-and-swap as a caller does it: read, write, and once more when somebody was faster.
private func appendCommit(_ message: String, to name: String, in temporary: TemporaryRepository) throws {
  let repository = try temporary.open()
  while true {
    let current = try repository.reference(name)
    let commit = try repository.writeCommit(
      tree: repository.writeTree([]), parents: current.map { [$0] } ?? [], message: message,
      author: .fallback,
      time: Date())
    do {
      return try repository.updateReference(name, to: commit, expecting: current)
    } catch let error as GitError where error.kind == .conflict {
      continue
    }
  }
}

private func chain(_ count: Int, in repository: Repository) throws -> [ObjectID] {
  var commits: [ObjectID] = []
  for index in 0..<count {
    commits.append(
      try repository.writeCommit(
        tree: repository.writeTree([]), parents: commits.suffix(1), message: "\(index)", author: .fallback,
        time: Date()))
  }
  return commits
}
