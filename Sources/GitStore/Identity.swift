internal import CGit2
internal import FoundationEssentials

/// Who commits an experiment.
public struct Identity: Hashable, Sendable {
  public let name: String
  public let email: String

  public init(name: String, email: String) {
    self.name = name
    self.email = email
  }

  /// Used where neither git's configuration nor the environment names anyone.
  public static let fallback = Identity(name: "Kiseki", email: "kiseki@localhost")
}

extension Repository {
  /// `user.name` and `user.email` of git's configuration, else `GIT_AUTHOR_NAME` and `GIT_AUTHOR_EMAIL` of the
  /// environment, else `Identity.fallback`.
  public func identity() throws -> Identity {
    let environment = ProcessInfo.processInfo.environment
    let name = try configured("user.name") ?? nonEmpty(environment["GIT_AUTHOR_NAME"])
    let email =
      try configured("user.email") ?? nonEmpty(environment["GIT_AUTHOR_EMAIL"])
      ?? nonEmpty(environment["EMAIL"])
    return Identity(name: name ?? Identity.fallback.name, email: email ?? Identity.fallback.email)
  }

  private func configured(_ key: String) throws(GitError) -> String? {
    var shared: OpaquePointer?
    try check(git_repository_config(&shared, handle), "read git's configuration")
    defer { git_config_free(shared) }
    if let file = Library.state.globalConfigurationFile {
      let code = git_config_add_file_ondisk(shared, file, GIT_CONFIG_LEVEL_GLOBAL, handle, 0)
      if code != GIT_EEXISTS.rawValue { try check(code, "read git's configuration \(file)") }
    }
    var snapshot: OpaquePointer?
    try check(git_config_snapshot(&snapshot, shared), "read git's configuration")
    defer { git_config_free(snapshot) }
    var text: UnsafePointer<CChar>?
    let code = git_config_get_string(&text, snapshot, key)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try check(code, "read \(key) of git's configuration")
    return nonEmpty(text.map { String(cString: $0) })
  }
}

/// git refuses names without any letter, and angle brackets or line breaks inside them.
private func nonEmpty(_ text: String?) -> String? {
  guard let text else { return nil }
  let cleaned = text.filter { !"<>\n\r\0".contains($0) }
  return cleaned.contains { !$0.isWhitespace && !".,:;\"'".contains($0) } ? cleaned : nil
}
