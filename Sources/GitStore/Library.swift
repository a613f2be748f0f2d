internal import CGit2
internal import FoundationEssentials

/// One-time set-up of libgit2.
enum Library {
  /// A configuration file named by `GIT_CONFIG_GLOBAL`, which libgit2 does not look at by itself.
  struct State: Sendable {
    let failure: String?
    let globalConfigurationFile: String?
  }

  static let state: State = {
    func failed(_ what: String) -> State { State(failure: what, globalConfigurationFile: nil) }
    guard git_libgit2_init() >= 0 else { return failed("libgit2 did not start") }
    guard kiseki_git_enable_fsync() >= 0 else { return failed("libgit2 cannot fsync") }
    guard kiseki_git_accept_harmless_extensions() >= 0 else {
      return failed("libgit2 does not take a list of extensions")
    }
    let environment = ProcessInfo.processInfo.environment
    if let value = environment["GIT_CONFIG_NOSYSTEM"], !["", "0", "false", "no"].contains(value) {
      guard kiseki_git_set_search_path(GIT_CONFIG_LEVEL_SYSTEM, "") >= 0 else {
        return failed("libgit2 cannot leave out the system's configuration")
      }
    }
    guard let global = environment["GIT_CONFIG_GLOBAL"] else {
      return State(failure: nil, globalConfigurationFile: nil)
    }
    for level in [GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_XDG] {
      guard kiseki_git_set_search_path(level, "") >= 0 else {
        return failed("libgit2 cannot leave out the user's configuration")
      }
    }
    return State(failure: nil, globalConfigurationFile: global.isEmpty ? nil : global)
  }()

  /// All values of a key in the configuration of system and user, the later ones stronger.
  static func configuredValues(_ key: String) throws(GitError) -> [String] {
    var configuration: OpaquePointer?
    try check(git_config_open_default(&configuration), "read git's configuration")
    defer { git_config_free(configuration) }
    if let file = state.globalConfigurationFile {
      try check(
        git_config_add_file_ondisk(configuration, file, GIT_CONFIG_LEVEL_GLOBAL, nil, 0),
        "read git's configuration \(file)")
    }
    var iterator: OpaquePointer?
    let code = git_config_multivar_iterator_new(&iterator, configuration, key, nil)
    if code == GIT_ENOTFOUND.rawValue { return [] }
    try check(code, "read \(key) of git's configuration")
    defer { git_config_iterator_free(iterator) }
    var values: [String] = []
    var entry: UnsafeMutablePointer<git_config_entry>?
    while git_config_next(&entry, iterator) == 0 {
      values.append(entry?.pointee.value.map { String(cString: $0) } ?? "")
    }
    return values
  }

  static func start() throws(GitError) {
    if let failure = state.failure {
      throw GitError(.other, "cannot use git: \(failure). Install libgit2 again.")
    }
  }
}
