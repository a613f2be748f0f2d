internal import Foundation

/// Going back to where a run stood before: at a checkpoint, or at its beginning.
extension RunRecording {
  /// Whether the logs still hold what they held when they were that long, as whole lines.
  ///
  /// - Throws: `ExperimentsError` when one cannot be read.
  public func canGoBack(cutting limits: [Log: Int]) throws -> Bool {
    try limits.allSatisfy { log, limit in
      let path = directory + "/" + log.rawValue
      guard limit > 0 else { return limit == 0 }
      guard fileStatus(path) != nil else { return false }
      let content = try readFile(path, limit: 1 << 32)
      return content.count >= limit && content[content.startIndex + limit - 1] == UInt8(ascii: "\n")
    }
  }

  /// Takes back what was computed since: lines, evaluations, results, and files that were being written.
  ///
  /// - Parameters:
  ///   - limits: how long each log was; one that is not named stays.
  ///   - kept: folders of `evaluations/` that were there.
  /// - Throws: `ExperimentsError` when something cannot be removed.
  public func goBack(cutting limits: [Log: Int], keepingEvaluations kept: Set<String>) throws {
    requireOpen()
    try openLogs(cutting: limits)
    for name in ["adapter", "model", "result.json", ".gitattributes"] { try removeTree(directory + "/" + name) }
    for name in try namesInDirectory(directory + "/evaluations") where !kept.contains(name) {
      try removeTree(directory + "/evaluations/" + name)
    }
    try removeUnfinishedFiles()
  }

  /// Takes back everything that was computed, so that the run can begin anew from its inputs.
  ///
  /// - Throws: `ExperimentsError` when something cannot be removed.
  public func startOver() throws {
    try goBack(cutting: Dictionary(uniqueKeysWithValues: Log.allCases.map { ($0, 0) }), keepingEvaluations: [])
    try removeTree(directory + "/evaluations")
  }

  /// Removes what a killed writer left anywhere below.
  private func removeUnfinishedFiles() throws {
    func visit(_ folder: String) throws {
      for name in try namesInDirectory(folder) {
        let path = folder + "/" + name
        if name.hasPrefix(temporaryPrefix) {
          try removeTree(path)
        } else if isDirectory(path) {
          try visit(path)
        }
      }
    }
    try visit(directory)
  }
}
