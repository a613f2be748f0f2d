internal import CGit2
internal import FoundationEssentials
internal import Glibc
internal import Hashing

/// A reference and the object it names.
public struct Reference: Hashable, Sendable {
  public let name: String
  public let id: ObjectID
}

extension Repository {
  /// Age from which a leftover `<ref>.lock` of a killed writer is removed, by whoever holds our own lock.
  private static let staleLockSeconds = 2.0

  /// The object a reference names, `nil` when there is no such reference.
  public func reference(_ name: String) throws -> ObjectID? {
    var raw = git_oid()
    let code = git_reference_name_to_id(&raw, handle, name)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try check(code, "read \(name) of \(commonDirectory)")
    return ObjectID(raw)
  }

  /// The references a glob such as `refs/experiments/*` matches, by name; `*` matches slashes too.
  public func references(matching glob: String) throws -> [Reference] {
    var iterator: OpaquePointer?
    try check(git_reference_iterator_glob_new(&iterator, handle, glob), "list \(glob) of \(commonDirectory)")
    defer { git_reference_iterator_free(iterator) }
    var found: [Reference] = []
    while true {
      var reference: OpaquePointer?
      let code = git_reference_next(&reference, iterator)
      if code == GIT_ITEROVER.rawValue { break }
      try check(code, "list \(glob) of \(commonDirectory)")
      defer { git_reference_free(reference) }
      if let name = git_reference_name(reference), let target = git_reference_target(reference) {
        found.append(Reference(name: String(cString: name), id: ObjectID(target.pointee)))
      }
    }
    return found.sorted { $0.name < $1.name }
  }

  /// Moves a reference from the value the caller saw to a new one, durably.
  ///
  /// - Parameters:
  ///   - current: the value it must have; `nil` when it must not exist yet.
  ///   - patience: seconds to wait for other writers of this reference.
  /// - Throws: `GitError` of kind `conflict` when it has another value, `locked` when others keep it locked.
  public func updateReference(
    _ name: String, to id: ObjectID, expecting current: ObjectID?, patience: Double = 10
  ) throws {
    try withReferenceLock(name, patience: patience) { () throws(GitError) -> Int32 in
      var target = id.raw
      guard let current else {
        return git_reference_create_matching(nil, handle, name, &target, 0, nil, "kiseki")
      }
      var expected = current.raw
      let code = git_reference_create_matching(nil, handle, name, &target, 1, &expected, "kiseki")
      guard code == GIT_ENOTFOUND.rawValue else { return code }
      throw GitError(.conflict, "cannot update \(name): it was deleted meanwhile.")
    }
  }

  /// Deletes a reference that still has the value the caller saw.
  ///
  /// - Throws: `GitError` of kind `conflict` when it has another value, `locked` when others keep it locked.
  public func deleteReference(_ name: String, expecting current: ObjectID, patience: Double = 10) throws {
    try withReferenceLock(name, patience: patience) { () throws(GitError) -> Int32 in
      var reference: OpaquePointer?
      try check(git_reference_lookup(&reference, handle, name), "find \(name) of \(commonDirectory)")
      defer { git_reference_free(reference) }
      guard let target = git_reference_target(reference), ObjectID(target.pointee) == current else {
        throw GitError(.conflict, "cannot delete \(name): another process changed it meanwhile.")
      }
      return git_reference_delete(reference)
    }
  }

  private func withReferenceLock(
    _ name: String, patience: Double, _ attempt: () throws(GitError) -> Int32
  ) throws {
    let lock = try FileLock(path: try referenceLockPath(name), patience: patience)
    let deadline = monotonicSeconds() + patience
    try lock.whileHeld {
      while true {
        let code = try attempt()
        if code == GIT_ELOCKED.rawValue && monotonicSeconds() < deadline {
          try removeStaleLock(of: name)
          pauseWithJitter()
          continue
        }
        try check(code, "update \(name) of \(commonDirectory)")
        return
      }
    }
  }

  /// 256 lock files in all rather than one for every reference ever written.
  private func referenceLockPath(_ name: String) throws -> String {
    let bucket = SHA1.hash(Data(name.utf8)).hex.prefix(2)
    return try ownDirectory("locks") + "/ref-\(bucket)"
  }

  /// Makes and names a directory of ours beside the objects: `<common directory>/kiseki/<name>`.
  public func ownDirectory(_ name: String) throws -> String {
    var path = commonDirectory
    for part in ["kiseki", name] {
      path += "/" + part
      if mkdir(path, 0o777) != 0 && errno != EEXIST { throw GitError.system("make the directory \(path)") }
    }
    return path
  }

  private func removeStaleLock(of name: String) throws(GitError) {
    let path = "\(commonDirectory)/\(name).lock"
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age =
      Double(now.tv_sec - status.st_mtim.tv_sec) + Double(now.tv_nsec - status.st_mtim.tv_nsec) / 1e9
    guard age > Self.staleLockSeconds else { return }
    if unlink(path) != 0 && errno != ENOENT { throw .system("remove the stale lock \(path)") }
  }
}
