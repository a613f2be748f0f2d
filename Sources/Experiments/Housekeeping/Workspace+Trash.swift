internal import Foundation
internal import GitStore
internal import Spelling
internal import Tables

extension Workspace {
  /// Moves an experiment into the trash: its versions and notes to references there, its directory beside the objects.
  ///
  /// The references in the trash are made before the others go, so that a kill at any moment loses nothing.
  ///
  /// - Parameter id: shared by what one command removes.
  /// - Throws: `ExperimentsError` when there is no such experiment, or it runs.
  public func remove(_ name: ExperimentName, id: String) throws {
    try repository.requireWritable()
    guard try isTaken(name) else { throw try unknown(name) }
    let holding = try Holding(name, in: self, to: "remove")
    let place = try settledPlace(of: name)
    try writeTrashRecord(TrashRecord(name: name, time: Date(), lease: holding.previous, place: place), id: id)
    if let notes = try repository.reference(RefLayout.notes(name)) {
      try createReference(RefLayout.trashedNotes(name, id: id), to: notes)
    }
    if let newest = try repository.reference(RefLayout.experiment(name)) {
      try createReference(RefLayout.trashed(name, id: id), to: newest)
    }
    // Before the directory: a link that leads nowhere would say that a disk is missing.
    if let place { try removeLink(of: name, to: place) }
    try moveToTrash(place?.directory(of: name) ?? home(of: name), name, id: id, place: place)
    if let place {
      try note(nil, of: name)
      try tidyPlace(place, after: name)
    }
    try deleteReference(RefLayout.experiment(name))
    try deleteReference(RefLayout.notes(name))
    holding.forget()
    removeEmptyFolder(ofSweep: name.sweep)
  }

  /// Moves the plan of a sweep whose trials were removed into the trash, with what is left of its directory.
  public func removePlan(ofSweep sweep: ExperimentName, id: String) throws {
    let holding = try Holding(sweep, in: self, to: "remove")
    defer { holding.forget() }
    if let plan = try repository.reference(RefLayout.plan(ofSweep: sweep.text)) {
      try createReference(RefLayout.trashedPlan(ofSweep: sweep.text, id: id), to: plan)
      try deleteReference(RefLayout.plan(ofSweep: sweep.text))
    }
    if fileStatus(directory(of: sweep)) != nil {
      try writeTrashRecord(TrashRecord(name: sweep, time: Date(), lease: holding.previous), id: id)
      try moveToTrash(directory(of: sweep), sweep, id: id)
    }
  }

  /// What can be restored, newest removal first.
  public func trashed() throws -> [TrashedExperiment] {
    let folder = repository.commonDirectory + "/kiseki/trash"
    return try namesInDirectory(folder).reversed().flatMap { id in
      try namesInDirectory(folder + "/" + id).filter { $0.hasSuffix(".json") }.compactMap { file in
        guard let record = trashRecord(at: "\(folder)/\(id)/\(file)") else { return nil }
        let commit = try repository.reference(RefLayout.trashed(record.name, id: id))
        // One on a disk that is not mounted is there all the same, and so is one that was not when it was removed.
        let isAway =
          record.place.map { !isDirectory($0.output) || $0.isMarked($0.directory(of: record.name)) } ?? false
        let hasDirectory = isAway || trashedDirectory(record, id: id) != nil
        guard commit != nil || hasDirectory else { return nil }
        return TrashedExperiment(
          id: id, name: record.name, time: record.time, commit: commit, hasDirectory: hasDirectory)
      }
    }
  }

  /// Brings an experiment back under its name.
  ///
  /// - Throws: `ExperimentsError` when the name is taken meanwhile; nothing is overwritten.
  public func restore(_ item: TrashedExperiment) throws {
    try repository.requireWritable()
    let name = item.name
    let purpose = "restore"
    let holding = try Holding(name, in: self, to: purpose)
    if item.commit != nil { try requireNoClash(name, to: purpose, remedy: "Rename or remove that one first.") }
    let notes = try repository.reference(RefLayout.trashedNotes(name, id: item.id))
    let present = try repository.reference(RefLayout.experiment(name))
    // The same commit is what an attempt before this one left.
    let isOther = present != nil && present != item.commit
    let presentNotes = try repository.reference(RefLayout.notes(name))
    let hasOtherNotes = presentNotes != nil && presentNotes != notes
    let hasDirectory = fileStatus(directory(of: name)) != nil
    guard !isOther, !hasOtherNotes, !hasDirectory || (present != nil && !item.hasDirectory) else {
      throw ExperimentsError(
        .nameTaken,
        "cannot restore '\(name)': there is an experiment of that name again. Rename it first: '\(shellCommand("rename", name.text)) NEW'."
      )
    }
    let path = trashRecordPath(name, id: item.id)
    let record = trashRecord(at: path) ?? TrashRecord(name: name, time: item.time, lease: nil)
    let lease = record.lease
    let place = try restorablePlace(record, id: item.id)
    if let notes { try createReference(RefLayout.notes(name), to: notes) }
    if let commit = item.commit { try createReference(RefLayout.experiment(name), to: commit) }
    if let directory = trashedDirectory(record, id: item.id) {
      let target = place?.directory(of: name) ?? home(of: name)
      try makeDirectories(parentDirectory(target))
      if let place { try note(place, of: name) }
      guard Foundation.rename(directory, target) == 0 else {
        throw ExperimentsError.system("move \(directory) back to \(target)")
      }
      try synchronizeDirectory(parentDirectory(target))
      if let place { try link(name, to: place) }
    } else if let place, place.isMarked(place.directory(of: name)) {
      // It was out of reach when the experiment was removed.
      try note(place, of: name)
      try link(name, to: place)
    }
    if let lease { try holding.end(as: lease) } else { holding.forget() }
    try deleteReference(RefLayout.trashed(name, id: item.id))
    try deleteReference(RefLayout.trashedNotes(name, id: item.id))
    unlink(path)
    // It fails, as it should, while something else of the same removal is there.
    rmdir(parentDirectory(path))
  }

