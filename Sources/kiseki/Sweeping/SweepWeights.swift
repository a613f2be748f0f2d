import Configuration
import Experiments

/// Makes the frozen weights of every backbone of a sweep one copy in memory, before workers start.
enum SweepWeights {
  /// - Parameter inputs: one for each trial that is to be run.
  /// - Returns: what a person should know, when a backbone cannot be shared.
  static func share(for inputs: [RunInputs], in workspace: Workspace) throws -> [String] {
    var notes: [String] = []
    var known: Set<String> = []
    for input in inputs where input.configuration.architecture.pretrained {
      let directory = input.backboneDirectory ?? input.configuration.absolutePath(of: input.configuration.llmBackbone)
      guard known.insert(directory).inserted else { continue }
      let backbone = try Backbone(input.configuration, directory: directory)
      if case .skipped(let reason) = try backbone.shareWeights(in: workspace) {
        notes.append("every trial holds weights of its own: \(reason)")
      }
    }
    return notes
  }
}
