public import Foundation
public import Scores
public import Tables

/// One run of a comparison: what is read of its record, once.
public struct ComparedRun: Sendable {
  /// `name@2`, or the name alone for a run without a version.
  public let label: String
  public let name: ExperimentName
  /// `nil` for a run without a version.
  public let version: Int?
  /// Hexadecimal.
  public let commit: String?
  public let time: Date?
  public internal(set) var status: ExperimentSummary.Status
  public internal(set) var settings: [JSONMember] = []
  /// Of the evaluation that belongs to the saved weights, by names such as `validation/bleu`.
  public internal(set) var scores: [JSONMember] = []
  public internal(set) var dataset: DatasetRecord?
  public internal(set) var backbone: BackboneRecord?
  public internal(set) var environment: EnvironmentRecord?
  public internal(set) var validation: EvaluatedRows?
  public internal(set) var test: EvaluatedRows?
  /// Why it takes no part.
  public internal(set) var problem: Incomparable?

  public func setting(_ key: String) -> JSONValue? { settings.first { $0.key == key }?.value }
  public var seed: Int? { setting("environment.seed")?.integerValue }
}

/// The rows of one evaluation, with the statistics its scores are sums of.
public struct EvaluatedRows: Sendable {
  /// `evaluations/<label>`.
  public let label: String
  public let rows: [Row]
  /// Of BLEU; `nil` when no text was generated.
  public let signature: String?

  public struct Row: Hashable, Sendable {
    /// Its index in the data file, from 0.
    public let row: Int
    public let prompt: String
    public let reference: String
    public let prediction: String?
    public let likelihood: RowLikelihood?
    public let bleu: BLEUStatistics?
  }
}
