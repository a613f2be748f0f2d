public import Hashing

extension Workspace {
  /// What can be made again at any time; all linked work trees share it.
  private var cacheDirectory: String { repository.commonDirectory + "/kiseki/cache" }

  /// For converted copies of weights.
  public var weightCacheDirectory: String { cacheDirectory + "/weights" }

  /// Remembers hashes of large files that do not change.
  public var fileHashes: FileHashCache { FileHashCache(directory: cacheDirectory + "/hashes") }
}
