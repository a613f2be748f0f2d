public import Foundation
internal import GitStore
internal import Tables

/// The right to run the trials of one sweep, ended by the kernel if not by us.
public struct SweepLock: ~Copyable {
  private let lock: FileLock

  /// - Throws: `ExperimentsError` of kind `alreadyRunning` when another process runs this sweep.
  public init(_ name: ExperimentName, in workspace: Workspace) throws {
    try workspace.repository.requireWritable()
    do {
      lock = try FileLock(path: try workspace.sweepFile(name, "lock"), patience: 0.3)
    } catch let error as GitError where error.kind == .locked {
      throw ExperimentsError(
        .alreadyRunning,
        "cannot run the sweep '\(name)': another process is running it. Wait for it, or choose another name with -n.")
    }
  }

  /// Runs `body` while the sweep is certainly ours.
  public borrowing func whileHeld<Value>(_ body: () throws -> Value) rethrows -> Value { try lock.whileHeld(body) }
}

extension Workspace {
  /// Keeps where this machine has what a plan names, for paths outside of the workspace; never committed.
  ///
  /// - Parameter places: absolute paths by the names the plan has for them.
  public func keepPlaces(_ places: [String: String], of sweep: ExperimentName) throws {
    guard !places.isEmpty else { return }
    let members = places.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }
    try writeDurably(JSONValue.object(members).document(), to: sweepFile(sweep, "json"))
  }

  /// Where this machine has what a plan names; empty in a clone.
  public func places(of sweep: ExperimentName) throws -> [String: String] {
    let path = try sweepFile(sweep, "json")
    guard fileStatus(path) != nil else { return [:] }
    let members = try JSONValue(parsing: readFile(path, limit: 1 << 20)).objectMembers ?? []
    return Dictionary(
      members.compactMap { member in member.value.stringValue.map { (member.key, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// A copy of recorded data on disk, named by its content and shared by all who need it.
  ///
  /// - Parameter content: asked for when there is no such copy yet.
  public func cachedInput(_ name: String, content: () throws -> Data) throws -> String {
    let path = try repository.ownDirectory("inputs") + "/" + name
    if fileStatus(path) == nil { try writeDurably(content(), to: path) }
    return path
  }

  fileprivate func sweepFile(_ name: ExperimentName, _ ending: String) throws -> String {
    try repository.ownDirectory("sweeps") + "/" + Workspace.fileKey(name) + "." + ending
  }
}
