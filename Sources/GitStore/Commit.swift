internal import CGit2
public import FoundationEssentials

/// A commit as stored.
public struct Commit: Hashable, Sendable {
  public let id: ObjectID
  public let tree: ObjectID
  public let parents: [ObjectID]
  public let author: Identity
  public let time: Date
  public let message: String
}

extension Repository {
  /// Stores a commit object; no reference, branch or index changes.
  ///
  /// - Parameter time: whole seconds are kept, in UTC.
  /// - Throws: `GitError` when an object is missing or cannot be written.
  public func writeCommit(
    tree: ObjectID, parents: [ObjectID], message: String, author: Identity, time: Date
  ) throws -> ObjectID {
    var signature: UnsafeMutablePointer<git_signature>?
    try check(
      git_signature_new(&signature, author.name, author.email, git_time_t(time.timeIntervalSince1970), 0),
      "sign a commit as '\(author.name) <\(author.email)>'")
    defer { git_signature_free(signature) }
    var rawTree = tree.raw
    var treeHandle: OpaquePointer?
    try check(git_tree_lookup(&treeHandle, handle, &rawTree), "read tree \(tree.short) of \(commonDirectory)")
    defer { git_tree_free(treeHandle) }
    var parentHandles: [OpaquePointer?] = []
    defer { for parent in parentHandles { git_commit_free(parent) } }
    for parent in parents { parentHandles.append(try commitHandle(parent)) }
    return try stored("a commit") {
      var raw = git_oid()
      try check(
        git_commit_create(
          &raw, handle, nil, signature, signature, nil, message, treeHandle, parentHandles.count, &parentHandles
        ),
        "write a commit in \(commonDirectory)")
      return raw
    }
  }

  /// - Throws: `GitError` when the commit is missing or damaged.
  public func commit(_ id: ObjectID) throws -> Commit {
    let commit = try commitHandle(id)
    defer { git_commit_free(commit) }
    let parents = (0..<git_commit_parentcount(commit)).compactMap { index in
      git_commit_parent_id(commit, index).map { ObjectID($0.pointee) }
    }
    guard let tree = git_commit_tree_id(commit) else {
      throw GitError(.corrupt, "cannot read commit \(id.short) of \(commonDirectory): it names no tree.")
    }
    let author = git_commit_author(commit)?.pointee
    return Commit(
      id: id, tree: ObjectID(tree.pointee), parents: parents,
      author: Identity(
        name: author?.name.map { String(cString: $0) } ?? "",
        email: author?.email.map { String(cString: $0) } ?? ""),
      time: Date(timeIntervalSince1970: Double(git_commit_time(commit))),
      message: git_commit_message(commit).map { String(cString: $0) } ?? "")
  }

  /// The commits from `id` back along first parents, newest first; a shallow clone ends where its objects end.
  public func history(of id: ObjectID) throws -> [Commit] {
    var commits = [try commit(id)]
    while let parent = commits.last?.parents.first {
      do {
        commits.append(try commit(parent))
      } catch let error as GitError where error.kind == .notFound && git_repository_is_shallow(handle) == 1 {
        break
      }
    }
    return commits
  }

  private func commitHandle(_ id: ObjectID) throws(GitError) -> OpaquePointer? {
    var commit: OpaquePointer?
    var raw = id.raw
    try check(git_commit_lookup(&commit, handle, &raw), "read commit \(id.short) of \(commonDirectory)")
    return commit
  }
}
