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
  /// Which model judged by which template; `nil` when none did.
  public let judgeSignature: String?

  public init(label: String, rows: [Row], signature: String?, judgeSignature: String? = nil) {
    self.label = label
    self.judgeSignature = judgeSignature
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
    /// The rest is `nil` too where a version is older than the score.
    public let chrf: CHRFStatistics?
    /// Of the labelled tokens, those that were found likeliest.
    public let correctTokens: Int?
    public let isExactMatch: Bool?
    /// `nil` when the judge gave none, too.
    public let judgeScore: Double?

    public init(
      row: Int, prompt: String, reference: String, prediction: String?, likelihood: RowLikelihood?,
      bleu: BLEUStatistics?, chrf: CHRFStatistics? = nil, correctTokens: Int? = nil, isExactMatch: Bool? = nil,
      judgeScore: Double? = nil
    ) {
      self.row = row
      self.prompt = prompt
      self.reference = reference
      self.prediction = prediction
      self.likelihood = likelihood
      self.bleu = bleu
      self.chrf = chrf
      self.correctTokens = correctTokens
      self.isExactMatch = isExactMatch
      self.judgeScore = judgeScore
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
    let scoresPath = "evaluations/\(label)/scores.json"
    let scores: JSONValue? = try version.hasFile(scoresPath) ? version.json(scoresPath) : nil
    try self.init(
      label, predictions: version.data(path), scores: scores, place: "\(path) of \(version.name)@\(version.number)")
  }

  /// - Parameters:
  ///   - predictions: of `predictions.jsonl`.
  ///   - scores: of `scores.json`.
  ///   - place: what the file is called in messages.
  /// - Throws: `ExperimentsError` naming the line of what is damaged.
  init(_ label: String, predictions: Data, scores: JSONValue?, place: String) throws {
    let lines = try MetricLog.lines(predictions, name: place)
    let rows = try lines.enumerated().map { index, line in
      guard let row = Row(line) else {
        throw ExperimentsError(
          .invalidContent,
          "cannot read \(place), line \(index + 1): it has no row, prompt and reference, or impossible counts. Was it "
            + "changed by hand?")
      }
      return row
    }
    self.init(
      label: label, rows: rows, signature: scores?["bleu_signature"]?.stringValue,
      judgeSignature: scores?["judge"]?["signature"]?.stringValue)
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
    var correctTokens: Int?
    if let count = statistics?["correct_tokens"]?.integerValue {
      guard let tokens = likelihood?.labelledTokens, (0...tokens).contains(count) else { return nil }
      correctTokens = count
    }
    var bleu: BLEUStatistics?
    if let values = statistics?["bleu"]?.arrayValue {
      guard let read = Self.counts(values).flatMap(BLEUStatistics.init(values:)) else { return nil }
      bleu = read
    }
    var chrf: CHRFStatistics?
    if let values = statistics?["chrf"]?.arrayValue {
      guard let read = Self.counts(values).flatMap(CHRFStatistics.init(values:)) else { return nil }
      chrf = read
    }
    self.init(
      row: row, prompt: prompt, reference: reference, prediction: line["prediction"]?.stringValue,
      likelihood: likelihood, bleu: bleu, chrf: chrf, correctTokens: correctTokens,
      isExactMatch: statistics?["exact_match"]?.boolValue, judgeScore: line["judge"]?["score"]?.doubleValue)
  }

  private static func counts(_ values: [JSONValue]) -> [Int]? {
    let counts = values.compactMap(\.integerValue)
    return counts.count == values.count && counts.allSatisfy { $0 <= largestCount } ? counts : nil
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
    let judge: String?
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
      if judge != others.judge {
        return .differentJudge(own: judge ?? "unknown", others: others.judge ?? "unknown")
      }
      if let tokens, let otherTokens = others.tokens, tokens != otherTokens {
        return .differentTokens(own: tokens.reduce(0, +), others: otherTokens.reduce(0, +))
      }
      return nil
    }
  }

  /// How many of the rows have a part in the score.
  func coverage(by measure: ComparisonMetric.Measure) -> ScoreCoverage {
    ScoreCoverage(scored: measure == .judge ? rows.count { $0.judgeScore != nil } : rows.count, rows: rows.count)
  }

  /// A bare mean of a judge's scores can only be set beside another over the very same rows.
  func objectionToJudged(_ others: EvaluatedRows) -> Incomparable? {
    func judged(_ rows: [Row]) -> Set<Int> { Set(rows.filter { $0.judgeScore != nil }.map(\.row)) }
    let (own, other) = (judged(rows), judged(others.rows))
    return own == other
      ? nil : .differentRows(own: own.count, others: other.count, shared: own.intersection(other).count)
  }

  func identity(for measure: ComparisonMetric.Measure) -> Identity {
    Identity(
      keys: rows.map { Identity.Key(row: $0.row, reference: ExactText($0.reference)) },
      signature: ComparisonMetric(measure).usesBLEU ? signature : nil, judge: measure == .judge ? judgeSignature : nil,
      tokens: measure.countsTokens ? rows.map { $0.likelihood?.labelledTokens ?? 0 } : nil)
  }
}

extension Incomparable: Error {}
