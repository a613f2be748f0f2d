internal import Spelling

/// Every setting of an experiment, in the order they are recorded.
public enum ParameterTable {
  /// All keys that mean something here.
  public static let all: [Parameter] =
    topLevel + dataset + tokenizer + augmentation + architecture + optimization + adapter + schedule
    + prediction + judge + environment

  /// The sections in the order they are recorded; the first, nameless one is the top level.
  public static let sections = [
    "", "dataset", "tokenizer", "augmentation", "architecture", "training", "prediction", "environment",
  ]

  /// The largest whole number every JSON reader keeps exactly.
  static let largestSeed = 9_007_199_254_740_991

  private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
  private static let byName = Dictionary(grouping: all, by: \.name)

  /// The setting with that full key, such as `training.lora_r`.
  public static func parameter(_ key: String) -> Parameter? { byKey[key] }

  /// The settings a name may mean: one for a full key or an unambiguous bare name.
  public static func parameters(named name: String) -> [Parameter] {
    byKey[name].map { [$0] } ?? byName[name] ?? []
  }

  /// The section most like `name`, or `nil` when none is near.
  static func nearestSection(to name: String) -> String? {
    nearestName(to: name, among: sections.filter { !$0.isEmpty })
  }

  /// The known key most like `name`, or `nil` when none is near.
  public static func nearest(to name: String) -> String? {
    let bare = name.split(separator: ".").last.map(String.init) ?? name
    // The right name in the wrong section is nearer than any typo.
    if let exact = byName[bare]?.first { return exact.key }
    if let near = nearestName(to: bare, among: all.map(\.name)) { return byName[near]?.first?.key }
    return nearestName(to: name, among: all.map(\.key)) ?? nearestSection(to: name)
  }
}
