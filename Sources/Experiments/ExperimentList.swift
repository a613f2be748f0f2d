public import Foundation
public import GitStore
internal import Tables

/// What `ls` shows of one experiment.
public struct ExperimentSummary: Sendable, Hashable {
  public enum Status: String, Sendable, Hashable {
    case completed
    case failed
    case running
    case interrupted
    /// A version whose record is damaged or newer than this program; `problem` says which.
    case unreadable
  }

  public let name: ExperimentName
  public let status: Status
  /// The number of the newest version, 0 before the first.
  public let version: Int
  public let commit: ObjectID?
  /// When the newest version was recorded, or the present run began.
  public let time: Date?
  /// Of the newest version.
  public let result: ResultRecord?
  public let problem: String?
}

extension Workspace {
  /// Every experiment: those with versions in git, and those on disk that run or were interrupted; by name.
  ///
  /// One damaged experiment is listed as unreadable and does not hide the others.
  public func experiments() throws -> [ExperimentSummary] {
    var leases: [ExperimentName: Lease.State] = [:]
    for (name, state) in try Lease.all(in: self) { leases[name] = state }
    var names = Set(leases.keys)
    var commits: [ExperimentName: ObjectID] = [:]
    for reference in try repository.references(matching: RefLayout.experimentsGlob) {
      guard let name = RefLayout.experimentName(ofReference: reference.name) else { continue }
      commits[name] = reference.id
      names.insert(name)
    }
    names.formUnion(try namesWithCheckpoint())
    return try names.sorted().compactMap { name in
      try summary(name, newest: commits[name], lease: leases[name] ?? .none)
    }
  }

  private func summary(_ name: ExperimentName, newest: ObjectID?, lease: Lease.State) throws
    -> ExperimentSummary?
  {
    var versions: [Commit] = []
    var result: ResultRecord?
    var problem: String?
    if let newest {
      do {
        versions = try repository.history(of: newest)
        result = try ResultRecord(json: JSONValue(parsing: versions[0].file("result.json", in: repository)))
      } catch {
        problem = "\(error)"
      }
    }
    let unfinished = try unfinishedRun(name, versions: versions, lease: lease)
    guard newest != nil || unfinished != nil else { return nil }
    let recorded: ExperimentSummary.Status =
      result.map { $0.status == .completed ? .completed : .failed } ?? .unreadable
    return ExperimentSummary(
      name: name, status: unfinished?.status ?? recorded, version: versions.count, commit: newest,
      time: unfinished?.startedAt ?? versions.first?.time, result: result, problem: problem)
  }

  /// Whether a run of this name lives or was interrupted; `nil` when it is neither.
  public func unfinishedStatus(of name: ExperimentName) throws -> ExperimentSummary.Status? {
    try unfinishedRun(name, versions: versions(of: name), lease: Lease.state(of: name, in: self))?.status
  }

  /// A run on disk that became no version, alive or not.
  private func unfinishedRun(
    _ name: ExperimentName, versions: [Commit], lease: Lease.State
  ) throws -> (status: ExperimentSummary.Status, startedAt: Date?)? {
    let directory = directory(of: name)
    switch lease {
    case .running(let record): return (.running, record?.startedAt)
    case .ended(let record) where isDirectory(directory):
      let recorded = try DirectoryState.recordedVersion(of: directory, versions: versions, in: repository)
      return recorded == nil ? (.interrupted, record?.startedAt) : nil
    case .none where isDirectory(directory + "/" + checkpointDirectory):
      let recorded = try DirectoryState.recordedVersion(of: directory, versions: versions, in: repository)
      return recorded == nil ? (.interrupted, nil) : nil
    case .ended, .none: return nil
    }
  }

  /// Directories with resume state, at most one level of sweeps down; their lease may have stayed on another machine.
  private func namesWithCheckpoint() throws -> [ExperimentName] {
    var found: [ExperimentName] = []
    func look(_ text: String, depth: Int) throws {
      let path = experimentsDirectory + "/" + text
      guard isDirectory(path) else { return }
      if isDirectory(path + "/" + checkpointDirectory) {
        if let name = ExperimentName(trusted: text) { found.append(name) }
      } else if depth == 0 && fileStatus(path + "/config.yaml") == nil {
        for name in try namesInDirectory(path) where !name.hasPrefix(".") {
          try look(text + "/" + name, depth: 1)
        }
      }
    }
    for name in try namesInDirectory(experimentsDirectory) where !name.hasPrefix(".") {
      try look(name, depth: 0)
    }
    return found
  }

  /// The commits of an experiment, newest first; none when it has no version.
  func versions(of name: ExperimentName) throws -> [Commit] {
    guard let newest = try repository.reference(RefLayout.experiment(name)) else { return [] }
    return try repository.history(of: newest)
  }
}

extension Commit {
  /// The message without its first line.
  var note: String? {
    let body = message.drop { $0 != "\n" }.trimmingCharacters(in: .whitespacesAndNewlines)
    return body.isEmpty ? nil : body
  }

  /// The content of a file of this version.
  func file(_ path: String, in repository: Repository) throws -> Data {
    guard let entry = try repository.entry(at: path, inTree: tree) else {
      throw ExperimentsError(
        .invalidContent, "cannot read \(path) of commit \(id.short): the version has no such file.")
    }
    return try repository.blob(entry.id)
  }
}
