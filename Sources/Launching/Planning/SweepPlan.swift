public import Configuration

/// A named set of trials, each the base configuration with some settings of its own.
public struct SweepPlan: Sendable, Equatable {
  public struct Trial: Sendable, Equatable {
    /// Unique in the plan; with the sweep's name before it, the experiment's name.
    public let name: String
    /// The name without the seed: trials that share it differ in their luck alone.
    public let setting: String
    public let overrides: [SettingOverride]

    public init(name: String, setting: String, overrides: [SettingOverride]) {
      self.name = name
      self.setting = setting
      self.overrides = overrides
    }

    /// As a command line would give them.
    public var words: [String] { overrides.map { "\($0.key)=\($0.written)" } }
  }

  /// More trials than this are asked about before they start.
  public static let unaskedCount = 1_000
  /// More are taken for a mistake.
  public static let largestCount = 100_000

  public let name: String
  /// Settings that all trials share and that the base's file does not have, as given.
  public let baseWords: [String]
  /// Settings of a grid with their values; none for a list of trials.
  public let axes: [SweepAxis]
  /// The seeds every setting is run with; none when each has its own.
  public let seeds: [Int]
  /// What decides which trial is best.
  public let metric: String
  /// In the order they start.
  public let trials: [Trial]

  public init(
    name: String, baseWords: [String], axes: [SweepAxis], seeds: [Int], metric: String, trials: [Trial]
  ) {
    self.name = name
    self.baseWords = baseWords
    self.axes = axes
    self.seeds = seeds
    self.metric = metric
    self.trials = trials
  }

  /// The keys in which trials differ, in the order of the parameters.
  public var keys: [String] {
    let used = Set(trials.flatMap { $0.overrides.map(\.key) })
    return ParameterTable.all.map(\.key).filter(used.contains)
  }
}
