public import Tables

/// What differs between the runs of a comparison; each difference has one value a run, in the order of the runs.
public struct ComparisonDifferences: Hashable, Sendable {
  public struct Difference: Hashable, Sendable {
    /// The setting's full key, or a name such as `train rows`.
    public let key: String
    /// `nil` where a run has no such value.
    public let values: [JSONValue?]
  }

  /// Full keys as in the configuration.
  public let settings: [Difference]
  /// Files by the content of their rows, row counts, splits.
  public let data: [Difference]
  public let backbone: [Difference]
  /// Program build, instruction set, threads, processor and so on.
  public let environment: [Difference]
}
