internal import Foundation
internal import GitStore
internal import Tables

extension Workspace {
  /// The file of a notes reference's tree.
  private static let notesFile = "notes.json"
  /// More than anyone writes by hand, and little enough to read at once.
  private static let notesLimit = 64 << 20
  /// Attempts of one change; each one lost means that another writer's change came through.
  private static let notesAttempts = 1_000

  /// What was said about an experiment; nothing where nobody said anything.
  ///
  /// - Throws: `ExperimentsError` when the document is damaged or newer than this program.
  public func notes(of name: ExperimentName) throws -> ExperimentNotes {
    try repository.reference(RefLayout.notes(name)).map { try notes(in: $0, of: name) } ?? ExperimentNotes()
  }

  /// The notes of every experiment that has some.
  ///
  /// Those of one that cannot be read are left out; `notes(of:)` says why.
  public func allNotes() throws -> [ExperimentName: ExperimentNotes] {
    var found: [ExperimentName: ExperimentNotes] = [:]
    for reference in try repository.references(matching: RefLayout.notesGlob) {
      guard let name = RefLayout.experimentName(ofNotes: reference.name) else { continue }
      do { found[name] = try notes(in: reference.id, of: name) } catch { continue }
    }
    return found
  }

  /// Changes what is said about an experiment: one commit on its notes reference, whose parent is the state before.
  ///
  /// `change` runs again on the newer state when another process changed it meanwhile, so that no change is lost.
  ///
  /// - Returns: the notes as they stand now.
  /// - Throws: what `change` throws; `ExperimentsError` for a damaged document, `GitError` when nothing can be written.
  @discardableResult
  public func updateNotes(of name: ExperimentName, _ change: (inout ExperimentNotes) throws -> Void) throws
    -> ExperimentNotes
  {
    try repository.requireWritable()
    let reference = RefLayout.notes(name)
    var attempt = 1
    while true {
      let current = try repository.reference(reference)
      var notes = try current.map { try self.notes(in: $0, of: name) } ?? ExperimentNotes()
      let before = notes
      try change(&notes)
      if notes == before { return notes }
      do {
        let blob = try repository.writeBlob(notes.json.document())
        let tree = try repository.writeTree([TreeEntry(name: Self.notesFile, kind: .file, id: blob)])
        let commit = try repository.writeCommit(
          tree: tree, parents: current.map { [$0] } ?? [], message: "notes on \(name)\n",
          author: try repository.identity(), time: Date())
        try repository.updateReference(reference, to: commit, expecting: current)
        return notes
      } catch let error as GitError where error.kind == .conflict && attempt < Self.notesAttempts {
        attempt += 1
        usleep(UInt32.random(in: 500...5_000))
      }
    }
  }

  func notes(in commit: ObjectID, of name: ExperimentName) throws -> ExperimentNotes {
    let operation = "cannot read the notes of '\(name)'"
    guard let entry = try repository.entry(at: Self.notesFile, inTree: repository.commit(commit).tree),
      try repository.blobSize(entry.id) <= Self.notesLimit
    else {
      throw ExperimentsError(
        .invalidContent,
        "\(operation): \(RefLayout.notes(name)) holds no \(Self.notesFile) of a sensible size. 'git log' of it shows what was there before."
      )
    }
    do {
      return try ExperimentNotes(json: JSONValue(parsing: repository.blob(entry.id)))
    } catch let error as GitError {
      throw error
    } catch {
      throw ExperimentsError(.invalidContent, "\(operation) in \(RefLayout.notes(name)): \(error)")
    }
  }
}
