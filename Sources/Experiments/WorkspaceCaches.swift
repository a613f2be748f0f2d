public import Foundation
public import Hashing

extension Workspace {
  /// What can be made again at any time; all linked work trees share it.
  private var cacheDirectory: String { repository.commonDirectory + "/kiseki/cache" }

  /// For converted copies of weights.
  public var weightCacheDirectory: String { cacheDirectory + "/weights" }

  /// A copy of recorded data on disk, named by its content and shared by all who need it.
  ///
  /// - Parameter content: asked for when there is no such copy yet.
  public func cachedInput(_ name: String, content: () throws -> Data) throws -> String {
    let folder = cacheDirectory + "/inputs"
    if fileStatus(folder + "/" + name) == nil {
      try makeDirectories(folder)
      try writeDurably(content(), to: folder + "/" + name)
    }
    return folder + "/" + name
  }

  /// Remembers hashes of large files that do not change.
  public var fileHashes: FileHashCache { FileHashCache(directory: cacheDirectory + "/hashes") }
}