  /// Brings the plan of a sweep back, where one was removed with that id and there is none.
  public func restorePlan(ofSweep sweep: String, id: String) throws {
    let trashed = RefLayout.trashedPlan(ofSweep: sweep, id: id)
    guard let plan = try repository.reference(trashed) else { return }
    let reference = RefLayout.plan(ofSweep: sweep)
    if let present = try repository.reference(reference), present != plan { return }
    try createReference(reference, to: plan)
    try deleteReference(trashed)
  }

  // MARK: Places

  private func trashRecordPath(_ name: ExperimentName, id: String) -> String {
    "\(repository.commonDirectory)/kiseki/trash/\(id)/\(Self.fileKey(name)).json"
  }

  private func writeTrashRecord(_ record: TrashRecord, id: String) throws {
    _ = try repository.ownDirectory("trash")
    let path = trashRecordPath(record.name, id: id)
    try makeDirectories(parentDirectory(path))
    try writeDurably(record.json.document(), to: path)
  }

  private func trashRecord(at path: String) -> TrashRecord? {
    // A record that cannot be read names nothing that could be restored by its name.
    do { return TrashRecord(json: try JSONValue(parsing: readFile(path, limit: 1 << 16))) } catch { return nil }
  }

  /// Beside the objects, or beside the experiments where those are on another file system.
  private func trashedDirectoryPlaces(_ name: ExperimentName, id: String, _ place: ExperimentPlace?) -> [String] {
    let key = Self.fileKey(name)
    let beside =
      place.map { "\($0.output)/.kiseki-trash-\(id)-\(key)" } ?? "\(experimentsDirectory)/.trash-\(id)-\(key)"
    return ["\(repository.commonDirectory)/kiseki/trash/\(id)/\(key)", beside]
  }

  /// Where an experiment's directory is a link of the user's, the link itself was moved and comes back.
  private func trashedDirectory(_ record: TrashRecord, id: String) -> String? {
    trashedDirectoryPlaces(record.name, id: id, record.place).first { fileStatus($0) != nil }
  }

  /// Where a removed experiment's directory was, for where the workspace is now.
  ///
  /// - Throws: `ExperimentsError` when its disk is not there, or something else is in its place.
  private func restorablePlace(_ record: TrashRecord, id: String) throws -> ExperimentPlace? {
    guard var place = record.place else { return nil }
    place.workspace = root
    let directory = place.directory(of: record.name)
    let trashed = trashedDirectory(record, id: id)
    guard trashed != nil || isDirectory(place.output) else {
      throw ExperimentsError(
        .vanishedDirectory,
        "cannot restore '\(record.name)': \(place.output), which its directory was in, is not there. If it is on a disk that "
          + "is not mounted, mount that; if it is gone for good, make the folder anew, and what git has comes back.")
    }
    guard trashed == nil || fileStatus(directory) == nil else {
      throw ExperimentsError(
        .nameTaken,
        "cannot restore '\(record.name)': \(directory), where its directory was, is something else now. Move that away "
          + "first.")
    }
    return place
  }

  private func moveToTrash(
    _ directory: String, _ name: ExperimentName, id: String, place: ExperimentPlace? = nil
  ) throws {
    guard fileStatus(directory) != nil else { return }
    let places = trashedDirectoryPlaces(name, id: id, place)
    guard Foundation.rename(directory, places[0]) != 0 else {
      return try synchronizeDirectory(parentDirectory(places[0]))
    }
    guard errno == EXDEV, Foundation.rename(directory, places[1]) == 0 else {
      throw ExperimentsError.system("move \(directory) into the trash")
    }
  }
}
