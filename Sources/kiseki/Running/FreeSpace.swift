import Experiments
import Foundation

extension PreparedRun {
  /// Bytes a record of this run takes at least, once as files and once more in git: weights and data.
  private var leastRecordedBytes: Int {
    let weights = model.parameters.trainedCount * MemoryLayout<Float>.stride
    return weights + data.sources.reduce(0) { $0 + $1.byteCount }
  }

  /// - Throws: `RunError` when what was trained could not be saved, which is better known before than after.
  func requireFreeSpace(in workspace: Workspace) throws {
    let directory = output ?? workspace.directory(of: name)
    guard !directory.hasPrefix(workspace.experimentsDirectory) else {
      return try requireFreeSpace(2 * leastRecordedBytes, in: workspace.experimentsDirectory)
    }
    try requireFreeSpace(leastRecordedBytes, in: directory)
    try requireFreeSpace(leastRecordedBytes, in: workspace.experimentsDirectory)
  }

  private func requireFreeSpace(_ byteCount: Int, in directory: String) throws {
    var directory = directory
    // What is not there yet will be made.
    while directory != "/", !FileManager.default.fileExists(atPath: directory) {
      directory = parentDirectory(directory)
    }
    let attributes = try FileManager.default.attributesOfFileSystem(forPath: directory)
    guard let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue, free < byteCount else { return }
    throw RunError.failure(
      "cannot run '\(name)': its record takes at least \(byteCount / 1000) kB, and \(directory) has room for "
        + "\(free / 1000) kB. Free some space and try again.")
  }
}
