internal import CGit2
internal import Glibc

/// One name in a git tree.
public struct TreeEntry: Hashable, Sendable {
  /// What an entry is, with the mode git stores for it.
  public enum Kind: UInt32, Sendable {
    case file = 0o100644
    case executable = 0o100755
    case symbolicLink = 0o120000
    case tree = 0o040000
    case submodule = 0o160000
  }

  public let name: String
  public let kind: Kind
  public let id: ObjectID

  public init(name: String, kind: Kind, id: ObjectID) {
    self.name = name
    self.kind = kind
    self.id = id
  }
}

extension Repository {
  /// Stores a tree; git's own order of names is taken care of.
  ///
  /// - Throws: `GitError` when a name is not allowed (`.git`, a slash) or an object is missing.
  public func writeTree(_ entries: [TreeEntry]) throws -> ObjectID {
    var builder: OpaquePointer?
    try check(git_treebuilder_new(&builder, handle, nil), "begin a tree in \(commonDirectory)")
    defer { git_treebuilder_free(builder) }
    for entry in entries {
      var raw = entry.id.raw
      try check(
        git_treebuilder_insert(nil, builder, entry.name, &raw, git_filemode_t(rawValue: entry.kind.rawValue)),
        "put '\(entry.name)' into a tree of \(commonDirectory)")
    }
    return try stored("a tree") {
      var raw = git_oid()
      try check(git_treebuilder_write(&raw, builder), "write a tree in \(commonDirectory)")
      return raw
    }
  }

  /// Stores a tree that is another one with files put in or replaced, at any depth; the rest stays as it is.
  ///
  /// - Parameters:
  ///   - files: blobs by path, such as `evaluations/1/scores.json`.
  ///   - tree: `nil` for an empty one.
  /// - Throws: `GitError` as `writeTree(_:)` does.
  public func tree(putting files: [String: ObjectID], into tree: ObjectID?) throws -> ObjectID {
    var entries: [String: TreeEntry] = [:]
    for entry in try tree.map(self.tree) ?? [] { entries[entry.name] = entry }
    var below: [String: [String: ObjectID]] = [:]
    for (path, id) in files {
      guard let slash = path.firstIndex(of: "/") else {
        entries[path] = TreeEntry(name: path, kind: .file, id: id)
        continue
      }
      below[String(path[..<slash]), default: [:]][String(path[path.index(after: slash)...])] = id
    }
    for (name, inner) in below {
      let old = entries[name].flatMap { $0.kind == .tree ? $0.id : nil }
      entries[name] = TreeEntry(name: name, kind: .tree, id: try self.tree(putting: inner, into: old))
    }
    return try writeTree(Array(entries.values))
  }

  /// Stores a directory and all below it; empty directories are left out, as git cannot hold them.
  ///
  /// - Parameter excluding: says of a path relative to `directory` whether to leave it out.
  /// - Throws: `GitError` for what a tree of data must not hold: links, devices, pipes.
  public func writeTree(ofDirectory directory: String, excluding: (String) -> Bool = { _ in false }) throws
    -> ObjectID
  {
    try writeTree(ofDirectory: directory, below: "", excluding: excluding) ?? writeTree([])
  }

  private func writeTree(ofDirectory directory: String, below prefix: String, excluding: (String) -> Bool)
    throws -> ObjectID?
  {
    var entries: [TreeEntry] = []
    for name in try namesInDirectory(directory) where !excluding(prefix + name) {
      let path = directory + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0 else { throw GitError.system("look at \(path)") }
      switch status.st_mode & S_IFMT {
      case S_IFDIR:
        if let id = try writeTree(ofDirectory: path, below: prefix + name + "/", excluding: excluding) {
          entries.append(TreeEntry(name: name, kind: .tree, id: id))
        }
      case S_IFREG:
        let kind: TreeEntry.Kind = status.st_mode & S_IXUSR != 0 ? .executable : .file
        entries.append(TreeEntry(name: name, kind: kind, id: try writeBlob(fileAt: path)))
      default:
        throw GitError(
          .invalidInput,
          "cannot store \(path): it is neither a file nor a directory. Put a copy of the file there.")
      }
    }
    return entries.isEmpty ? nil : try writeTree(entries)
  }

  /// The entries of a tree in git's order.
  ///
  /// - Throws: `GitError` when the tree is missing or damaged.
  public func tree(_ id: ObjectID) throws -> [TreeEntry] {
    var tree: OpaquePointer?
    var raw = id.raw
    try check(git_tree_lookup(&tree, handle, &raw), "read tree \(id.short) of \(commonDirectory)")
    defer { git_tree_free(tree) }
    return (0..<git_tree_entrycount(tree)).compactMap { index in
      git_tree_entry_byindex(tree, index).flatMap(treeEntry)
    }
  }

  /// Every file below a tree, by its path.
  public func files(inTree id: ObjectID) throws -> [(path: String, entry: TreeEntry)] {
    var found: [(path: String, entry: TreeEntry)] = []
    for entry in try tree(id) {
      if entry.kind == .tree {
        found += try files(inTree: entry.id).map { (entry.name + "/" + $0.path, $0.entry) }
      } else {
        found.append((entry.name, entry))
      }
    }
    return found
  }

  /// The entry at a path such as `adapter/adapter_config.json`, `nil` when there is none.
  public func entry(at path: String, inTree id: ObjectID) throws -> TreeEntry? {
    var tree: OpaquePointer?
    var raw = id.raw
    try check(git_tree_lookup(&tree, handle, &raw), "read tree \(id.short) of \(commonDirectory)")
    defer { git_tree_free(tree) }
    var found: OpaquePointer?
    let code = git_tree_entry_bypath(&found, tree, path)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try check(code, "find \(path) in tree \(id.short) of \(commonDirectory)")
    defer { git_tree_entry_free(found) }
    return found.flatMap(treeEntry)
  }
}

private func treeEntry(_ raw: OpaquePointer) -> TreeEntry? {
  guard let id = git_tree_entry_id(raw), let name = git_tree_entry_name(raw),
    let kind = TreeEntry.Kind(rawValue: UInt32(git_tree_entry_filemode(raw).rawValue))
  else { return nil }
  return TreeEntry(name: String(cString: name), kind: kind, id: ObjectID(id.pointee))
}

private func namesInDirectory(_ path: String) throws -> [String] {
  guard let stream = opendir(path) else { throw GitError.system("list \(path)") }
  defer { closedir(stream) }
  var names: [String] = []
  errno = 0
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
    errno = 0
  }
  guard errno == 0 else { throw GitError.system("list \(path)") }
  return names.sorted()
}
