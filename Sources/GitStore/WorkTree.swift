internal import CGit2
public import FoundationEssentials

/// What differs between the user's last commit and the files, by path.
public struct WorkTreeStatus: Hashable, Sendable {
  /// Tracked files that changed, staged or not.
  public let changed: [String]
  /// Files git knows nothing about and does not ignore; a whole directory ends with a slash.
  public let untracked: [String]

  public var isDirty: Bool { !changed.isEmpty }
}

extension Repository {
  /// The commit checked out in the work tree, `nil` before the first one.
  public func headCommit() throws -> ObjectID? {
    var raw = git_oid()
    let code = git_reference_name_to_id(&raw, handle, "HEAD")
    if code == GIT_ENOTFOUND.rawValue || code == GIT_EUNBORNBRANCH.rawValue { return nil }
    try check(code, "read HEAD of \(workDirectory)")
    return ObjectID(raw)
  }

  /// Looks at the work tree; the index is read and never written.
  public func status() throws -> WorkTreeStatus {
    var options = git_status_options()
    try check(
      git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION)), "look at \(workDirectory)")
    options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR
    options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue
    var list: OpaquePointer?
    try check(git_status_list_new(&list, handle, &options), "look at the changes of \(workDirectory)")
    defer { git_status_list_free(list) }
    var changed: [String] = []
    var untracked: [String] = []
    for index in 0..<git_status_list_entrycount(list) {
      guard let entry = git_status_byindex(list, index)?.pointee else { continue }
      let delta = (entry.index_to_workdir ?? entry.head_to_index)?.pointee
      guard let path = delta?.new_file.path ?? delta?.old_file.path else { continue }
      if entry.status == GIT_STATUS_WT_NEW {
        untracked.append(String(cString: path))
      } else {
        changed.append(String(cString: path))
      }
    }
    return WorkTreeStatus(changed: changed.sorted(), untracked: untracked.sorted())
  }

  /// The changes of tracked files since the last commit, staged or not, as `git apply` takes them; binary ones too.
  ///
  /// - Parameter limit: the largest changed file to take, in bytes.
  /// - Throws: `GitError` naming a changed file that is larger.
  public func patchOfTrackedChanges(limit: Int = 20 << 20) throws -> Data {
    let operation = "compare \(workDirectory) with its last commit"
    var head: OpaquePointer?
    if let id = try headCommit() {
      var raw = git_oid()
      raw = try commit(id).tree.raw
      try check(git_tree_lookup(&head, handle, &raw), operation)
    }
    defer { git_tree_free(head) }
    var options = git_diff_options()
    try check(git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)), operation)
    options.flags = GIT_DIFF_SHOW_BINARY.rawValue
    var diff: OpaquePointer?
    try check(git_diff_tree_to_workdir_with_index(&diff, handle, head, &options), operation)
    defer { git_diff_free(diff) }
    for index in 0..<git_diff_num_deltas(diff) {
      guard let delta = git_diff_get_delta(diff, index)?.pointee else { continue }
      let size = max(delta.new_file.size, delta.old_file.size)
      guard size <= limit else {
        let path = delta.new_file.path.map { String(cString: $0) } ?? "a file"
        throw GitError(
          .invalidInput,
          "cannot record the changes of \(path): it has \(size) bytes, and the limit is \(limit). "
            + "Commit it, or use '--dirty allow'.")
      }
    }
    var text = git_buf()
    defer { git_buf_dispose(&text) }
    try check(git_diff_to_buf(&text, diff, GIT_DIFF_FORMAT_PATCH), operation)
    guard let bytes = text.ptr else { return Data() }
    return Data(bytes: bytes, count: text.size)
  }
}
