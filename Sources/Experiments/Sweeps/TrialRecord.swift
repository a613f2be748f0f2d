public import GitStore
internal import Tables

/// How far one trial of a sweep has come.
public struct TrialRecord {
  public enum State: Sendable, Hashable {
    /// Nothing of it is there.
    case missing
    case running
    /// A directory, but no version.
    case interrupted
    case completed
    case failed
    /// A version whose record is damaged; it is not run again.
    case unreadable(String)
  }

  public let name: ExperimentName
  public let state: State
  /// The number of its newest version, 0 before the first.
  public let version: Int
  public let commit: ObjectID?
  /// Of its newest version.
  public let result: ResultRecord?
}

extension Workspace {
  /// How far a trial has come, by its newest version or what is on disk.
  ///
  /// A damaged one is unreadable, and does not keep the others from being run.
  public func trial(_ name: ExperimentName) -> TrialRecord {
    do {
      return try readTrial(name)
    } catch {
      return TrialRecord(name: name, state: .unreadable("\(error)"), version: 0, commit: nil, result: nil)
    }
  }

  private func readTrial(_ name: ExperimentName) throws -> TrialRecord {
    // The lease comes first: a run that ends meanwhile has its version when we look for one.
    let lease = Lease.state(of: name, in: self)
    let versions = try versions(of: name)
    func record(_ state: TrialRecord.State, _ result: ResultRecord? = nil) -> TrialRecord {
      TrialRecord(name: name, state: state, version: versions.count, commit: versions.first?.id, result: result)
    }
    if case .running = lease { return record(.running) }
    let directory = directory(of: name)
    if isDirectory(directory),
      try DirectoryState.recordedVersion(of: directory, versions: versions, in: repository) == nil,
      try !namesInDirectory(directory).isEmpty
    {
      return record(.interrupted)
    }
    guard let newest = versions.first else {
      if case .ended = lease, vanishedDirectory(of: name) != nil { return record(.interrupted) }
      return record(.missing)
    }
    do {
      let result = try ResultRecord(json: JSONValue(parsing: newest.file("result.json", in: repository)))
      return record(result.status == .completed ? .completed : .failed, result)
    } catch {
      return record(.unreadable("\(error)"))
    }
  }

  /// Clears the directory of an interrupted run away, so that its name can be run anew; the version before it, if any,
  /// takes its place again.
  ///
  /// - Throws: `ExperimentsError` when it is no interrupted run, or one that is alive.
  public func discardInterruptedRun(_ name: ExperimentName) throws {
    try RunRecording.reopen(name, in: self).discard()
  }
}
