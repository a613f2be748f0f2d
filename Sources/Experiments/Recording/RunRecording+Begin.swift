internal import Foundation
internal import GitStore
internal import Glibc
internal import Spelling

/// What to do about changes of tracked files that the user has not committed.
public enum DirtyPolicy: String, Sendable, CaseIterable {
  /// Keep them as `workspace.patch`.
  case record
  /// Do not run.
  case refuse
  /// Run, and say only that there were some.
  case allow
}

extension RunRecording {
  /// Begins a run of `name`: takes the lease and makes the directory.
  ///
  /// A directory equal to one of its versions is moved aside for the new run; any other is left alone.
  ///
  /// - Parameter output: the folder to make the directory in, as `Workspace.output(at:)` gives it; `nil` for
  ///   `experiments/`.
  /// - Throws: `ExperimentsError` when the name is being run, when the directory holds unsaved work or an
  ///   interrupted run, and for uncommitted changes under `.refuse`; `GitError` when the repository is read-only.
  public static func begin(
    _ name: ExperimentName, in workspace: Workspace, dirty: DirtyPolicy = .record, output: String? = nil
  ) throws -> RunRecording {
    try workspace.repository.requireWritable()
    try workspace.requireNoClash(name, to: "run", remedy: "Choose another name with -n.")
    let patch = try patch(of: workspace, policy: dirty)
    let lease = try Lease.acquire(name, in: workspace)
    let previous = Lease.previousRecord(of: lease)
    var former: ExperimentPlace?
    var aside: String?
    do {
      former = try workspace.settledPlace(of: name)
      aside = try clearTheWay(
        for: name, in: workspace, output: output, former: former, wasInterrupted: previous != nil)
      try lease.save { ($0.aside, $0.former) = (aside, former) }
      if let output { try workspace.remember(output: output, for: name) }
      try workspace.makeDirectory(of: name, in: output)
      try lease.save { $0.directory = workspace.directory(of: name) }
      let recording = RunRecording(
        name: name, workspace: workspace, lease: lease, startedAt: lease.record.startedAt)
      if let patch, !patch.isEmpty { try recording.write("workspace.patch", patch) }
      return recording
    } catch {
      do {
        try workspace.undoBeginning(of: name, former: former, aside: aside)
        try lease.giveBack(to: previous)
      } catch let second {
        throw ExperimentsError(
          (error as? ExperimentsError)?.kind ?? .other, "\(error) And what was begun could not be undone: \(second)")
      }
      throw error
    }
  }

  /// Whether `begin` would accept the name now, without touching anything: known before a model is loaded for nothing.
  ///
  /// - Throws: what `begin` would throw.
  public static func requireStartable(
    _ name: ExperimentName, in workspace: Workspace, dirty: DirtyPolicy = .record, output: String? = nil
  ) throws {
    try workspace.repository.requireWritable()
    try workspace.requireNoClash(name, to: "run", remedy: "Choose another name with -n.")
    if dirty == .refuse { _ = try patch(of: workspace, policy: dirty) }
    switch Lease.state(of: name, in: workspace) {
    case .running(let record): throw Lease.alreadyRunning(name, record)
    case .ended(let record): _ = try savedVersion(of: name, in: workspace, wasInterrupted: record != nil)
    case .none: _ = try savedVersion(of: name, in: workspace, wasInterrupted: false)
    }
    try workspace.requireFreeDirectory(of: name, in: output)
  }

  /// Goes on with an interrupted run in its own directory.
  ///
  /// - Parameter limits: where to cut the logs, as the checkpoint remembers it; half a last line goes in any case.
  /// - Throws: `ExperimentsError` when there is no interrupted run of that name, or it is alive.
  public static func reopen(
    _ name: ExperimentName, in workspace: Workspace, cutting limits: [Log: Int] = [:]
  ) throws -> RunRecording {
    try workspace.repository.requireWritable()
    let lease = try Lease.acquire(name, in: workspace, to: "resume")
    let previous = Lease.previousRecord(of: lease)
    do {
      _ = try workspace.settledPlace(of: name)
      try workspace.requirePresent(name, to: "resume")
      let directory = workspace.directory(of: name)
      let versions = try workspace.versions(of: name)
      switch try DirectoryState.of(directory, versions: versions, in: workspace.repository) {
      case .unfinished: break
      // Killed before it had written anything.
      case .empty where previous != nil: break
      default:
        throw ExperimentsError(
          .noSuchExperiment,
          "cannot resume '\(name)': it has no interrupted run. 'kiseki ls' shows what there is.")
      }
    } catch {
      try lease.giveBack(to: previous)
      throw error
    }
    try lease.save { ($0.aside, $0.former) = (previous?.aside, previous?.former) }
    let recording = RunRecording(
      name: name, workspace: workspace, lease: lease, startedAt: previous?.startedAt ?? lease.record.startedAt
    )
    try recording.openLogs(cutting: limits)
    return recording
  }

