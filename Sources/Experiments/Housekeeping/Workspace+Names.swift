internal import Foundation
internal import GitStore

extension Workspace {
  /// The trials of a sweep, with a version or only on disk; none when no sweep is called so.
  public func trials(ofSweep sweep: ExperimentName) throws -> [ExperimentName] {
    guard sweep.sweep == nil else { return [] }
    return try experiments().map(\.name).filter { $0.sweep == sweep.text }
  }

  /// Whether there is a plan or a trial of a sweep of that name.
  public func isSweep(_ name: ExperimentName) throws -> Bool {
    guard name.sweep == nil else { return false }
    if try repository.reference(RefLayout.plan(ofSweep: name.text)) != nil { return true }
    return try !trials(ofSweep: name).isEmpty
  }

  /// git cannot hold `a` beside `a/b`.
  func requireNoClash(_ name: ExperimentName, to purpose: String, remedy: String) throws {
    if let sweep = name.sweep, try repository.reference(parentDirectory(RefLayout.experiment(name))) != nil {
      throw ExperimentsError(
        .invalidName, "cannot \(purpose) '\(name)': '\(sweep)' is an experiment, not a sweep. \(remedy)")
    }
    if try !repository.references(matching: RefLayout.experiment(name) + "/*").isEmpty {
      throw ExperimentsError(
        .invalidName, "cannot \(purpose) '\(name)': it is a sweep with trials of its own. \(remedy)")
    }
  }

  /// Creates a reference, or finds it with the same target, as an attempt that was killed may have left it.
  func createReference(_ name: String, to id: ObjectID) throws {
    guard try repository.reference(name) != id else { return }
    try repository.updateReference(name, to: id, expecting: nil)
  }

  func deleteReference(_ name: String) throws {
    if let id = try repository.reference(name) { try repository.deleteReference(name, expecting: id) }
  }

  /// Removes the folder of a sweep once nothing is in it.
  func removeEmptyFolder(ofSweep sweep: String?) {
    // It fails, as it should, while there is something left in it.
    if let sweep { rmdir(experimentsDirectory + "/" + sweep) }
  }
}
