public import Foundation
public import GitStore
internal import Hashing
internal import Spelling
internal import Tables

/// One version of an experiment, as committed.
public struct VersionRecord: Hashable, Sendable {
  public let name: ExperimentName
  /// Counted from 1.
  public let version: Int
  public let commit: ObjectID
  public let status: RunStatus
  public let time: Date
  /// What could not be cleared away afterwards; the version itself is safe.
  public var leftover: String?
}

extension RunRecording {
  /// Ends the run and makes it a version: hashes every file, writes `result.json`, commits, lets the name go.
  ///
  /// The update of the reference is the one point from which the version exists.
  ///
  /// - Parameter note: the body of the commit message.
  /// - Throws: `ExperimentsError`; git then holds no part of this run, and the directory is an interrupted run.
  public func finish(_ status: RunStatus, _ outcome: RunOutcome, note: String? = nil) throws -> VersionRecord {
    requireOpen()
    do {
      try synchronize()
      var record = try commit(status, outcome, note: note)
      close()
      lease.remove()
      record.leftover = leftover(after: status)
      return record
    } catch {
      throw failed(error)
    }
  }

  private func leftover(after status: RunStatus) -> String? {
    do {
      try tidy(after: status)
      return nil
    } catch {
      return "\(error)"
    }
  }

  private func commit(_ status: RunStatus, _ outcome: RunOutcome, note: String?) throws -> VersionRecord {
    let repository = workspace.repository
    let versions = try workspace.versions(of: name)
    try writeDurably(Data("* -text -filter\n".utf8), to: directory + "/.gitattributes")
    var result = ResultRecord(
      status: status, startedAt: startedAt, finishedAt: Date(), outcome: outcome)
    result.files = try recordedFiles(below: directory).filter { $0 != "result.json" }.map { path in
      FileHash(path: path, sha256: try SHA256.hash(fileAt: directory + "/" + path))
    }
    try writeDurably(clean(result.json).document(), to: directory + "/result.json")
    let tree = try repository.writeTree(ofDirectory: directory, excluding: isLeftOut)
    let number = versions.count + 1
    var message = "\(name)@\(number): \(status.rawValue)\n"
    if let note, !note.isEmpty { message += "\n\(note)\n" }
    let commit = try repository.writeCommit(
      tree: tree, parents: versions.prefix(1).map(\.id), message: message, author: try repository.identity(),
      time: result.finishedAt)
    try repository.updateReference(RefLayout.experiment(name), to: commit, expecting: versions.first?.id)
    return VersionRecord(name: name, version: number, commit: commit, status: status, time: result.finishedAt)
  }

  /// The version is safe; what only the run needed can go.
  private func tidy(after status: RunStatus) throws {
    if let aside { try removeTree(aside) }
    if let former = lease.record.former { try workspace.tidyPlace(former, after: name) }
    if status == .completed { try removeTree(directory + "/" + checkpointDirectory) }
    for name in try namesInDirectory(directory) where name.hasPrefix(temporaryPrefix) {
      try removeTree(directory + "/" + name)
    }
  }

  private func failed(_ error: any Error) -> ExperimentsError {
    let reason = "\(error)"
    var sentence =
      "cannot record '\(name)' in git: \(reason) Nothing is lost: its files are in experiments/\(name), and "
      + "'\(shellCommand("resume", name.sweep ?? name.text))' goes on with them"
    do {
      // The log may say already that the version was recorded.
      try log("could not be recorded: \(reason)")
    } catch {
      sentence += " (and the log could not be continued: \(error))"
    }
    do {
      // Without result.json nobody can take the directory for a recorded one.
      try removeTree(directory + "/result.json")
      try interrupt(reason: "could not be recorded: \(reason)")
    } catch {
      sentence += " (and its state could not be written down either: \(error))"
    }
    let isFull =
      (error as? GitError)?.kind == .noSpace || (error as? ExperimentsError)?.kind == .noSpace
    return ExperimentsError(isFull ? .noSpace : .other, sentence + ".")
  }
}
