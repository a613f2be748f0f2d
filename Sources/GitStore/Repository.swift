internal import CGit2
internal import Glibc

/// An open git repository with a work tree; it is not thread-safe, so every thread opens its own.
public final class Repository {
  let handle: OpaquePointer
  /// The root of the work tree, without a trailing slash.
  public let workDirectory: String
  /// The directory that all linked work trees share (`.git` of the main one), without a trailing slash.
  public let commonDirectory: String

  private init(handle: OpaquePointer, workDirectory: String, commonDirectory: String) {
    self.handle = handle
    self.workDirectory = workDirectory
    self.commonDirectory = commonDirectory
  }

  deinit { git_repository_free(handle) }

  /// Opens the nearest repository at `path` or above it.
  ///
  /// - Throws: `GitError` when there is none, or one that cannot be used: SHA-256 objects, another owner's, bare.
  public static func open(from path: String) throws -> Repository {
    try Library.start()
    var opened: OpaquePointer?
    var code = git_repository_open_ext(&opened, path, 0, nil)
    if code < 0, try isDeclaredSafe(path) {
      // libgit2 1.5 knows neither '*' nor a configuration named by GIT_CONFIG_GLOBAL.
      kiseki_git_validate_owner(0)
      code = git_repository_open_ext(&opened, path, 0, nil)
      kiseki_git_validate_owner(1)
    }
    do {
      try check(code, "open the git repository of \(path)")
    } catch {
      throw explained(error, path: path)
    }
    return try adopt(opened, path)
  }

  /// Makes a repository in `path`, with the settings that suit many small commits and incompressible blobs.
  ///
  /// - Throws: `GitError` when there is a repository already or the directory cannot be written.
  public static func create(at path: String) throws -> Repository {
    try Library.start()
    var options = git_repository_init_options()
    try check(
      git_repository_init_options_init(&options, UInt32(GIT_REPOSITORY_INIT_OPTIONS_VERSION)),
      "prepare a git repository in \(path)")
    options.flags = GIT_REPOSITORY_INIT_MKPATH.rawValue | GIT_REPOSITORY_INIT_NO_REINIT.rawValue
    var opened: OpaquePointer?
    try check(git_repository_init_ext(&opened, path, &options), "make a git repository in \(path)")
    let repository = try adopt(opened, path)
    try repository.configureAsOurs()
    return repository
  }

  private static func adopt(_ opened: OpaquePointer?, _ path: String) throws(GitError) -> Repository {
    guard let opened else { throw GitError(.other, "cannot open the git repository of \(path).") }
    guard git_repository_is_bare(opened) == 0, let work = git_repository_workdir(opened),
      let common = git_repository_commondir(opened)
    else {
      git_repository_free(opened)
      throw GitError(
        .unsupportedRepository,
        "cannot use the git repository of \(path): it is bare, and experiments need a work tree. "
          + "Work in a clone of it ('git clone \(path)').")
    }
    return Repository(
      handle: opened, workDirectory: withoutTrailingSlash(String(cString: work)),
      commonDirectory: withoutTrailingSlash(String(cString: common)))
  }

  private static func explained(_ error: GitError, path: String) -> GitError {
    if error.description.contains("objectformat") {
      return GitError(
        .unsupportedRepository,
        "cannot use the git repository of \(path): it names its objects by SHA-256, which is not supported. "
          + "Use a repository made by 'git init --object-format=sha1'.")
    }
    if error.description.contains("unsupported extension") {
      return GitError(
        .unsupportedRepository, error.description + " Use a repository made by a plain 'git init'.")
    }
    // libgit2 1.5 reports another owner's repository as not found when no safe.directory is configured at all.
    let root = discoveredRoot(path)
    let isForeign = root.map { ownerOfFile($0) != geteuid() } ?? false
    switch error.kind {
    case .otherOwner,
      .notFound where isForeign:
      let root = root ?? path
      return GitError(
        .otherOwner,
        "cannot use the git repository of \(root): it belongs to another user. If you trust it, run "
          + "'git config --global --add safe.directory \(root)'.")
    case .notFound:
      return GitError(
        .noRepository,
        "cannot find a git repository at \(path) or above it. Run 'kiseki init' in the folder you want to work in."
      )
    default: return error
    }
  }

  /// Whether the user trusts a repository of somebody else, as git reads `safe.directory`: an empty value takes back those
  /// before it, `*` is every directory.
  private static func isDeclaredSafe(_ path: String) throws(GitError) -> Bool {
    guard let root = discoveredRoot(path), ownerOfFile(root) != geteuid() else { return false }
    return try Library.configuredValues("safe.directory").reduce(false) { isSafe, value in
      value.isEmpty ? false : isSafe || value == "*" || withoutTrailingSlash(value) == root
    }
  }

  private static func discoveredRoot(_ path: String) -> String? {
    var found = git_buf()
    defer { git_buf_dispose(&found) }
    guard git_repository_discover(&found, path, 0, nil) == 0, let text = found.ptr else { return nil }
    let directory = withoutTrailingSlash(String(cString: text))
    return directory.hasSuffix("/.git") ? String(directory.dropLast(5)) : directory
  }

  private func configureAsOurs() throws(GitError) {
    var configuration: OpaquePointer?
    try check(git_repository_config(&configuration, handle), "open the configuration of \(workDirectory)")
    defer { git_config_free(configuration) }
    // Blobs of 512 KiB and more are stored as they are: weights hardly shrink. We pack by ourselves.
    for (key, value) in [("core.bigFileThreshold", "512k"), ("pack.compression", "0"), ("gc.auto", "0")] {
      try check(
        git_config_set_string(configuration, key, value),
        "set \(key) of the new repository in \(workDirectory)")
    }
  }

  /// Whether objects or references cannot be written here.
  public var isReadOnly: Bool {
    ["", "/objects", "/refs"].contains { access(commonDirectory + $0, W_OK) != 0 }
  }

  /// - Throws: `GitError` of kind `readOnly` when nothing can be recorded here.
  public func requireWritable() throws {
    guard isReadOnly else { return }
    throw GitError(
      .readOnly,
      "cannot record anything in \(commonDirectory): it is read-only for you. Make it writable, or work in a clone."
    )
  }

  func objectDatabase() throws(GitError) -> OpaquePointer {
    var database: OpaquePointer?
    try check(git_repository_odb(&database, handle), "open the objects of \(commonDirectory)")
    guard let database else { throw GitError(.other, "cannot open the objects of \(commonDirectory).") }
    return database
  }
}

private func ownerOfFile(_ path: String) -> uid_t? {
  var status = stat()
  return lstat(path, &status) == 0 ? status.st_uid : nil
}

private func withoutTrailingSlash(_ path: String) -> String {
  path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
}
