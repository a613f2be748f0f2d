public import Experiments
public import Foundation
public import Tables

/// One run: what its record says.
public struct ReportedRun: Sendable {
  /// Where every number of the run comes from.
  public var origin: Origin
  public var status: ExperimentSummary.Status
  public var time: Date?
  /// Why it failed, or what could not be read.
  public var problem: String?
  public var note: String?
  public var tags: [String] = []
  /// Full keys of the configuration.
  public var settings: [JSONMember] = []
  /// Of the saved weights, by names such as `validation/bleu`.
  public var scores: [JSONMember] = []
  public var beforeTraining: [JSONMember] = []
  /// The best or the last evaluation, whichever is not that of the saved weights; `nil` where they are one.
  public var otherEvaluation: OtherEvaluation?
  public var trainingSeconds: Double?
  public var tokensPerSecond: Double?
  public var peakBytes: Int?
  /// Values over steps, by names such as `train/loss`.
  public var curves: [String: [CurvePoint]] = [:]
  public var dataset: DatasetRecord?
  public var backbone: BackboneRecord?
  public var environment: EnvironmentRecord?
  /// Made after the run was recorded, oldest first.
  public var laterEvaluations: [LaterEvaluation] = []
  /// By row of the validation data, or of the data that runs are compared on.
  public var predictions: [ReportedPrediction] = []
  /// What the untouched model said to the same rows.
  public var untouched: [Int: String] = [:]

  public init(origin: Origin, status: ExperimentSummary.Status) {
    self.origin = origin
    self.status = status
  }

  func setting(_ key: String) -> JSONValue? { settings.first { $0.key == key }?.value }

  /// Over how many rows the score after a step is, where it may leave some out.
  func coverage(of name: String, step: Int) -> ScoreCoverage? {
    let values = curves.filter { ScoreCoverage.isCount($0.key) }.compactMap { key, points in
      points.last { $0.step == step }.flatMap { Int(exactly: $0.value) }.map { JSONMember(key, .integer($0)) }
    }
    return ScoreCoverage(of: name, in: values)
  }

  func score(_ name: String) -> Double? { scores.first { $0.key == name }?.value.doubleValue }
}

/// An evaluation of weights that were not saved.
public struct OtherEvaluation: Sendable {
  /// The best of all; otherwise the last.
  public let isBest: Bool
  public let step: Int
  /// By names such as `validation/bleu`.
  public let scores: [JSONMember]

  public init(isBest: Bool, step: Int, scores: [JSONMember]) {
    self.isBest = isBest
    self.step = step
    self.scores = scores
  }
}

/// An experiment, its version and the commit that holds it.
public struct Origin: Sendable, Hashable {
  public let name: String
  /// `nil` for a run without a version.
  public let version: Int?
  /// In full, hexadecimal.
  public let commit: String?

  public init(name: String, version: Int?, commit: String?) {
    self.name = name
    self.version = version
    self.commit = commit
  }

  /// `name@2`.
  public var label: String { version.map { "\(name)@\($0)" } ?? name }

  static let shortLength = 7
}

/// One validation row and the run's answer.
public struct ReportedPrediction: Sendable, Hashable {
  /// From 0.
  public let row: Int
  public let prompt: String
  public let reference: String
  public let prediction: String?

  public init(row: Int, prompt: String, reference: String, prediction: String?) {
    self.row = row
    self.prompt = prompt
    self.reference = reference
    self.prediction = prediction
  }
}
