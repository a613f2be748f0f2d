internal import Foundation
internal import GitStore
internal import Tables

extension Workspace {
  /// The file of a notes reference's tree.
  static let notesFile = "notes.json"
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
    var result = ExperimentNotes()
    try changeNotesTree(of: name, message: "notes on \(name)") { tree in
      var notes = try tree.map { try self.notes(inTree: $0, of: name) } ?? ExperimentNotes()
      let before = notes
      try change(&notes)
      result = notes
      if notes == before { return nil }
      return try repository.tree(putting: [Self.notesFile: repository.writeBlob(notes.json.document())], into: tree)
    }
    return result
  }

  /// Changes the tree of an experiment's notes: one commit, whose parent is the state before.
  ///
  /// - Parameter change: makes the new tree from the one there is; `nil` for no change. Runs again on the newer state
  ///   when another process changed it meanwhile.
  func changeNotesTree(of name: ExperimentName, message: String, _ change: (ObjectID?) throws -> ObjectID?) throws {
    try repository.requireWritable()
    let reference = RefLayout.notes(name)
    var attempt = 1
    while true {
      let current = try repository.reference(reference)
      guard let tree = try change(current.map { try repository.commit($0).tree }) else { return }
      do {
        let commit = try repository.writeCommit(
          tree: tree, parents: current.map { [$0] } ?? [], message: message + "\n", author: try repository.identity(),
          time: Date())
        try repository.updateReference(reference, to: commit, expecting: current)
        return
      } catch let error as GitError where error.kind == .conflict && attempt < Self.notesAttempts {
        attempt += 1
        usleep(UInt32.random(in: 500...5_000))
      }
    }
  }

  func notes(in commit: ObjectID, of name: ExperimentName) throws -> ExperimentNotes {
    try notes(inTree: repository.commit(commit).tree, of: name)
  }

  private func notes(inTree tree: ObjectID, of name: ExperimentName) throws -> ExperimentNotes {
    let operation = "cannot read the notes of '\(name)'"
    guard let entry = try repository.entry(at: Self.notesFile, inTree: tree),
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
