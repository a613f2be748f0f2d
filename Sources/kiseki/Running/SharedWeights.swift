import Configuration
import Experiments
import LanguageModels
import Launching
import Tensors

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
  func shareWeights(as type: NumberType, in workspace: Workspace) throws -> WeightCache.Sharing {
    try workspace.weightCache.share(modelDirectory: directory, as: type, engine: try Self.engine())
  }
}

extension TrialInputs {
  /// Shares the weights of every backbone that these trials adapt; trials that train all weights hold their own.
  ///
  /// - Returns: a sentence for each that could not be shared; trials then hold weights of their own, or fail with the
  ///   reason.
  func shareWeights(of trials: [SweepPlan.Trial], in workspace: Workspace) -> [String] {
    var seen: Set<String> = []
    var problems: [String] = []
    for trial in trials {
      do {
        let inputs = try inputs(of: trial)
        let (training, architecture) = (inputs.configuration.training, inputs.configuration.architecture)
        guard training.lora, architecture.pretrained else { continue }
        // A trained embedding is not among the frozen weights, and a copy of all weights is of no use then.
        if architecture.forceEmbeddingGradients { continue }
        let type = architecture.backboneType
        let place = try BackbonePlace(
          inputs.configuration, located: inputs.backboneDirectory, revision: inputs.backboneRevision)
        guard seen.insert("\(type) \(place.directory)").inserted else { continue }
        let backbone = try Backbone(
          inputs.configuration, directory: inputs.backboneDirectory, revision: inputs.backboneRevision)
        if case .skipped(let reason) = try backbone.shareWeights(as: type, in: workspace) {
          problems.append("the weights of \(backbone.place.spokenName) are not shared: \(reason)")
        }
      } catch {
        problems.append("the weights for \(trial.name) are not shared: \(error)")
      }
    }
    return problems
  }
}
