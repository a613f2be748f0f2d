internal import Configuration
public import Tables

extension SweepPlan {
  /// The newest form of `plan.json` that this program knows.
  private static let format = 1

  /// `plan.json`.
  public var json: JSONValue {
    [
      "format": .integer(Self.format), "name": .string(name), "metric": .string(metric),
      "base_overrides": .array(baseWords.map { .string($0) }),
      "axes": .array(
        axes.map { axis in
          ["key": .string(axis.key), "values": .array(axis.values.map { .string($0.written) })]
        }),
      "seeds": .array(seeds.map { .integer($0) }),
      "trials": .array(
        trials.map { trial in
          [
            "name": .string(trial.name), "setting": .string(trial.setting),
            "overrides": .array(trial.words.map { .string($0) }),
          ]
        }),
    ]
  }

  /// - Throws: `LaunchingError` naming the key that is missing or wrong; plans come from others, too.
  public init(json: JSONValue) throws {
    guard let format = json["format"]?.integerValue else { throw Self.bad("has no 'format'") }
    guard format <= Self.format else {
      throw LaunchingError(
        "cannot read plan.json: it has format \(format), and this program knows \(Self.format). Use a newer kiseki.")
    }
    guard let name = json["name"]?.stringValue else { throw Self.bad("has no 'name'") }
    guard let metric = json["metric"]?.stringValue else { throw Self.bad("has no 'metric'") }
    guard let trials = json["trials"]?.arrayValue, !trials.isEmpty else { throw Self.bad("has no trials") }
    guard trials.count <= Self.largestCount else { throw Self.bad("has \(trials.count) trials") }
    self.init(
      name: name, baseWords: Self.texts(json["base_overrides"]),
      axes: try (json["axes"]?.arrayValue ?? []).map { axis in
        SweepAxis(
          key: axis["key"]?.stringValue ?? "",
          values: try Self.texts(axis["values"]).map { try Self.override("\(axis["key"]?.stringValue ?? "")=\($0)") })
      },
      seeds: (json["seeds"]?.arrayValue ?? []).compactMap(\.integerValue), metric: metric,
      trials: try trials.map(Trial.init(json:)))
    guard Set(self.trials.map(\.name)).count == trials.count else { throw Self.bad("has two trials of one name") }
  }

  /// One trial of a plan, without reading the others.
  ///
  /// - Throws: `LaunchingError` when the plan has no such trial.
  public static func trial(named name: String, inPlan json: JSONValue) throws -> Trial {
    guard let trial = json["trials"]?.arrayValue?.first(where: { $0["name"]?.stringValue == name }) else {
      throw bad("has no trial '\(name)'")
    }
    return try Trial(json: trial)
  }

  fileprivate static func texts(_ value: JSONValue?) -> [String] { (value?.arrayValue ?? []).compactMap(\.stringValue) }

  fileprivate static func override(_ text: String) throws -> SettingOverride {
    do {
      return try SettingOverride(parsing: text)
    } catch {
      throw bad("has a setting this program refuses: \(error)")
    }
  }

  fileprivate static func bad(_ what: String) -> LaunchingError {
    LaunchingError("cannot read plan.json: it \(what). Was it changed by hand, or written by a newer kiseki?")
  }
}

extension SweepPlan.Trial {
  fileprivate init(json: JSONValue) throws {
    guard let name = json["name"]?.stringValue, !name.isEmpty else {
      throw SweepPlan.bad("has a trial without a name")
    }
    self.init(
      name: name, setting: json["setting"]?.stringValue ?? name,
      overrides: try SweepPlan.texts(json["overrides"]).map(SweepPlan.override))
  }
}
