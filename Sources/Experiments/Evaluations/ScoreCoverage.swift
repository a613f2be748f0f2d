public import Tables

/// Over how many of its rows a mean was taken: a judge may give none for some, and a mean over the others is another
/// quantity than one over all.
public struct ScoreCoverage: Hashable, Sendable {
  /// Rows that have a score.
  public let scored: Int
  /// Rows that were to be scored.
  public let rows: Int

  public init(scored: Int, rows: Int) {
    self.scored = scored
    self.rows = rows
  }

  public var isPartial: Bool { scored < rows }
  public var missing: Int { rows - scored }

  private static let scoredSuffix = "_rows"
  private static let missingSuffix = "_missing"
  /// The score of which rows can be left out.
  private static let judge = ComparisonMetric.Measure.judge.rawValue

  /// Beside the score in lists of values: `judge_rows` and `judge_missing`.
  public var members: [JSONMember] {
    [
      JSONMember(Self.judge + Self.scoredSuffix, .integer(scored)),
      JSONMember(Self.judge + Self.missingSuffix, .integer(missing)),
    ]
  }

  /// Whether a value among scores is such a count of rows.
  public static func isCount(_ name: String) -> Bool {
    let short = name.split(separator: "/").last.map(String.init) ?? name
    return short == judge + scoredSuffix || short == judge + missingSuffix
  }

  /// Of a score among a run's values.
  ///
  /// - Parameter name: with its part of the data, as in `validation/judge`.
  /// - Returns: `nil` for a score that leaves no row out, and where it was not recorded.
  public init?(of name: String, in values: [JSONMember]) {
    func count(_ suffix: String) -> Int? { values.first { $0.key == name + suffix }?.value.integerValue }
    guard let scored = count(Self.scoredSuffix), let missing = count(Self.missingSuffix), scored >= 0, missing >= 0
    else { return nil }
    self.init(scored: scored, rows: scored + missing)
  }

  /// Of a score in an evaluation's `scores.json`, without a part of the data in front of its name.
  ///
  /// - Returns: `nil` for a score that leaves no row out.
  public init?(of name: String, inDocument scores: JSONValue?) {
    guard name == Self.judge, let judge = scores?[Self.judge], let scored = judge["judged"]?.integerValue,
      let missing = judge["missing"]?.integerValue, scored >= 0, missing >= 0
    else { return nil }
    self.init(scored: scored, rows: scored + missing)
  }
}
