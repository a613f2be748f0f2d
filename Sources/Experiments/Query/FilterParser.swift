/// What a filter says, as a tree whose depth the parser limits.
indirect enum FilterCondition: Sendable {
  case all([FilterCondition])
  case any([FilterCondition])
  case not(FilterCondition)
  case comparison(field: String, FilterOperator, [FilterLiteral])
}

enum FilterOperator: String, Sendable {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case contains
  case lacks = "not contains"
  case among = "in"
  case notAmong = "not in"
}

/// Reads a filter by recursive descent: `or` binds less than `and`, and `and` less than `not`.
struct FilterParser {
  static let keywords: Set = ["and", "or", "not", "in", "contains"]
  /// Parentheses and `not` within each other.
  private static let deepest = 100

  private(set) var fields: [Filter.Field] = []
  /// Of the comparison that is being read.
  private var literals: [Filter.Field.Literal] = []
  private let text: String
  private var scanner: FilterScanner
  private var token: FilterToken
  private var depth = 0

  init(_ text: String) throws(FilterError) {
    self.text = text
    scanner = FilterScanner(text)
    token = try scanner.next()
  }

  mutating func parse() throws(FilterError) -> FilterCondition {
    let condition = try disjunction()
    guard token.kind == .end else { throw unexpected("'and', 'or' or the end") }
    return condition
  }

  private mutating func disjunction() throws(FilterError) -> FilterCondition {
    var parts = [try conjunction()]
    while try skip(word: "or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws(FilterError) -> FilterCondition {
    var parts = [try negation()]
    while try skip(word: "and") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func negation() throws(FilterError) -> FilterCondition {
    let place = token.place
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw FilterError(
        text: text, place: place, problem: "parentheses and 'not' stand deeper than \(Self.deepest) within each other")
    }
    if try skip(word: "not") { return .not(try negation()) }
    guard token.kind == .symbol("(") else { return try comparison() }
    try advance()
    let condition = try disjunction()
    guard token.kind == .symbol(")") else { throw unexpected("'and', 'or' or ')'") }
    try advance()
    return condition
  }

  private mutating func comparison() throws(FilterError) -> FilterCondition {
    guard case .word(let field) = token.kind, !isKeyword, FilterLiteral.number(field) == nil else {
      throw unexpected("the name of a field, such as lora_r or bleu")
    }
    fields.append(Filter.Field(name: field, place: token.place))
    try advance()
    let comparison = try comparisonOperator(after: field)
    let use = fields.count - 1
    fields[use].isOrdered = [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(comparison)
    literals = []
    defer { if comparison != .contains, comparison != .lacks { fields[use].literals = literals } }
    switch comparison {
    case .among, .notAmong: return .comparison(field: field, comparison, try list())
    default: return .comparison(field: field, comparison, [try literal(after: comparison.rawValue)])
    }
  }

  private mutating func comparisonOperator(after field: String) throws(FilterError) -> FilterOperator {
    if case .symbol(let text) = token.kind, let found = FilterOperator(rawValue: text) {
      try advance()
      return found
    }
    let isNegated = try skip(word: "not")
    if try skip(word: "in") { return isNegated ? .notAmong : .among }
    if try skip(word: "contains") { return isNegated ? .lacks : .contains }
    throw unexpected(
      isNegated ? "'in' or 'contains' after 'not'" : "=, !=, <, <=, >, >=, in or contains after \(quoted(field))")
  }

  private mutating func list() throws(FilterError) -> [FilterLiteral] {
    guard token.kind == .symbol("(") else { throw unexpected("'(' after 'in', as in lora_r in (4, 8)") }
    var literals: [FilterLiteral] = []
    repeat {
      try advance()
      literals.append(try literal(after: literals.isEmpty ? "(" : ","))
    } while token.kind == .symbol(",")
    guard token.kind == .symbol(")") else { throw unexpected("',' or ')'") }
    try advance()
    return literals
  }

  private mutating func literal(after sign: String) throws(FilterError) -> FilterLiteral {
    let found: FilterLiteral
    let place = token.place
    switch token.kind {
    case .word(let text) where !isKeyword: found = FilterLiteral(text)
    case .quoted(let text): found = FilterLiteral(text)
    default: throw unexpected("a value after '\(sign)'")
    }
    literals.append(.init(text: found.text, place: place, isNumber: found.isNumber))
    try advance()
    return found
  }

  private var isKeyword: Bool {
    guard case .word(let text) = token.kind else { return false }
    return Self.keywords.contains(text.lowercased())
  }

  private mutating func advance() throws(FilterError) { token = try scanner.next() }

  private mutating func skip(word: String) throws(FilterError) -> Bool {
    guard token.isWord(word) else { return false }
    try advance()
    return true
  }

  private func unexpected(_ expected: String) -> FilterError {
    FilterError(text: text, place: token.place, problem: "expected \(expected), found \(token.shown)")
  }
}
