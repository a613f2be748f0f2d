public import Tables

/// Where a training stands between two optimizer steps.
///
/// Together with the weights and the optimizer's memory this is all it takes to go on: the learning rate, the order of
/// the data and every random number follow from the number of the step.
public struct TrainingPosition: Sendable, Hashable {
  /// The best evaluation so far.
  public struct Best: Sendable, Hashable {
    public let step: Int
    /// As `EvaluationMetric` has it: more is better.
    public let score: Double
    /// Of every row, `nil` where a judge gave none; empty for a metric that leaves no row out.
    public let rowScores: [Double?]

    init(step: Int, score: Double, rowScores: [Double?] = []) {
      self.step = step
      self.score = score
      self.rowScores = rowScores
    }

    fileprivate var json: JSONValue {
      var members = [JSONMember("step", .integer(step)), JSONMember("score", .number(score))]
      if !rowScores.isEmpty {
        members.append(JSONMember("row_scores", .array(rowScores.map { $0.map { .number($0) } ?? .null })))
      }
      return .object(members)
    }
  }

  /// Optimizer steps done.
  public internal(set) var step = 0
  /// Tokens seen.
  public internal(set) var tokens = 0
  /// Evaluations left out.
  public internal(set) var trainingSeconds = 0.0
  /// The step after which was last evaluated, `nil` before the first evaluation.
  public internal(set) var evaluatedStep: Int?
  /// Among evaluations of trained weights; the untouched model is no candidate.
  public internal(set) var best: Best?
  /// Evaluations since the best one.
  public internal(set) var evaluationsWithoutImprovement = 0

  public init() {}

  public var json: JSONValue {
    [
      "step": .integer(step), "tokens": .integer(tokens), "training_seconds": .number(trainingSeconds),
      "evaluated_step": evaluatedStep.map { .integer($0) } ?? .null,
      "best": best?.json ?? .null,
      "evaluations_without_improvement": .integer(evaluationsWithoutImprovement),
    ]
  }

  /// `nil` when a value is missing or impossible.
  public init?(json: JSONValue) {
    guard let step = json["step"]?.integerValue, let tokens = json["tokens"]?.integerValue,
      let seconds = json["training_seconds"]?.doubleValue,
      let waited = json["evaluations_without_improvement"]?.integerValue,
      step >= 0, tokens >= 0, seconds >= 0, waited >= 0
    else { return nil }
    self.step = step
    self.tokens = tokens
    trainingSeconds = seconds
    evaluatedStep = json["evaluated_step"]?.integerValue
    evaluationsWithoutImprovement = waited
    if let best = json["best"], best != .null {
      guard let step = best["step"]?.integerValue else { return nil }
      // JSON has no infinity: what was never a number is the worst there is.
      self.best = Best(
        step: step, score: best["score"]?.doubleValue ?? -.infinity,
        rowScores: (best["row_scores"]?.arrayValue ?? []).map(\.doubleValue))
    }
  }
}
