internal import Foundation
internal import GitStore

/// How an experiment's directory on disk relates to its versions.
enum DirectoryState {
  case absent
  case empty
  /// Equal to a version, so that removing it loses nothing.
  case saved(version: Int)
  /// Like a version but for one file.
  case changed(version: Int, path: String)
  /// Of a run that became no version.
  case unfinished

  /// - Parameter versions: newest first.
  static func of(_ directory: String, versions: [Commit], in repository: Repository) throws -> DirectoryState {
    guard fileStatus(directory) != nil else { return .absent }
    guard isDirectory(directory) else {
      if let target = linkTarget(directory) {
        throw ExperimentsError(
          .unsavedWork,
          "cannot use \(directory): it is a link to \(target), which is no directory that Kiseki made for this "
            + "experiment here. Move the link away first.")
      }
      throw ExperimentsError(
        .unsavedWork, "cannot use \(directory): there is something that is no directory. Move it away first.")
    }
    if try namesInDirectory(directory).allSatisfy({ $0 == placeMark }) { return .empty }
    guard let (version, commit) = try recordedVersion(of: directory, versions: versions, in: repository)
    else {
      return .unfinished
    }
    let path = try firstDifference(directory, tree: commit.tree, in: repository)
    return path.map { .changed(version: version, path: $0) } ?? .saved(version: version)
  }

  /// The version whose `result.json` the directory holds; it names every file's hash and two times, so it is unique.
  static func recordedVersion(
    of directory: String, versions: [Commit], in repository: Repository
  ) throws -> (number: Int, commit: Commit)? {
    let result = directory + "/result.json"
    guard fileStatus(result) != nil else { return nil }
    let id = try Repository.blobID(ofFileAt: result)
    for (index, commit) in versions.enumerated()
    where try repository.entry(at: "result.json", inTree: commit.tree)?.id == id {
      return (versions.count - index, commit)
    }
    return nil
  }

  private static func firstDifference(
    _ directory: String, tree: ObjectID, in repository: Repository
  ) throws -> String? {
    let stored = Dictionary(
      try repository.files(inTree: tree).map { ($0.path, $0.entry.id) },
      uniquingKeysWith: { first, _ in first })
    let found = try recordedFiles(below: directory)
    if let extra = found.first(where: { stored[$0] == nil }) { return extra }
    if let gone = stored.keys.sorted().first(where: { !found.contains($0) }) { return gone }
    for path in found where try Repository.blobID(ofFileAt: directory + "/" + path) != stored[path] {
      return path
    }
    return nil
  }
}
