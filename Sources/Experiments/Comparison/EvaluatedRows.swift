internal import Foundation
public import Scores
internal import Tables

/// The rows of one evaluation, with the statistics its scores are sums of.
public struct EvaluatedRows: Sendable {
  /// The folder it was read from: `evaluations/<label>`.
  public let label: String
  /// In the order of their places in the data file.
  public let rows: [Row]
  /// Of BLEU; `nil` when no text was generated.
  public let signature: String?

  public init(label: String, rows: [Row], signature: String?) {
    self.label = label
    self.rows = rows.sorted { ($0.row, $0.reference) < ($1.row, $1.reference) }
    self.signature = signature
  }

  public struct Row: Hashable, Sendable {
    /// Its index in the data file, from 0.
    public let row: Int
    public let prompt: String
    public let reference: String
    /// `nil` when no text was generated.
    public let prediction: String?
    public let likelihood: RowLikelihood?
    public let bleu: BLEUStatistics?

    public init(
      row: Int, prompt: String, reference: String, prediction: String?, likelihood: RowLikelihood?,
      bleu: BLEUStatistics?
    ) {
      self.row = row
      self.prompt = prompt
      self.reference = reference
      self.prediction = prediction
      self.likelihood = likelihood
      self.bleu = bleu
    }
  }
}

extension EvaluatedRows {
  /// Reads an evaluation of a version.
  ///
  /// - Returns: `nil` when its rows were not recorded.
  /// - Throws: `ExperimentsError` naming file and line of what is damaged.
  init?(_ label: String, of version: ExperimentVersion) throws {
    let path = "evaluations/\(label)/predictions.jsonl"
    guard try version.hasFile(path) else { return nil }
    let scores = "evaluations/\(label)/scores.json"
    let signature =
      try version.hasFile(scores) ? version.json(scores)["bleu_signature"]?.stringValue : nil
    let lines = try MetricLog.lines(version.data(path), name: path)
    let rows = try lines.enumerated().map { index, line in
      guard let row = Row(line) else {
        throw ExperimentsError(
          .invalidContent,
          "cannot read \(path) of \(version.name)@\(version.number), line \(index + 1): it has no row, prompt and "
            + "reference, or impossible counts. Was it changed by hand?")
      }
      return row
    }
    self.init(label: label, rows: rows, signature: signature)
  }
}

extension EvaluatedRows.Row {
  /// No honest row counts more words or tokens than this; sums of such rows cannot overflow.
  private static let largestCount = 1 << 40

  fileprivate init?(_ line: JSONValue) {
    guard let row = line["row"]?.integerValue, let prompt = line["prompt"]?.stringValue,
      let reference = line["reference"]?.stringValue
    else { return nil }
    let statistics = line["statistics"]
    var likelihood: RowLikelihood?
    if let sum = statistics?["negative_log_likelihood"]?.doubleValue,
      let tokens = statistics?["tokens"]?.integerValue
    {
      guard (0...Self.largestCount).contains(tokens) else { return nil }
      likelihood = RowLikelihood(negativeLogLikelihood: sum, labelledTokens: tokens)
    }
    var bleu: BLEUStatistics?
    if let values = statistics?["bleu"]?.arrayValue {
      let counts = values.compactMap(\.integerValue)
      guard counts.count == values.count, counts.allSatisfy({ $0 <= Self.largestCount }),
        let read = BLEUStatistics(values: counts)
      else { return nil }
      bleu = read
    }
    self.init(
      row: row, prompt: prompt, reference: reference, prediction: line["prediction"]?.stringValue,
      likelihood: likelihood, bleu: bleu)
  }
}

extension EvaluatedRows {
  /// What makes scores of two evaluations comparable: the rows, their references, and the unit they are counted in.
  struct Identity: Hashable {
    struct Key: Hashable {
      let row: Int
      let reference: ExactText
    }
    let keys: [Key]
    let signature: String?
    let tokens: [Int]?

    /// Why scores on these rows are not comparable with scores on others, `nil` when they are.
    func objection(to others: Identity) -> Incomparable? {
      if keys != others.keys {
        let shared = Set(keys).intersection(others.keys).count
        return .differentRows(own: keys.count, others: others.keys.count, shared: shared)
      }
      if signature != others.signature {
        return .differentSignature(own: signature ?? "unknown", others: others.signature ?? "unknown")
      }
      if let tokens, let otherTokens = others.tokens, tokens != otherTokens {
        return .differentTokens(own: tokens.reduce(0, +), others: otherTokens.reduce(0, +))
      }
      return nil
    }
  }

  func identity(for measure: ComparisonMetric.Measure) -> Identity {
    let usesBLEU = ComparisonMetric(measure).usesBLEU
    return Identity(
      keys: rows.map { Identity.Key(row: $0.row, reference: ExactText($0.reference)) },
      signature: usesBLEU ? signature : nil,
      tokens: usesBLEU ? nil : rows.map { $0.likelihood?.labelledTokens ?? 0 })
  }

  /// The rows as they are drawn anew for `measure`.
  func scored(by measure: ComparisonMetric.Measure) -> Result<ScoredRows, Incomparable> {
    switch measure {
    case .bleu, .meanSentenceBLEU:
      let statistics = rows.compactMap(\.bleu)
      guard statistics.count == rows.count, !rows.isEmpty else {
        return .failure(.noRowStatistics("\(rows.count - statistics.count) of \(rows.count) rows have no BLEU counts"))
      }
      return .success(
        measure == .bleu ? .bleu(statistics) : .mean(statistics.map { BLEU.sentenceScore(of: $0).score }))
    case .loss, .perplexity, .meanRowPerplexity:
      let likelihoods = rows.compactMap(\.likelihood)
      guard likelihoods.count == rows.count, !rows.isEmpty else {
        return .failure(
          .noRowStatistics("\(rows.count - likelihoods.count) of \(rows.count) rows have no likelihood"))
      }
      switch measure {
      case .loss: return .success(.loss(likelihoods))
      case .perplexity: return .success(.perplexity(likelihoods))
      default: return .success(.meanRowPerplexity(likelihoods))
      }
    }
  }
}

extension Incomparable: Error {}
