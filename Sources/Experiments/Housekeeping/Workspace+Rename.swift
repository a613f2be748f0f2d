internal import Foundation
internal import GitStore

extension Workspace {
  /// Gives an experiment another name: its versions, its notes and its directory.
  ///
  /// The new references are made before the old ones go, so that a kill leaves both names or one, and a repetition
  /// finishes what was begun.
  ///
  /// - Throws: `ExperimentsError` when the old name is not there or runs, or the new one is taken.
  public func rename(_ old: ExperimentName, to new: ExperimentName) throws {
    try repository.requireWritable()
    guard try isTaken(old) else { throw try unknown(old) }
    guard old != new else { return }
    try requireNoClash(new, to: "rename to", remedy: "Choose another name.")
    let leases = try [old, new].map { try Holding($0, in: self, to: "rename") }
    defer { leases.forEach { $0.giveBack() } }
    let place = try settledPlace(of: old)
    try requireFree(new, for: old, place)
    try move([(old, new)]) {
      if let place {
        try movePlace(place, of: old, to: new)
      } else {
        try moveDirectory(home(of: old), to: home(of: new))
      }
    }
    removeEmptyFolder(ofSweep: old.sweep)
    try leases[0].handOver(to: leases[1], experiment: new, directory: directory(of: new))
  }

  /// Gives a sweep another name: all its trials, its plan and its directory.
  ///
  /// - Throws: as `rename(_:to:)`.
  public func renameSweep(_ old: ExperimentName, to new: ExperimentName) throws {
    try repository.requireWritable()
    guard new.sweep == nil else {
      throw ExperimentsError(
        .invalidName, "cannot rename the sweep '\(old)' to '\(new)': a sweep's name has no slash. Choose another name.")
    }
    guard old != new else { return }
    let pairs = try trials(ofSweep: old).map { trial in
      (trial, try ExperimentName("\(new)/\(trial.trial ?? "")"))
    }
    let names = [old, new] + pairs.flatMap { [$0.0, $0.1] }
    let leases = try names.map { try Holding($0, in: self, to: "rename") }
    defer { leases.forEach { $0.giveBack() } }
    let oldPlan = RefLayout.plan(ofSweep: old.text)
    let newPlan = RefLayout.plan(ofSweep: new.text)
    let plan = try repository.reference(oldPlan)
    try requireFree(new, forSweep: pairs, plan: plan, newPlan: repository.reference(newPlan))
    let places = try pairs.map { try settledPlace(of: $0.0) }
    for ((from, to), place) in zip(pairs, places) { try requireFree(to, for: from, place) }
    if let plan { try createReference(newPlan, to: plan) }
    try move(pairs) {
      try moveDirectory(home(of: old), to: home(of: new))
      for ((from, to), place) in zip(pairs, places) {
        try movePlace(place, of: from, to: to)
      }
    }
    // Last of all: as long as it is there, a repetition knows what was begun.
    try deleteReference(oldPlan)
    for (index, pair) in pairs.enumerated() {
      try leases[2 + 2 * index].handOver(
        to: leases[3 + 2 * index], experiment: pair.1, directory: directory(of: pair.1))
    }
  }

  /// References of the new names first, then the directory, then away with the old ones.
  private func move(_ pairs: [(ExperimentName, ExperimentName)], _ moveDirectories: () throws -> Void) throws {
    for (old, new) in pairs {
      for layout in [RefLayout.notes, RefLayout.experiment] {
        if let id = try repository.reference(layout(old)) { try createReference(layout(new), to: id) }
      }
    }
    try moveDirectories()
    for (old, _) in pairs {
      for layout in [RefLayout.notes, RefLayout.experiment] { try deleteReference(layout(old)) }
    }
  }

  /// A name is free for another when nothing has it, or only what an earlier attempt to rename left there.
  private func requireFree(_ new: ExperimentName, for old: ExperimentName, _ place: ExperimentPlace?) throws {
    // Of a begun attempt, the notes may have gone from the old name already.
    let present = try repository.reference(RefLayout.experiment(new))
    let isBegun = try present != nil && present == repository.reference(RefLayout.experiment(old))
    let notes = try repository.reference(RefLayout.notes(new))
    let hasOtherNotes = try notes != nil && notes != repository.reference(RefLayout.notes(old))
    if !isBegun && (present != nil || hasOtherNotes) { throw taken(new) }
    try requirePresent(old, to: "rename")
    if let place, fileStatus(place.directory(of: new)) != nil {
      throw ExperimentsError(
        .nameTaken,
        "cannot rename '\(old)' to '\(new)': \(place.directory(of: new)) is there already. Move it away, or choose "
          + "another name.")
    }
    let hasOld = fileStatus(directory(of: old)) != nil
    if fileStatus(directory(of: new)) != nil, hasOld || !isBegun { throw taken(new) }
  }

  private func requireFree(
    _ new: ExperimentName, forSweep pairs: [(ExperimentName, ExperimentName)], plan: ObjectID?, newPlan: ObjectID?
  ) throws {
    let isBegun =
      try plan != nil && plan == newPlan
      || pairs.contains { old, new in
        let present = try repository.reference(RefLayout.experiment(new))
        return try present != nil && present == repository.reference(RefLayout.experiment(old))
      }
    let expected = Set(pairs.map(\.1))
    let strangers = try trials(ofSweep: new).filter { !expected.contains($0) }
    let isFree = try isBegun ? newPlan == nil || newPlan == plan : newPlan == nil && !isTaken(new)
    // Trials that a kill left behind have their new names already.
    guard isFree, isBegun || strangers.isEmpty else { throw taken(new) }
  }

  private func taken(_ name: ExperimentName) -> ExperimentsError {
    ExperimentsError(
      .nameTaken, "cannot use the name '\(name)': there is something of that name already. Choose another name.")
  }

  /// Moves a directory outside of `experiments/` within its folder, and the link to it.
  private func movePlace(_ place: ExperimentPlace?, of old: ExperimentName, to new: ExperimentName) throws {
    guard let place else { return try settlePlace(of: old, now: new) }
    let (from, to) = (place.directory(of: old), place.directory(of: new))
    try makeDirectories(parentDirectory(to))
    // Until the directory is there, the note says nothing.
    try note(place, of: new)
    // Of a sweep, the folder with the links was moved before.
    for name in [old, new] where linkTarget(home(of: name)) == from { try removeLink(at: home(of: name)) }
    if fileStatus(from) != nil {
      guard Foundation.rename(from, to) == 0 else { throw ExperimentsError.system("rename \(from) to \(to)") }
      try synchronizeDirectory(parentDirectory(to))
    }
    try settlePlace(of: old, now: new)
  }

  /// Once the directory has its new name, or had it before a kill.
  private func settlePlace(of old: ExperimentName, now new: ExperimentName) throws {
    guard let place = place(of: new) else { return }
    try link(new, to: place)
    try note(nil, of: old)
    try tidyPlace(place, after: old)
  }

  private func moveDirectory(_ old: String, to new: String) throws {
    guard fileStatus(old) != nil else { return }
    try makeDirectories(parentDirectory(new))
    guard Foundation.rename(old, new) == 0 else { throw ExperimentsError.system("rename \(old) to \(new)") }
    try synchronizeDirectory(parentDirectory(new))
  }
}
