import Foundation

extension PreparedRun {
  /// Bytes a record of this run takes at least: weights and data, each once as a file and once in git.
  private var leastRecordedBytes: Int {
    let weights = model.parameters.trainedCount * MemoryLayout<Float>.stride
    return 2 * weights + 2 * data.sources.reduce(0) { $0 + $1.byteCount }
  }

  /// - Throws: `RunError` when what was trained could not be saved, which is better known before than after.
  func requireFreeSpace(in directory: String) throws {
    let attributes = try FileManager.default.attributesOfFileSystem(forPath: directory)
    guard let free = (attributes[.systemFreeSize] as? NSNumber)?.intValue, free < leastRecordedBytes else { return }
    throw RunError.failure(
      "cannot run '\(name)': its record takes at least \(leastRecordedBytes / 1000) kB, and \(directory) has room for "
        + "\(free / 1000) kB. Free some space and try again.")
  }
}
