/// A condition on scores, such as `bleu >= baseline` or `loss < baseline + 0.1`.
public struct ComparisonGate: Hashable, Sendable {
  public enum Relation: String, Hashable, Sendable, CaseIterable {
    case atLeast = ">="
    case above = ">"
    case atMost = "<="
    case below = "<"

    func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atLeast: value >= bound
      case .above: value > bound
      case .atMost: value <= bound
      case .below: value < bound
      }
    }
  }

  /// As it was written.
  public let text: String
  public private(set) var metric: ComparisonMetric
  public let relation: Relation
  /// Whether the bound is the baseline's score and `offset`, or `offset` alone.
  public let usesBaseline: Bool
  public let offset: Double

  /// Why a text is no gate, and where.
  public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    public let text: String
    /// In characters, from 0.
    public let position: Int
    public let problem: String

    public var description: String { "cannot read the gate \(quoted(text)), character \(position + 1): \(problem)." }
  }

  /// METRIC RELATION BOUND, the bound a number, `baseline`, or `baseline` with `+` or `-` and a number.
  public init(parsing text: String) throws(SyntaxError) {
    var scanner = Scanner(text)
    let name = scanner.word { $0.isLetter || "_/+".contains($0) }
    guard let metric = ComparisonMetric(name: name.text) else {
      throw scanner.error(
        at: name.position, "expected a score, one of \(ComparisonMetric.shortNames.joined(separator: ", "))")
    }
    let sign = scanner.word { "<>=!".contains($0) }
    guard let relation = Relation(rawValue: sign.text) else {
      throw scanner.error(
        at: sign.position, "expected one of \(Relation.allCases.map(\.rawValue).joined(separator: " "))")
    }
    let bound = scanner.word { !$0.isWhitespace && !"+".contains($0) }
    usesBaseline = bound.text == "baseline" || bound.text.hasPrefix("baseline-")
    if usesBaseline {
      if bound.text != "baseline" { scanner.back(to: bound.position + "baseline".count) }
      offset = try scanner.offset()
    } else {
      guard let value = Double(bound.text), value.isFinite else {
        throw scanner.error(at: bound.position, "expected a number or 'baseline'")
      }
      offset = value
    }
    let rest = scanner.word { !$0.isWhitespace }
    guard rest.text.isEmpty else { throw scanner.error(at: rest.position, "expected the end of the gate") }
    self.text = text
    self.metric = metric
    self.relation = relation
  }

  /// The same condition on the score of other rows.
  public func on(_ part: ComparisonMetric.Part) -> ComparisonGate {
    var gate = self
    gate.metric = metric.on(part)
    return gate
  }

  private struct Scanner {
    private let text: String
    private let characters: [Character]
    private var place = 0

    init(_ text: String) {
      self.text = text
      characters = Array(text)
    }

    mutating func word(where isPart: (Character) -> Bool) -> (text: String, position: Int) {
      while place < characters.count, characters[place].isWhitespace { place += 1 }
      let start = place
      while place < characters.count, isPart(characters[place]) { place += 1 }
      return (String(characters[start..<place]), start)
    }

    mutating func back(to position: Int) { place = position }

    /// What stands behind `baseline`: nothing, or a sign and a number.
    mutating func offset() throws(SyntaxError) -> Double {
      let sign = word { "+-".contains($0) }
      if sign.text.isEmpty { return 0 }
      let number = word { !$0.isWhitespace }
      guard sign.text.count == 1, let value = Double(number.text), value.isFinite, value >= 0 else {
        throw error(at: sign.text.count == 1 ? number.position : sign.position, "expected + or - and a number")
      }
      return sign.text == "-" ? -value : value
    }

    func error(at position: Int, _ problem: String) -> SyntaxError {
      let found =
        position < characters.count
        ? "found '\(characters[position...].prefix(20).map(String.init).joined())'" : "found the end"
      return SyntaxError(text: text, position: position, problem: "\(problem); \(found)")
    }
  }
}

extension ComparisonGate {
  /// What a gate says of one candidate.
  public struct Judgement: Hashable, Sendable {
    public let gate: ComparisonGate
    /// The candidate's label; `nil` when there is none to judge.
    public let label: String?
    public let value: Double?
    public let bound: Double?
    public let holds: Bool
    /// Why it cannot hold: a score that is missing.
    public let reason: Incomparable?

    /// How far the score is on the wrong side of the bound; 0 or more.
    public var shortfall: Double? {
      guard !holds, let value, let bound else { return nil }
      return abs(value - bound)
    }
  }

  /// Judges what a comparison was made for.
  ///
  /// With a named baseline that is every other candidate, otherwise the best one alone.
  public func judge(_ comparison: Comparison) -> [Judgement] {
    let candidates = comparison.candidates
    let judged: [Candidate]
    if comparison.isBaselineNamed, candidates.count > 1 {
      judged = candidates.indices.filter { $0 != comparison.baseline }.map { candidates[$0] }
    } else {
      judged = comparison.verdict.winner.map { [candidates[$0]] } ?? Array(candidates.prefix(1))
    }
    let reference = usesBaseline ? comparison.baselineCandidate.map { comparison.value(of: $0, by: metric) } : nil
    return judged.map { candidate in
      let value = comparison.value(of: candidate, by: metric)
      var reason: Incomparable?
      var bound: Double? = offset
      if case .failure(let missing) = value { reason = missing }
      if usesBaseline {
        bound = nil
        if case .success(let score) = reference { bound = score + offset } else { reason = reason ?? .baseline }
        // A score on other rows, or in other units, says nothing beside the baseline's.
        if reason == nil { reason = comparison.objection(to: candidate, by: metric) }
      }
      let number: Double? = if case .success(let score) = value { score } else { nil }
      let holds = reason == nil && number.flatMap { number in bound.map { relation.holds(number, $0) } } == true
      return Judgement(
        gate: self, label: candidate.label, value: number, bound: bound, holds: holds, reason: reason)
    }
  }
}

extension Comparison {
  /// A candidate's score by any metric, over its seeds the mean.
  public func value(of candidate: Candidate, by metric: ComparisonMetric) -> Result<Double, Incomparable> {
    var values: [Double] = []
    for index in candidate.runs {
      if let problem = ScoredCandidate.problem(of: runs[index], by: metric) { return .failure(problem) }
      if let score = runs[index].score(metric) { values.append(score) }
    }
    return .success(values.reduce(0, +) / Double(values.count))
  }

  /// Why a candidate's score cannot be set beside the baseline's, `nil` when it can.
  ///
  /// Where rows were not recorded nothing speaks against it.
  fileprivate func objection(to candidate: Candidate, by metric: ComparisonMetric) -> Incomparable? {
    guard let reference = baselineCandidate.flatMap({ runs[$0.runs[0]].evaluation(on: metric.part) }) else {
      return nil
    }
    if metric.measure == .judge {
      let own = candidate.runs.compactMap { runs[$0].evaluation(on: metric.part) }
      if let objection = own.lazy.compactMap({ $0.objectionToJudged(reference) }).first { return objection }
    }
    let identity = reference.identity(for: metric.measure)
    return candidate.runs.lazy.compactMap { index in
      self.runs[index].evaluation(on: metric.part)?.identity(for: metric.measure).objection(to: identity)
    }.first
  }
}