  private static func patch(of workspace: Workspace, policy: DirtyPolicy) throws -> Data? {
    switch policy {
    case .allow: return nil
    case .record: return try workspace.repository.patchOfTrackedChanges()
    case .refuse:
      let changed = try workspace.repository.status().changed
      guard let first = changed.first else { return nil }
      throw ExperimentsError(
        .dirtyWorkspace,
        "cannot run with --dirty refuse: \(changed.count) tracked \(changed.count == 1 ? "file" : "files") changed, \(first) first. "
          + "Commit them, or use --dirty record.")
    }
  }

  /// Moves a saved directory away; returns where to.
  private static func clearTheWay(
    for name: ExperimentName, in workspace: Workspace, output: String?, former: ExperimentPlace?, wasInterrupted: Bool
  ) throws -> String? {
    let version = try savedVersion(of: name, in: workspace, wasInterrupted: wasInterrupted)
    try workspace.requireFreeDirectory(of: name, in: output)
    // Before the directory: a link that leads nowhere would say that a disk is missing.
    if let former { try workspace.removeLink(of: name, to: former) }
    guard let version else {
      if let former { try workspace.removeDirectory(at: former, of: name) }
      return nil
    }
    return try workspace.moveAside(
      former?.directory(of: name) ?? workspace.home(of: name), key: "\(Workspace.fileKey(name))@\(version)")
  }

  /// The version a new run's directory now holds; `nil` when it is free.
  ///
  /// - Throws: `ExperimentsError` when it holds what no version has.
  private static func savedVersion(
    of name: ExperimentName, in workspace: Workspace, wasInterrupted: Bool
  ) throws -> Int? {
    try workspace.requirePresent(name, to: "run")
    let directory = workspace.directory(of: name)
    let versions = try workspace.versions(of: name)
    switch try DirectoryState.of(directory, versions: versions, in: workspace.repository) {
    case .absent, .empty: return nil
    case .saved(let version): return version
    case .changed(let version, let path):
      throw ExperimentsError(
        .unsavedWork,
        "cannot run '\(name)': experiments/\(name) differs from version \(version) in \(quoted(path)). Move the "
          + "folder away to keep the change, or choose another name with -n.")
    case .unfinished:
      guard wasInterrupted || isDirectory(directory + "/" + checkpointDirectory) else {
        throw ExperimentsError(
          .unsavedWork,
          "cannot run '\(name)': experiments/\(name) holds files that no version has. Move the folder away, or "
            + "choose another name with -n.")
      }
      throw ExperimentsError(
        .interruptedRun,
        "cannot run '\(name)': experiments/\(name) is an interrupted run. '\(shellCommand("resume", name.text))' goes on with it; "
          + "to begin anew, move the folder away or choose another name with -n.")
    }
  }
}

extension Workspace {
  /// Moves a directory whose content is safe out of the way; returns where to.
  func moveAside(_ directory: String, key: String) throws -> String {
    let label = key + "-" + String(UInt64(Date().timeIntervalSince1970 * 1e6))
    let trash = try repository.ownDirectory("trash") + "/" + label
    if Glibc.rename(directory, trash) == 0 { return trash }
    guard errno == EXDEV else { throw ExperimentsError.system("move \(directory) aside") }
    let beside =
      directory.hasPrefix(experimentsDirectory + "/")
      ? experimentsDirectory + "/.aside-" + label : parentDirectory(directory) + "/.kiseki-aside-" + label
    guard Glibc.rename(directory, beside) == 0 else { throw ExperimentsError.system("move \(directory) aside") }
    return beside
  }

  /// Whether a path is one that `moveAside` gives for an experiment. A lease that came along with somebody's repository may
  /// name any other, which is not to be removed or moved.
  func isAside(_ path: String, of name: ExperimentName) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard path.hasPrefix("/"), !parts.contains(".."), let last = parts.last else { return false }
    let isInTrash = parentDirectory(path) == "\(repository.commonDirectory)/kiseki/trash"
    let prefixes = (isInTrash ? [""] : [".aside-", ".kiseki-aside-"]).map { $0 + Self.fileKey(name) + "@" }
    return prefixes.contains { last.hasPrefix($0) && last.dropFirst($0.count).wholeMatch(of: #/\d+-\d+/#) != nil }
  }

  /// Undoes a beginning that went wrong, as far as it holds nothing.
  func undoBeginning(of name: ExperimentName, former: ExperimentPlace?, aside: String?) throws {
    if let begun = place(of: name), begun.id != former?.id {
      let names = try namesInDirectory(begun.directory(of: name))
      guard names.allSatisfy({ $0 == placeMark }) else { return }
      try removeDirectory(at: begun, of: name)
    }
    try putBack(aside, to: former, of: name)
  }

  /// Gives an experiment the directory again that it had before a run, and the place where that was.
  ///
  /// - Parameters:
  ///   - aside: where the directory is; `nil` when there was none, or it never moved.
  ///   - former: `nil` when it was in `experiments/`.
  func putBack(_ aside: String?, to former: ExperimentPlace?, of name: ExperimentName) throws {
    // Only an empty directory can be removed so.
    rmdir(home(of: name))
    try note(former, of: name)
    let directory = former?.directory(of: name) ?? home(of: name)
    if let aside, Glibc.rename(aside, directory) != 0 {
      throw ExperimentsError.system("move \(aside) back to \(directory)")
    }
    if let former, fileStatus(directory) != nil { try link(name, to: former) }
  }
}
