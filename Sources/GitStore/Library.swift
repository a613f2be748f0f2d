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

  static func start() throws(GitError) {
    if let failure = state.failure {
      throw GitError(.other, "cannot use git: \(failure). Install libgit2 again.")
    }
  }
}
