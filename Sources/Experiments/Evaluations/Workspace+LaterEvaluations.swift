public import Foundation
internal import GitStore
internal import Hashing
internal import Spelling
internal import Tables

extension Workspace {
  private static let evaluationsFolder = "evaluations"

  /// The evaluations made of an experiment after it was recorded, oldest first.
  ///
  /// - Parameter version: `nil` for those of every version.
  /// - Returns: with sentences about those that cannot be read; they hide no others.
  public func laterEvaluations(of name: ExperimentName, version: Int? = nil) throws
    -> (evaluations: [LaterEvaluation], problems: [String])
  {
    guard let commit = try repository.reference(RefLayout.notes(name)),
      let folder = try repository.entry(at: Self.evaluationsFolder, inTree: repository.commit(commit).tree),
      folder.kind == .tree
    else { return ([], []) }
    var evaluations: [LaterEvaluation] = []
    var problems: [String] = []
    for place in try repository.tree(folder.id) where place.kind == .tree {
      guard let number = Int(place.name), version == nil || number == version else { continue }
      for entry in try repository.tree(place.id) where entry.kind == .tree {
        do {
          evaluations.append(try laterEvaluation(of: name, version: number, id: entry.name, tree: entry.id))
        } catch {
          problems.append("\(error)")
        }
      }
    }
    return (evaluations.sorted { ($0.time, $0.id) < ($1.time, $1.id) }, problems)
  }

  /// `predictions.jsonl` of an evaluation.
  ///
  /// - Throws: `ExperimentsError` when it is not there any more; `GitError` when it is damaged.
  public func predictions(of evaluation: LaterEvaluation) throws -> Data {
    let path = Self.path(of: evaluation) + "/predictions.jsonl"
    guard let commit = try repository.reference(RefLayout.notes(evaluation.request.name)),
      let entry = try repository.entry(at: path, inTree: repository.commit(commit).tree)
    else {
      throw ExperimentsError(
        .invalidContent,
        "cannot read \(path) in \(RefLayout.notes(evaluation.request.name)): there is no such file. 'git log' of the "
          + "reference shows what was there before.")
    }
    return try repository.blob(entry.id)
  }

  /// The newest evaluation that answers a request, with `predictions.jsonl`.
  public func laterEvaluation(answering request: LaterEvaluation.Request) throws -> LaterEvaluation? {
    try laterEvaluations(of: request.name, version: request.version).evaluations.last { $0.request.id == request.id }
  }

  /// The data an evaluation was made on, where they are kept with it.
  ///
  /// - Returns: `nil` where they are not.
  /// - Throws: `ExperimentsError` when what is kept is not what was evaluated on; `GitError` when it is damaged.
  public func data(of evaluation: LaterEvaluation) throws -> Data? {
    let data = evaluation.request.data
    guard data.storedAs != nil else { return nil }
    // The name is made anew: one read from a record may say anything.
    let path = RunRecording.keptName(of: data.path, sha256: data.sha256)
    let place = "\(path) in \(RefLayout.notes(evaluation.request.name))"
    guard let commit = try repository.reference(RefLayout.notes(evaluation.request.name)),
      let entry = try repository.entry(at: path, inTree: repository.commit(commit).tree)
    else {
      throw ExperimentsError(
        .invalidContent,
        "cannot read \(place): there is no such file. 'git log' of the reference shows what was there before.")
    }
    let content = try repository.blob(entry.id, limit: RunRecording.largestKeptDataFile)
    guard SHA256.hash(content) == data.sha256 else {
      throw ExperimentsError(
        .invalidContent, "cannot read \(place): its content is not what its name says. Was it changed by hand?")
    }
    return content
  }

