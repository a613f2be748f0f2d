public import Configuration
internal import Tables

/// Turns the words of a command line and a table of trials into a plan.
public struct SweepPlanner: Sendable {
  /// Settings with one value, as given: all trials share them.
  public let baseWords: [String]
  public let axes: [SweepAxis]
  private let table: TrialTable?
  private let seedCount: Int

  /// - Parameter seedCount: how many seeds each setting is run with.
  /// - Throws: `LaunchingError` or `ConfigurationError` for what cannot be understood, before anything is multiplied.
  public init(words: [String], table: TrialTable? = nil, seedCount: Int = 1) throws {
    var given: [String: String] = [:]
    var axes: [SweepAxis] = []
    var baseWords: [String] = []
    for word in words {
      let axis = try SweepAxis(parsing: word)
      if let before = given[axis.key] {
        throw LaunchingError.usage(
          "cannot plan '\(word)': \(axis.key) is set by '\(before)' already; put all its values into one list")
      }
      if table?.keys.contains(axis.key) == true {
        throw LaunchingError.usage(
          "cannot plan '\(word)': \(axis.key) is a column of \(table?.path ?? "the table") already; set it in one place"
        )
      }
      given[axis.key] = word
      if axis.values.count > 1 { axes.append(axis) } else { baseWords.append("\(axis.key)=\(axis.values[0].written)") }
    }
    if seedCount > 1, let word = given[Self.seed] ?? table?.keys.first(where: { $0 == Self.seed }),
      axes.contains(where: { $0.key == Self.seed }) || table?.keys.contains(Self.seed) == true
    {
      throw LaunchingError.usage(
        "cannot plan '\(word)' with --seeds: both say which seeds to use; leave one of them out")
    }
    guard !axes.isEmpty || table != nil || seedCount > 1 else {
      let example = "write several with commas between them, as in lora_r=4,8,16"
      throw LaunchingError.usage(
        words.isEmpty
          ? "cannot plan a sweep: no setting to vary is given; \(example)"
          : "cannot plan a sweep: every setting has one value, which 'kiseki run' is for; \(example)")
    }
    self.axes = axes
    self.baseWords = baseWords
    self.table = table
    self.seedCount = seedCount
  }

  private static let seed = "environment.seed"

  /// How many trials the plan will have; at most one more than `SweepPlan.largestCount`.
  public var trialCount: Int {
    ([table?.rows.count ?? 1, seedCount] + axes.map(\.values.count)).reduce(1) { product, count in
      min(product.multipliedReportingOverflow(by: count).partialValue, SweepPlan.largestCount + 1)
    }
  }

  /// The plan, every trial of which is a valid configuration.
  ///
  /// - Parameters:
  ///   - base: with `baseWords` applied, the drawn seed among them.
  ///   - configuration: the base with further overrides, checked as a whole.
  ///   - portable: a trial's path as the plan may hold it.
  /// - Throws: `LaunchingError` naming the trial that is refused, or two that are the same.
  public func plan(
    name: String, base: ExperimentConfiguration, baseWords: [String],
    using generator: inout some RandomNumberGenerator,
    configuration: (_ overrides: [String]) throws -> ExperimentConfiguration,
    portable: (_ setting: SettingOverride, _ configuration: ExperimentConfiguration) throws -> SettingOverride
  ) throws -> SweepPlan {
    guard trialCount <= SweepPlan.largestCount else {
      throw LaunchingError.usage(
        "cannot plan a sweep of more than \(SweepPlan.largestCount) trials; leave out some of the values")
    }
    let first = base.environment.seed
    let seeds = seedCount > 1 ? (0..<seedCount).map { first + $0 } : []
    let settings = settings
    let names = TrialName.unique(settings)
    var trials: [SweepPlan.Trial] = []
    var known: [String: String] = [:]
    for (settingName, overrides) in zip(names, settings) {
      for seed in seeds.isEmpty ? [nil] : seeds.map(Optional.some) {
        var overrides = overrides
        var trialName = settingName
        if let seed {
          overrides.append(try SettingOverride(parsing: "\(Self.seed)=\(seed)"))
          trialName += ",seed=\(seed)"
        }
        let whole = try checked(overrides, trialName, configuration)
        if whole.environment.seed == -1 {
          let drawn = whole.drawingSeed(using: &generator).environment.seed
          overrides.append(try SettingOverride(parsing: "\(Self.seed)=\(drawn)"))
        } else {
          let identity = whole.values.map { $0.value.line() }.joined(separator: "\n")
          if let twin = known.updateValue(trialName, forKey: identity) {
            throw LaunchingError.usage(
              "cannot plan: the trials \(twin) and \(trialName) are the same settings; remove one of them")
          }
        }
        trials.append(
          SweepPlan.Trial(
            name: trialName, setting: settingName, overrides: try overrides.map { try portable($0, whole) }))
      }
    }
    return SweepPlan(
      name: name, baseWords: baseWords, axes: axes, seeds: seeds, metric: base.prediction.metric.rawValue,
      trials: trials)
  }

  /// Every combination, the last setting changing fastest.
  private var settings: [[SettingOverride]] {
    axes.reduce(table?.rows ?? [[]]) { trials, axis in
      trials.flatMap { trial in axis.values.map { trial + [$0] } }
    }
  }

  private func checked(
    _ overrides: [SettingOverride], _ name: String, _ configuration: ([String]) throws -> ExperimentConfiguration
  ) throws -> ExperimentConfiguration {
    do {
      return try configuration(overrides.map { "\($0.key)=\($0.written)" })
    } catch let error as ConfigurationError {
      throw LaunchingError.usage("cannot plan the trial \(name): \(error)")
    }
  }
}
