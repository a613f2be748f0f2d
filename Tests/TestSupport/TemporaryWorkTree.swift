import Foundation

/// A git work tree of one test, looked at with the `git` command.
public protocol TemporaryWorkTree: Sendable {
  var path: String { get }
}

extension TemporaryWorkTree {
  @discardableResult
  public func git(_ arguments: String...) throws -> String { try runGit(["-C", path] + arguments) }

  public func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  /// A commit of the user's own, with everything that git does not ignore.
  public func commitEverything() throws {
    try git("add", "-A")
    try git("-c", "user.name=Someone", "-c", "user.email=someone@example.org", "commit", "-qm", "theirs")
  }
}