  /// Keeps an evaluation with its version: one commit on the notes of the experiment, complete or not there.
  ///
  /// - Parameter dataFile: the file it was made on, kept as `data/<sha256>.<ext>` of the same tree, up to the size that a
  ///   run keeps; `nil` for rows that the version itself has.
  /// - Returns: it as it is kept, and whether it is new: where the same request gave the same scores before, those are
  ///   kept already.
  /// - Throws: `ExperimentsError` when the version is not there any more; `GitError` when nothing can be written.
  public func record(
    _ evaluation: LaterEvaluation, predictions: Data, dataFile: String? = nil
  ) throws -> (kept: LaterEvaluation, isNew: Bool) {
    var evaluation = evaluation
    let data = try dataFile.flatMap { try keptContent(of: $0, evaluation.request.data) }
    let dataName = RunRecording.keptName(of: evaluation.request.data.path, sha256: evaluation.request.data.sha256)
    evaluation.request.data.storedAs = data == nil ? nil : dataName
    let name = evaluation.request.name
    guard try versionCount(of: name) >= evaluation.request.version else {
      throw ExperimentsError(
        .noSuchExperiment,
        "cannot record the evaluation of \(name)@\(evaluation.request.version): the experiment was removed or renamed "
          + "meanwhile. '\(shellCommand("restore"))' shows what can be brought back.")
    }
    var kept = evaluation
    var isNew = false
    let files = [
      "scores.json": try repository.writeBlob(evaluation.scores.document()),
      "predictions.jsonl": try repository.writeBlob(predictions),
      "evaluation.json": try repository.writeBlob(evaluation.document.document()),
    ]
    let dataBlob = try data.map { try repository.writeBlob($0) }
    let message = "evaluation of \(name)@\(evaluation.request.version) on \(evaluation.request.data.path)"
    try changeNotesTree(of: name, message: message) { tree in
      kept = evaluation
      var number = 1
      while let tree, let place = try repository.entry(at: Self.path(of: kept), inTree: tree) {
        let isSame = try ["scores.json", "predictions.jsonl"].allSatisfy {
          try repository.entry(at: $0, inTree: place.id)?.id == files[$0]
        }
        if isSame {
          kept = try laterEvaluation(of: name, version: evaluation.request.version, id: kept.id, tree: place.id)
          isNew = false
          return nil
        }
        number += 1
        kept.id = "\(evaluation.id)-\(number)"
      }
      isNew = true
      var all: [String: ObjectID] = [:]
      for (file, id) in files { all[Self.path(of: kept) + "/" + file] = id }
      if let dataBlob { all[dataName] = dataBlob }
      // Every reader of the reference looks for the notes.
      if try tree.flatMap({ try repository.entry(at: Self.notesFile, inTree: $0) }) == nil {
        all[Self.notesFile] = try repository.writeBlob(ExperimentNotes().json.document())
      }
      return try repository.tree(putting: all, into: tree)
    }
    return (kept, isNew)
  }

  /// The bytes of a data file that is small enough to be kept and still the one that was read.
  private func keptContent(of path: String, _ file: DatasetRecord.File) throws -> Data? {
    guard let content = try RunRecording.keptContent(of: path) else { return nil }
    return SHA256.hash(content) == file.sha256 ? content : nil
  }

  private static func path(of evaluation: LaterEvaluation) -> String {
    "\(evaluationsFolder)/\(evaluation.request.version)/\(evaluation.id)"
  }

  private func laterEvaluation(of name: ExperimentName, version: Int, id: String, tree: ObjectID) throws
    -> LaterEvaluation
  {
    let folder = "\(Self.evaluationsFolder)/\(version)/\(id)"
    func json(_ file: String) throws -> JSONValue {
      let place = "\(folder)/\(file) in \(RefLayout.notes(name))"
      guard let entry = try repository.entry(at: file, inTree: tree) else {
        throw ExperimentsError(
          .invalidContent,
          "cannot read \(place): there is no such file. 'git log' of the reference shows what was there before.")
      }
      do {
        return try JSONValue(parsing: repository.blob(entry.id, limit: 64 << 20))
      } catch let error as GitError {
        throw error
      } catch {
        throw ExperimentsError(.invalidContent, "cannot read \(place), which is no JSON: \(error).")
      }
    }
    let evaluation = try LaterEvaluation(
      name: name, id: id, document: json("evaluation.json"), scores: json("scores.json"),
      path: "\(folder)/evaluation.json in \(RefLayout.notes(name))")
    guard evaluation.request.version == version else {
      throw ExperimentsError(
        .invalidContent,
        "cannot read \(folder) in \(RefLayout.notes(name)): it says it is of version \(evaluation.request.version). Was "
          + "it changed by hand?")
    }
    return evaluation
  }
}
