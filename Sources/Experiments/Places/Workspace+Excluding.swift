internal import Foundation
internal import GitStore

/// Paths that `git status` of this clone leaves out, by `info/exclude` of the common directory.
///
/// `experiments/.gitignore` leaves out directories alone, and a link is none. An absolute path in a link must not get
/// onto the user's branch by `git add`.
extension Workspace {
  /// - Parameter path: absolute; nothing happens when it is outside of the work tree.
  /// - Throws: `ExperimentsError` or `GitError` when the list cannot be written.
  func exclude(_ path: String) throws {
    try changeExcluded(path) { lines, line in
      if !lines.contains(line) { lines.append(line) }
    }
  }

  /// Takes back `exclude(_:)`.
  func unexclude(_ path: String) throws {
    guard fileStatus(excludeFile) != nil else { return }
    try changeExcluded(path) { lines, line in lines.removeAll { $0 == line } }
  }

  private var excludeFile: String { repository.commonDirectory + "/info/exclude" }

  private func changeExcluded(_ path: String, _ change: (inout [Data], Data) -> Void) throws {
    guard let line = excludeLine(path) else { return }
    let lock = try FileLock(path: try repository.ownDirectory("locks") + "/exclude", patience: 10)
    try lock.whileHeld {
      // Where it is a link, what it leads to is changed.
      let file = URL(fileURLWithPath: excludeFile).resolvingSymlinksInPath().path
      let content = fileStatus(file) == nil ? Data() : try readFile(file)
      var lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Data($0) }
      if lines.last?.isEmpty == true { lines.removeLast() }
      let before = lines
      change(&lines, line)
      guard lines != before else { return }
      try makeDirectories(parentDirectory(file))
      try writeDurably(Data(lines.map { $0 + [UInt8(ascii: "\n")] }.joined()), to: file)
    }
  }

  /// The pattern that names this path alone; `nil` for one that git does not look at.
  private func excludeLine(_ path: String) -> Data? {
    let root = repository.workDirectory
    guard path.hasPrefix(root + "/"), !path.contains("\n") else { return nil }
    let pattern = path.dropFirst(root.count).map { "\\*?[ ".contains($0) ? "\\\($0)" : "\($0)" }
    return Data(pattern.joined().utf8)
  }
}
