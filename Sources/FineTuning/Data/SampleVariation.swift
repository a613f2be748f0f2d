/// What training does to samples that an evaluation does not: the meanings are those of the keys with these names.
public struct SampleVariation: Sendable, Hashable {
  /// Each turn in front of a sample's own is left out with this probability.
  public var skipParentProbability = 0.0
  /// With this probability a turn of another row takes the place of the oldest one in front, or stands in front alone.
  public var randomParentProbability = 0.0
  /// 1 and 0 cut nothing from rows.
  public var paddingQuantile = 1.0

  public init() {}

  var changesTurns: Bool { skipParentProbability > 0 || randomParentProbability > 0 }
}
