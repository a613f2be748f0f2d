public import Foundation
public import GitStore
internal import Spelling
public import Tables

/// The committed plan of a sweep: what any clone needs to show it, or to do what is missing of it.
public struct SweepRecord {
  /// Of one part; a trial's name has this one before the slash.
  public let name: ExperimentName
  public let commit: Commit
  let repository: Repository

  /// - Throws: `ExperimentsError` when the plan has no such file; `GitError` when it is damaged.
  public func data(_ path: String) throws -> Data {
    do {
      return try commit.file(path, in: repository)
    } catch let error as ExperimentsError {
      throw ExperimentsError(
        error.kind, "cannot read \(quoted(path)) of the plan of '\(name)': the plan has no such file.")
    }
  }

  /// - Throws: `ExperimentsError` when the file is missing or no JSON.
  public func json(_ path: String) throws -> JSONValue {
    let content = try data(path)
    do {
      return try JSONValue(parsing: content)
    } catch {
      throw ExperimentsError(.invalidContent, "cannot read \(path) of the plan of '\(name)': it is no JSON.")
    }
  }

  /// Whether the plan has a file; older plans lack what later ones keep.
  public func holds(_ path: String) throws -> Bool { try commit.has(path, in: repository) }

  public func dataset() throws -> DatasetRecord { try DatasetRecord(json: json("dataset.json")) }
  public func backbone() throws -> BackboneRecord { try BackboneRecord(json: json("backbone.json")) }
}

/// One file of a plan to be recorded.
public enum SweepFile {
  case data(Data)
  /// A file's content, read in pieces.
  case file(String)
}

extension Workspace {
  /// The plan of a sweep, `nil` when there is no sweep of that name.
  public func sweep(_ name: ExperimentName) throws -> SweepRecord? {
    guard name.sweep == nil, let id = try repository.reference(RefLayout.plan(ofSweep: name.text)) else { return nil }
    return SweepRecord(name: name, commit: try repository.commit(id), repository: repository)
  }

  /// Commits the plan of a new sweep.
  ///
  /// - Parameter files: by path; `plan.json`, `data/<sha256>.csv`.
  /// - Throws: `ExperimentsError` of kind `invalidName` when something else has the name.
  public func recordSweep(_ name: ExperimentName, files: [String: SweepFile], message: String) throws -> SweepRecord {
    try repository.requireWritable()
    try requireFree(name)
    let tree = try writeTree(files.merging([".gitattributes": .data(Data("* -text -filter\n".utf8))]) { $1 })
    let commit = try repository.writeCommit(
      tree: tree, parents: [], message: message, author: try repository.identity(), time: Date())
    do {
      // Who came first has the name, whatever was looked up before.
      try repository.updateReference(RefLayout.plan(ofSweep: name.text), to: commit, expecting: nil)
    } catch let error as GitError where error.kind == .conflict {
      throw taken(name, "another process has just made a sweep of that name")
    }
    return SweepRecord(name: name, commit: try repository.commit(commit), repository: repository)
  }

  /// - Throws: `ExperimentsError` when a sweep cannot have this name.
  public func requireFree(_ name: ExperimentName) throws {
    if let sweep = name.sweep {
      throw ExperimentsError(
        .invalidName, "cannot name a sweep '\(name)': what follows '\(sweep)/' is for its trials. Try '\(sweep)'.")
    }
    if try repository.reference(RefLayout.plan(ofSweep: name.text)) != nil {
      throw taken(
        name, "there is a sweep of that name ('\(shellCommand("resume", name.text))' does what is missing of it)")
    }
    if try repository.reference(RefLayout.experiment(name)) != nil {
      throw taken(name, "there is an experiment of that name")
    }
    if try !repository.references(matching: RefLayout.experiment(name) + "/*").isEmpty {
      throw taken(name, "there are experiments below that name")
    }
    if try !namesInDirectory(directory(of: name)).isEmpty
      || fileStatus(directory(of: name)) != nil && !isDirectory(directory(of: name))
    {
      throw taken(name, "experiments/\(name) is there already")
    }
  }

  private func taken(_ name: ExperimentName, _ reason: String) -> ExperimentsError {
    ExperimentsError(.invalidName, "cannot begin the sweep '\(name)': \(reason). Choose another name with -n.")
  }

  private func writeTree(_ files: [String: SweepFile]) throws -> ObjectID {
    var entries: [TreeEntry] = []
    var below: [String: [String: SweepFile]] = [:]
    for (path, file) in files.sorted(by: { $0.key < $1.key }) {
      if let slash = path.firstIndex(of: "/") {
        below[String(path[..<slash]), default: [:]][String(path[path.index(after: slash)...])] = file
        continue
      }
      let id =
        switch file {
        case .data(let content): try repository.writeBlob(content)
        case .file(let place): try repository.writeBlob(fileAt: place)
        }
      entries.append(TreeEntry(name: path, kind: .file, id: id))
    }
    for (name, files) in below { entries.append(TreeEntry(name: name, kind: .tree, id: try writeTree(files))) }
    return try repository.writeTree(entries)
  }
}
