import Experiments
import LanguageModels

extension Workspace {
  /// Copies of weights that all runs of this repository use.
  var weightCache: WeightCache { WeightCache(directory: weightCacheDirectory, hashes: fileHashes) }
}

extension Backbone {
  /// Makes the frozen weights one copy in memory for all processes that are about to work on this backbone.
  ///
  /// For whoever starts several processes. A single run uses a copy that is there, and makes none: converting for itself
  /// takes no longer than reading one, and needs no disk.
  ///
  /// - Throws: `ModelError` when the backbone's weights cannot be used; every one of the processes would fail likewise.
  func shareWeights(in workspace: Workspace) throws -> WeightCache.Sharing {
    try workspace.weightCache.share(modelDirectory: directory, engine: try Self.engine())
  }
}
