public import Foundation
public import GitStore
public import Tables

/// What `ls` shows of one experiment, and what a filter asks about.
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
  /// Of the newest version, without the hashes of its files.
  public let result: ResultRecord?
  public let problem: String?
  /// What was said about the newest version when it was made.
  public let versionNote: String?
  /// What was said about the experiment since.
  public let notes: ExperimentNotes
  /// Configuration keys and values: of the newest version, empty for a run that is none yet until its reader sets them.
  public var settings: [JSONMember]
  /// Scores by names such as `validation/bleu` and `test/bleu`; like `settings`.
  public var scores: [JSONMember]

  /// Whether the newest run has become no version, so that the record of the newest version is not its own.
  public var isUnfinished: Bool { status == .running || status == .interrupted }

  /// The tags of the experiment and of the version shown; of the coming one while there is a run that is none yet.
  public var tags: [String] { notes.tags(of: isUnfinished ? version + 1 : version) }

  /// Every note on the experiment and the version shown: that of its commit first.
  public var noteTexts: [String] {
    let later = notes.notes(of: isUnfinished ? version + 1 : version).map(\.text)
    return (isUnfinished ? [] : versionNote.map { [$0] } ?? []) + later
  }
}

extension Workspace {
  /// Every experiment: those with versions in git, and those on disk that run or were interrupted; by name.
  ///
  /// One damaged experiment is listed as unreadable and does not hide the others. What was read once comes from the index.
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
    let withCheckpoint = Set(try namesWithCheckpoint())
    names.formUnion(withCheckpoint)
    let noteCommits = try notesReferences()
    var index = ExperimentIndex(in: repository)
    let found = try names.sorted().compactMap { name in
      try summary(
        name, newest: commits[name], lease: leases[name] ?? .none, hasCheckpoint: withCheckpoint.contains(name),
        notes: noteCommits[name].map { notes(of: name, at: $0, &index) } ?? ExperimentNotes(), &index)
    }
    let needed = Set(commits.values).union(noteCommits.values)
    index.save { needed.contains($0) }
    return found
  }

  /// The names of all experiments, and of sweeps by their plans; nothing of them is read.
  public func experimentNames() throws -> (experiments: [ExperimentName], sweeps: [String]) {
    var names: Set<ExperimentName> = []
    var sweeps: Set<String> = []
    for reference in try repository.references(matching: RefLayout.experimentsGlob) {
      if let name = RefLayout.experimentName(ofReference: reference.name) {
        names.insert(name)
        if let sweep = name.sweep { sweeps.insert(sweep) }
      }
    }
    for (name, _) in try Lease.all(in: self) {
      names.insert(name)
      if let sweep = name.sweep { sweeps.insert(sweep) }
    }
    return (names.sorted(), sweeps.sorted())
  }

  private func summary(
    _ name: ExperimentName, newest: ObjectID?, lease: Lease.State, hasCheckpoint: Bool, notes: ExperimentNotes,
    _ index: inout ExperimentIndex
  ) throws -> ExperimentSummary? {
    var version: IndexedVersion?
    var problem: String?
    if let newest {
      do {
        version = try indexed(newest, &index)
      } catch {
        problem = "\(error)"
      }
    }
    let unfinished = try unfinishedRun(name, lease: lease, hasCheckpoint: hasCheckpoint)
    guard newest != nil || unfinished != nil else { return nil }
    let recorded: ExperimentSummary.Status =
      version.map { $0.result.status == .completed ? .completed : .failed } ?? .unreadable
    let outcome = unfinished == nil ? version?.result.outcome : nil
    let test = outcome?.others.first { $0.key == "test" }?.value.objectMembers ?? []
    return ExperimentSummary(
      name: name, status: unfinished?.status ?? recorded,
      version: try version?.count ?? newest.map { try versionCount($0) } ?? 0,
      commit: newest,
      time: try unfinished?.startedAt ?? version?.result.finishedAt ?? newest.flatMap { try time(of: $0) },
      result: version?.result, problem: problem, versionNote: version?.note, notes: notes,
      settings: outcome?.settings ?? [], scores: (outcome?.saved?.values ?? []) + test)
  }

  private func indexed(_ commit: ObjectID, _ index: inout ExperimentIndex) throws -> IndexedVersion {
    if let known = index[commit].flatMap(IndexedVersion.init(json:)) { return known }
    let version = try IndexedVersion(commit, in: repository, index: index)
    index[commit] = version.json
    return version
  }

  private func notesReferences() throws -> [ExperimentName: ObjectID] {
    var found: [ExperimentName: ObjectID] = [:]
    for reference in try repository.references(matching: RefLayout.notesGlob) {
      if let name = RefLayout.experimentName(ofNotes: reference.name) { found[name] = reference.id }
    }
    return found
  }

  /// Notes that cannot be read are as none here; `notes(of:)` says why.
  private func notes(of name: ExperimentName, at commit: ObjectID, _ index: inout ExperimentIndex) -> ExperimentNotes {
    do {
      if let known = index[commit] { return try ExperimentNotes(json: known) }
      let notes = try notes(in: commit, of: name)
      index[commit] = notes.json
      return notes
    } catch {
      return ExperimentNotes()
    }
  }

  /// Of an experiment whose record cannot be read: as far as its commits can.
  private func versionCount(_ newest: ObjectID) throws -> Int {
    do { return try repository.history(of: newest).count } catch is GitError { return 0 }
  }

  private func time(of commit: ObjectID) throws -> Date? {
    do { return try repository.commit(commit).time } catch is GitError { return nil }
  }

  /// Whether a run of this name lives or was interrupted; `nil` when it is neither.
  public func unfinishedStatus(of name: ExperimentName) throws -> ExperimentSummary.Status? {
    let directory = directory(of: name)
    // A link that is none of ours is not looked through.
    let hasCheckpoint = isDirectory(directory) && isDirectory(directory + "/" + checkpointDirectory)
    return try unfinishedRun(name, lease: Lease.state(of: name, in: self), hasCheckpoint: hasCheckpoint)?.status
  }

  /// A run on disk that became no version, alive or not.
  private func unfinishedRun(
    _ name: ExperimentName, lease: Lease.State, hasCheckpoint: Bool
  ) throws -> (status: ExperimentSummary.Status, startedAt: Date?)? {
    func isRecorded() throws -> Bool {
      // Where the commits cannot be read, the files on disk are all there is to go by.
      let versions: [Commit]
      do { versions = try self.versions(of: name) } catch is GitError { versions = [] }
      return try DirectoryState.recordedVersion(of: directory(of: name), versions: versions, in: repository) != nil
    }
    switch lease {
    case .running(let record): return (.running, record?.startedAt)
    case .ended(let record) where isDirectory(directory(of: name)):
      return try isRecorded() ? nil : (.interrupted, record?.startedAt)
    case .ended(let record) where vanishedDirectory(of: name) != nil: return (.interrupted, record?.startedAt)
    case .none where hasCheckpoint: return try isRecorded() ? nil : (.interrupted, nil)
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

  /// Whether this version has a file.
  func has(_ path: String, in repository: Repository) throws -> Bool {
    try repository.entry(at: path, inTree: tree) != nil
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
