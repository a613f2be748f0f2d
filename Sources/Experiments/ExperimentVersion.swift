public import Foundation
public import GitStore
internal import Spelling
public import Tables

/// One version of an experiment, read from git, so that a clone with nothing but the references has it too.
public struct ExperimentVersion {
  public let name: ExperimentName
  /// Counted from 1.
  public let number: Int
  /// How many versions there are.
  public let count: Int
  public let commit: Commit
  let repository: Repository

  public var isNewest: Bool { number == count }

  /// What the user said about the version when it was made: the body of its commit message.
  public var note: String? { commit.note }

  /// Every file with its size in bytes, by path.
  public func files() throws -> [(path: String, bytes: Int, id: ObjectID)] {
    try repository.files(inTree: commit.tree).map { file in
      (file.path, try repository.blobSize(file.entry.id), file.entry.id)
    }
  }

  public func hasFile(_ path: String) throws -> Bool {
    try repository.entry(at: path, inTree: commit.tree) != nil
  }

  /// - Throws: `ExperimentsError` when the version has no such file; `GitError` when it is damaged.
  public func data(_ path: String) throws -> Data {
    do {
      return try commit.file(path, in: repository)
    } catch let error as ExperimentsError {
      throw ExperimentsError(
        error.kind, "cannot read \(quoted(path)) of \(name)@\(number): this version has no such file.")
    }
  }

  /// - Throws: `ExperimentsError` when the file is missing or no JSON.
  public func json(_ path: String) throws -> JSONValue {
    let content = try data(path)
    do {
      return try JSONValue(parsing: content)
    } catch {
      throw ExperimentsError(
        .invalidContent, "cannot read \(path) of \(name)@\(number), which is no JSON: \(error).")
    }
  }

  public func result() throws -> ResultRecord { try ResultRecord(json: json("result.json")) }
  public func dataset() throws -> DatasetRecord { try DatasetRecord(json: json("dataset.json")) }
  public func backbone() throws -> BackboneRecord { try BackboneRecord(json: json("backbone.json")) }
  public func environment() throws -> EnvironmentRecord {
    try EnvironmentRecord(json: json("environment.json"))
  }
  public func lines(of log: RunRecording.Log) throws -> [JSONValue] {
    try hasFile(log.rawValue) ? MetricLog.lines(data(log.rawValue), name: log.rawValue) : []
  }
}

extension Workspace {
  /// One version, the newest unless the reference names another.
  ///
  /// - Throws: `ExperimentsError` with the name most like the one given when there is none, or saying which versions
  ///   and runs there are.
  public func version(_ reference: ExperimentReference) throws -> ExperimentVersion {
    let all = try allVersions(of: reference.name)
    guard let number = reference.version else { return all[0] }
    guard let found = all.first(where: { $0.number == number }) else {
      throw ExperimentsError(
        .noSuchExperiment,
        "cannot find \(reference): '\(reference.name)' has \(all.count == 1 ? "only version 1" : "versions 1 to \(all.count)")."
      )
    }
    return found
  }

  /// Every version, newest first.
  ///
  /// - Throws: `ExperimentsError` as `version(_:)` does.
  public func allVersions(of name: ExperimentName) throws -> [ExperimentVersion] {
    let commits = try versions(of: name)
    guard !commits.isEmpty else { throw try unknown(name) }
    return commits.enumerated().map { index, commit in
      ExperimentVersion(
        name: name, number: commits.count - index, count: commits.count, commit: commit,
        repository: repository)
    }
  }

  /// How many versions there are, none of a name that is not there.
  public func versionCount(of name: ExperimentName) throws -> Int { try versions(of: name).count }

  /// The lines of a run's log in its directory: of one that still runs, or was interrupted.
  public func linesOnDisk(of log: RunRecording.Log, _ name: ExperimentName) throws -> [JSONValue] {
    let path = directory(of: name) + "/" + log.rawValue
    return fileStatus(path) == nil ? [] : try MetricLog.lines(readFile(path), name: path)
  }

  /// Whether an experiment of this name exists, in git or on disk.
  public func isTaken(_ name: ExperimentName) throws -> Bool {
    try fileStatus(home(of: name)) != nil || fileStatus(directory(of: name)) != nil
      || repository.reference(RefLayout.experiment(name)) != nil
  }

  func unknown(_ name: ExperimentName) throws -> ExperimentsError {
    let known = try experiments()
    if try isSweep(name) { return sweepInstead(of: name, trials: known.map(\.name).filter { $0.sweep == name.text }) }
    if let run = known.first(where: { $0.name == name }) {
      let next =
        run.status == .running ? "wait for its end" : "'\(shellCommand("resume", name.text))' finishes it"
      return ExperimentsError(
        .noSuchExperiment,
        "cannot read '\(name)': its run is \(run.status.rawValue) and no version yet; \(next).")
    }
    if fileStatus(directory(of: name)) != nil {
      return ExperimentsError(
        .noSuchExperiment,
        "cannot find '\(name)': experiments/\(name) is a folder without a version, and without what a run that was "
          + "interrupted leaves to go on with. Move it away, and run its config.yaml again.")
    }
    let similar = nearest(to: name.text, among: known.map(\.name.text)).map { "Did you mean '\($0)'?" }
    return ExperimentsError(
      .noSuchExperiment,
      "cannot find '\(name)': there is no such experiment. \(similar ?? "'kiseki ls' lists them.")")
  }

  /// What to say where one experiment is wanted and a sweep is named.
  private func sweepInstead(of name: ExperimentName, trials: [ExperimentName]) -> ExperimentsError {
    let show = shellCommand("show", name.text)
    let next =
      trials.first.map {
        "Name one of its \(trials.count == 1 ? "trials" : "\(trials.count) trials"), such as \(shellWord($0.text)): "
          + "'\(show)' lists them, '\(shellCommand("compare", name.text))' compares them."
      } ?? "None of its trials has been run: '\(show)' shows its plan, '\(shellCommand("resume", name.text))' runs it."
    return ExperimentsError(
      .noSuchExperiment, "cannot take '\(name)' for one experiment: it is a sweep, and its trials are. \(next)")
  }
}
