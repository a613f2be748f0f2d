/// A name held while it is renamed, removed or restored, so that no run begins under it meanwhile.
final class Holding {
  private let lease: Lease
  /// What is known of a run that ended without becoming a version.
  let previous: LeaseRecord?
  private var isOver = false

  /// - Throws: `ExperimentsError` of kind `alreadyRunning` when a run goes on under that name.
  init(_ name: ExperimentName, in workspace: Workspace, to purpose: String) throws {
    lease = try Lease.acquire(name, in: workspace, to: purpose)
    previous = Lease.previousRecord(of: lease)
  }

  deinit { giveBack() }

  /// Lets the name go as it was found.
  func giveBack() {
    guard !isOver else { return }
    isOver = true
    // A lease that cannot be written anew still says what it said before.
    if previous == nil { lease.remove() } else { lease.release() }
  }

  /// Lets the name go with nothing left to know about it.
  func forget() {
    guard !isOver else { return }
    isOver = true
    lease.remove()
  }

  /// Writes down what is known of an ended run, and lets the name go.
  func end(as record: LeaseRecord) throws {
    guard !isOver else { return }
    isOver = true
    defer { lease.release() }
    try lease.save { $0 = record }
  }

  /// Lets both names go; what is known of an ended run goes with the new one.
  func handOver(to other: Holding, experiment: ExperimentName, directory: String) throws {
    if var record = previous {
      record.experiment = experiment.text
      record.directory = directory
      try other.end(as: record)
    }
    forget()
  }
}
