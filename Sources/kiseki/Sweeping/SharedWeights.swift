import Experiments
import Launching

/// What is done once before workers start, so that a backbone's weights are in memory once however many use them.
enum SharedWeights {
  /// Weights stored in the type they are held in are mapped by every worker anyway. The converted copy of others is to
  /// be made here.
  static func prepare(for plan: SweepPlan, in workspace: Workspace) throws {}
}
