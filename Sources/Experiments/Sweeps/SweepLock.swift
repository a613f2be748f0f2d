internal import GitStore

/// The right to run the trials of one sweep, ended by the kernel if not by us.
public struct SweepLock: ~Copyable {
  private let lock: FileLock

  /// - Throws: `ExperimentsError` of kind `alreadyRunning` when another process runs this sweep.
  public init(_ name: ExperimentName, in workspace: Workspace) throws {
    try workspace.repository.requireWritable()
    do {
      lock = try FileLock(path: try workspace.sweepLock(name), patience: 0.3)
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
  fileprivate func sweepLock(_ name: ExperimentName) throws -> String {
    try repository.ownDirectory("sweeps") + "/" + Workspace.fileKey(name) + ".lock"
  }
}
