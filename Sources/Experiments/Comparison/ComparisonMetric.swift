public import Tables

/// A score by which experiments are compared.
public struct ComparisonMetric: Hashable, Sendable {
  /// What is measured; the raw values are the names in `scores.json`.
  public enum Measure: String, Hashable, Sendable, CaseIterable {
    case bleu
    case meanSentenceBLEU = "bleu_mean_of_sentences"
    case chrf
    case chrfWithWords = "chrf++"
    case exactMatch = "exact_match"
    case tokenAccuracy = "token_accuracy"
    /// The mean score that another model gives the answers.
    case judge
    case loss
    case perplexity
    case meanRowPerplexity = "perplexity_mean_of_rows"

    /// Digits behind the point that tell scores apart.
    public var fractionDigits: Int {
      switch self {
      case .loss, .exactMatch, .tokenAccuracy: 4
      default: 2
      }
    }

    /// What is counted on the tokens of a tokenizer, and not on text.
    var countsTokens: Bool {
      switch self {
      case .loss, .perplexity, .meanRowPerplexity, .tokenAccuracy: true
      default: false
      }
    }
  }

  /// The rows it is measured on.
  public enum Part: String, Hashable, Sendable {
    case validation
    case test
    /// Of a file that the runs were evaluated on later.
    case data
  }

  public let measure: Measure
  public let part: Part

  public init(_ measure: Measure, on part: Part = .validation) {
    self.measure = measure
    self.part = part
  }

  /// `bleu`, `test/bleu` or `validation/bleu`; a bare name means the validation rows.
  ///
  /// - Returns: `nil` for a name no score has.
  public init?(name: String) {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let last = parts.last, parts.count <= 2, let measure = Measure(rawValue: last) else { return nil }
    if parts.count == 2 {
      guard let part = Part(rawValue: parts[0]) else { return nil }
      self.init(measure, on: part)
    } else {
      self.init(measure)
    }
  }

  /// The metric an experiment was configured to be judged by, from its settings.
  public init(ofSettings settings: [JSONMember]) {
    let name = settings.first { $0.key == "prediction.metric" }?.value.stringValue
    self.init(configured: name ?? "")
  }

  /// - Parameter name: a value of `prediction.metric`.
  public init(configured name: String) {
    switch name {
    case "Perplexity": self.init(.perplexity)
    case "OpenAI API": self.init(.judge)
    default: self.init(.bleu)
    }
  }

  /// As in `metrics.jsonl`: `validation/bleu`.
  public var name: String { "\(part.rawValue)/\(measure.rawValue)" }

  /// What people type: `bleu`, `test/bleu`.
  public var shortName: String { part == .test ? name : measure.rawValue }

  /// Every name of the runs' own rows that `init(name:)` takes in its short form.
  public static let shortNames = [Part.validation, .test].flatMap { part in
    Measure.allCases.map { ComparisonMetric($0, on: part).shortName }
  }

  public var isHigherBetter: Bool {
    switch measure {
    case .loss, .perplexity, .meanRowPerplexity: false
    default: true
    }
  }

  /// Whether it depends on how BLEU cuts text into words.
  var usesBLEU: Bool { measure == .bleu || measure == .meanSentenceBLEU }

  /// The same measure on the other rows.
  public func on(_ part: Part) -> ComparisonMetric { ComparisonMetric(measure, on: part) }

  /// Whether one score is better than another; never for NaN.
  public func isBetter(_ score: Double, than other: Double) -> Bool {
    isHigherBetter ? score > other : score < other
  }
}
