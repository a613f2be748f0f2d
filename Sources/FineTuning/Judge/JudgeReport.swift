/// What a judge is shown of one row.
public struct JudgedText: Sendable {
  public let prompt: String
  public let reference: String
  public let prediction: String

  public init(prompt: String, reference: String, prediction: String) {
    self.prompt = prompt
    self.reference = reference
    self.prediction = prediction
  }
}

/// What came of asking for one row.
public enum RowJudgement: Sendable, Hashable {
  /// From 0 to 10, with the judge's own words.
  case scored(Double, reply: String)
  /// There is no score, which is not a score of 0.
  case missing(JudgeFailure)

  public var score: Double? {
    if case .scored(let score, _) = self { score } else { nil }
  }
}

/// Why a row has no score.
public struct JudgeFailure: Sendable, Hashable {
  /// The kind, by which failures are counted: `HTTP 500`, `timeout`, `no score in the answer`.
  public let kind: String
  /// What the server said, or how often it was asked.
  public let detail: String?

  init(_ kind: String, _ detail: String? = nil) {
    self.kind = kind
    self.detail = detail.flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// The judgements of a set of rows, and what they cost.
public struct JudgeReport: Sendable {
  /// In the order of the rows.
  public let judgements: [RowJudgement]
  /// All that were sent, repeated ones included.
  public let requestCount: Int
  /// Those that were sent again.
  public let retryCount: Int
  public let promptTokens: Int
  public let completionTokens: Int
  /// What the servers call the models that answered.
  public let models: [String]
  /// As in the options.
  public let signature: String
  /// The model was asked without a temperature, because it takes none.
  public let omitsTemperature: Bool

  /// Over the rows that have a score; `nil` when none has.
  public var meanScore: Double? {
    let scores = judgements.compactMap(\.score)
    return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
  }

  public var missingCount: Int { judgements.count { $0.score == nil } }

  /// The kinds of failures and how many rows each cost, the most frequent first.
  public var failures: [(kind: String, count: Int)] {
    let kinds = judgements.compactMap { judgement -> String? in
      if case .missing(let failure) = judgement { failure.kind } else { nil }
    }
    return Dictionary(grouping: kinds) { $0 }.map { ($0.key, $0.value.count) }
      .sorted { ($1.count, $0.kind) < ($0.count, $1.kind) }
  }

  /// The first failure whole, to be told as an example.
  public var firstFailure: JudgeFailure? {
    judgements.lazy.compactMap { if case .missing(let failure) = $0 { failure } else { nil } }.first
  }
}
