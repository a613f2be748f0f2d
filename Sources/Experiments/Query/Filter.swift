/// A question about experiments: `lora_r >= 8 and bleu > 20 or tag = "base"`.
///
/// The operators are `=` (or `==`), `!=`, `<`, `<=`, `>`, `>=`, `in (4, 8)` and `contains "text"`, joined by `and`, `or`,
/// `not` and parentheses. Texts need quotes, double or single, only when a space, a quote or one of `=!<>(),` is in them
/// or when they are one of these words. Numbers compare as numbers (8 and 8.0 are one), texts exactly and in the order
/// of their characters, `contains` without regard to case.
///
/// A field may have no value or several (`tag`); of an experiment without a tag or a note it is known that it has none. A comparison holds when one of the values meets it; `!=`, `not in` and
/// `not contains` hold when there is a value and none meets the opposite. So every comparison with a missing value is
/// false, and `not (bleu > 20)` holds where no BLEU was measured.
public struct Filter: Sendable {
  /// A field that the filter names, and where.
  public struct Field: Hashable, Sendable {
    public let name: String
    public let place: String.Index
    /// What it is compared with, without the texts that `contains` looks for.
    var literals: [Literal] = []
    /// By `<` and its like.
    var isOrdered = false

    struct Literal: Hashable, Sendable {
      let text: String
      let place: String.Index
      let isNumber: Bool
    }
  }

  /// Longer than anyone types.
  static let longest = 20_000

  public let text: String
  /// In the order of the text, as often as they stand there.
  public let fields: [Field]
  private let condition: FilterCondition

  /// - Throws: `FilterError` with the place of the first mistake.
  public init(parsing text: String) throws(FilterError) {
    guard text.utf8.count <= Self.longest else {
      throw FilterError(
        text: String(text.prefix(80)), place: text.prefix(80).startIndex,
        problem: "the filter has \(text.utf8.count) bytes, more than the \(Self.longest) allowed")
    }
    var parser = try FilterParser(text)
    condition = try parser.parse()
    self.text = text
    fields = parser.fields
  }

  /// Whether an experiment meets the filter.
  ///
  /// - Parameter values: the values of a field, none where it is missing.
  public func matches(_ values: (String) -> [FilterValue]) -> Bool { Self.isMet(condition, values) }

  private static func isMet(_ condition: FilterCondition, _ values: (String) -> [FilterValue]) -> Bool {
    switch condition {
    case .all(let parts): parts.allSatisfy { isMet($0, values) }
    case .any(let parts): parts.contains { isMet($0, values) }
    case .not(let part): !isMet(part, values)
    case .comparison(let field, let comparison, let literals): isMet(comparison, literals, values(field))
    }
  }

  private static func isMet(_ comparison: FilterOperator, _ literals: [FilterLiteral], _ values: [FilterValue]) -> Bool
  {
    func any(_ test: (FilterLiteral, FilterValue) -> Bool) -> Bool {
      values.contains { value in literals.contains { test($0, value) } }
    }
    func isEqual(_ literal: FilterLiteral, _ value: FilterValue) -> Bool { literal.order(of: value) == .orderedSame }
    return switch comparison {
    case .equal, .among: any(isEqual)
    case .notEqual, .notAmong: !values.isEmpty && !any(isEqual)
    case .less: any { $0.order(of: $1) == .orderedAscending }
    case .lessOrEqual: any { [.orderedAscending, .orderedSame].contains($0.order(of: $1)) }
    case .greater: any { $0.order(of: $1) == .orderedDescending }
    case .greaterOrEqual: any { [.orderedDescending, .orderedSame].contains($0.order(of: $1)) }
    case .contains: any { $0.isContained(in: $1) }
    case .lacks: !values.isEmpty && !any { $0.isContained(in: $1) }
    }
  }
}
