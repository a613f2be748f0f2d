internal import Tables

/// Finds the runs that are one setting with several seeds.
struct SeedGrouping {
  /// What two runs share when only their seeds differ. Files count by their content, wherever they lie.
  private struct Setting: Hashable {
    let settings: [JSONMember]
    /// Of the later evaluations that are compared.
    let evaluation: [JSONMember]
    let data: [String]
    let backbone: [String]
  }

  private static let ignored: Set = [
    "experiment_name", "environment.seed", "output_directory", "llm_backbone", "dataset.train_dataframe",
    "dataset.validation_dataframe", "dataset.test_dataframe",
  ]

  /// Indices of runs, a list per candidate, in the order of their first runs.
  ///
  /// A run that repeats setting and seed of another is no further seed, so it becomes a candidate of its own.
  static func groups(
    of runs: [ComparedRun], merging: Bool, where isScored: (ComparedRun) -> Bool
  ) -> [[Int]] {
    var groups: [[Int]] = []
    var places: [Setting: [Int]] = [:]
    for (index, run) in runs.enumerated() {
      guard merging, isScored(run), let seed = run.seed, let setting = setting(of: run) else {
        groups.append([index])
        continue
      }
      let free = places[setting, default: []].first { place in !groups[place].contains { runs[$0].seed == seed } }
      if let free {
        groups[free].append(index)
      } else {
        places[setting, default: []].append(groups.count)
        groups.append([index])
      }
    }
    return groups
  }

  private static func setting(of run: ComparedRun) -> Setting? {
    guard !run.settings.isEmpty else { return nil }
    let files = run.dataset?.files.map { "\($0.role) \($0.contentSHA256.hex)" } ?? []
    let split = run.dataset.map { ["\($0.trainIndices)", "\($0.validationIndices)"] } ?? []
    return Setting(
      settings: run.settings.filter { !ignored.contains($0.key) }, evaluation: run.dataSettings, data: files + split,
      backbone: run.backbone?.files.map { "\($0.path) \($0.sha256.hex)" } ?? [])
  }

  /// What the names of one setting's seeds have in common.
  static func label(of runs: [ComparedRun]) -> String {
    if runs.count == 1 { return runs[0].label }
    let bare = Set(runs.map { withoutSeed($0.name.text) })
    if let common = bare.first, bare.count == 1, !common.isEmpty { return common }
    let shown = runs.prefix(3).map(\.label).joined(separator: " + ")
    return runs.count > 3 ? "\(shown) + \(runs.count - 3) more" : shown
  }

  /// A trial's name without its `seed=2`.
  private static func withoutSeed(_ name: String) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let settings = (parts.last ?? "").split(separator: ",").filter { !$0.hasPrefix("seed=") }
    return (parts.dropLast().map(String.init) + [settings.joined(separator: ",")]).joined(separator: "/")
  }
}
