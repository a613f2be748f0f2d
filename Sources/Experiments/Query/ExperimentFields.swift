public import Tables

/// The fields of experiments by the names a person gives them: in filters, for sorting, as columns.
///
/// `name`, `sweep`, `trial`, `status`, `version`, `tag`, `note`, `time`, `seconds`, `tokens_per_second`, `peak_bytes`,
/// `commit`; every setting by its key (`training.lora_r`) or its name where that is unambiguous (`lora_r`); every score
/// (`validation/bleu`, `test/bleu`), `bleu` being that on validation data.
public struct ExperimentFields {
  /// One field, found by its name.
  public enum Field: Hashable, Sendable {
    case fact(Fact)
    /// By its full key.
    case setting(String)
    /// By its full name.
    case score(String)
  }

  public enum Fact: String, Hashable, Sendable, CaseIterable {
    case name, sweep, trial, status, version, tag, note, time, seconds
    case tokensPerSecond = "tokens_per_second"
    case peakBytes = "peak_bytes"
    case commit
  }

  /// What a list has several of, as tables and JSON call it.
  private static let plurals: [String: Fact] = ["tags": .tag, "notes": .note]
  /// Scores that are fields even where nothing was measured.
  private static let usualScores = ["bleu", "chrf", "chrf++", "exact_match", "loss", "perplexity", "token_accuracy"]
  private static let scoredSet = "validation/"

  private let keys: Set<String>
  private let keysByName: [String: [String]]
  private let scores: Set<String>

  /// - Parameter settings: the keys of every setting there is, whether an experiment has it or not.
  public init(_ experiments: [ExperimentSummary], settings: [String]) {
    var keys = Set(settings)
    var scores = Set(Self.usualScores.map { Self.scoredSet + $0 })
    keys.formUnion(Self.keys(of: experiments.map(\.settings)))
    scores.formUnion(Self.keys(of: experiments.map(\.scores)))
    self.keys = keys
    self.scores = scores
    keysByName = Dictionary(grouping: keys.sorted()) { key in
      String(key[(key.lastIndex(of: ".").map(key.index(after:)) ?? key.startIndex)...])
    }
  }

  /// Every key of many lists, most of which have the same ones in the same order.
  public static func keys(of lists: [[JSONMember]]) -> Set<String> {
    var keys: Set<String> = []
    var last: [JSONMember] = []
    for list in lists {
      if list.count == last.count, zip(list, last).allSatisfy({ $0.key == $1.key }) { continue }
      for member in list { keys.insert(member.key) }
      last = list
    }
    return keys
  }

  /// The field of that name, `nil` when there is none or the name means several.
  public func field(_ name: String) -> Field? {
    if let fact = Fact(rawValue: name) ?? Self.plurals[name] { return .fact(fact) }
    if keys.contains(name) { return .setting(name) }
    for score in [name, Self.scoredSet + name] where scores.contains(score) { return .score(score) }
    guard let named = keysByName[name], named.count == 1 else { return nil }
    return .setting(named[0])
  }

  /// Every name of a field, for suggestions: short ones, and full ones where those mean several.
  public var names: [String] {
    Fact.allCases.map(\.rawValue) + scores.sorted()
      + scores.filter { $0.hasPrefix(Self.scoredSet) }.map { String($0.dropFirst(Self.scoredSet.count)) }.sorted()
      + keysByName.flatMap { name, keys in keys.count == 1 ? [name] : keys }.sorted()
  }

  /// What is wrong with a name that is no field, with the most similar one: `no experiment has a field 'blue'; ...`.
  public func objection(to name: String) -> String? {
    guard field(name) == nil else { return nil }
    if let several = keysByName[name] {
      return "'\(name)' may be \(several.joined(separator: " or ")); write one of them"
    }
    let similar = name.utf8.count > 100 ? nil : nearest(to: name, among: names)
    return "no experiment has a field \(quoted(name)), and no setting is called so"
      + (similar.map { "; did you mean '\($0)'?" } ?? "")
  }

  /// The experiments that meet a filter, in their order.
  ///
  /// - Throws: `FilterError` at the first field that there is not.
  public func select(_ experiments: [ExperimentSummary], where filter: Filter) throws(FilterError)
    -> [ExperimentSummary]
  {
    var fields: [String: Field] = [:]
    for used in filter.fields {
      if let problem = objection(to: used.name) {
        throw FilterError(text: filter.text, place: used.place, problem: problem)
      }
      fields[used.name] = field(used.name)
      if let field = field(used.name) { try requireNumbers(for: used, as: field, experiments, in: filter.text) }
    }
    return experiments.filter { experiment in
      filter.matches { name in fields[name].map { experiment.filterValues(of: $0) } ?? [] }
    }
  }
}

extension ExperimentFields {
  /// A number beside a text has no order, and a filter that can never hold is a slip.
  private func requireNumbers(
    for used: Filter.Field, as field: Field, _ experiments: [ExperimentSummary], in text: String
  ) throws(FilterError) {
    guard let literal = used.literals.first(where: { !$0.isNumber }) else { return }
    let isNumeric: Bool
    switch field {
    case .score, .fact(.version), .fact(.seconds), .fact(.tokensPerSecond), .fact(.peakBytes): isNumeric = true
    case .fact: isNumeric = false
    // A setting that is a number may be None as well, which only an order has no use for.
    case .setting:
      let values = used.isOrdered ? experiments.flatMap { $0.values(of: field) } : []
      isNumeric = !values.isEmpty && values.allSatisfy { $0.doubleValue != nil || $0 == .null }
    }
    guard isNumeric else { return }
    throw FilterError(
      text: text, place: literal.place, problem: "'\(used.name)' is a number, and \(quoted(literal.text)) is none")
  }
}

extension ExperimentSummary {
  /// The values of a field as recorded: none where it is missing, several for `tag`, `note` and settings that are lists.
  public func values(of field: ExperimentFields.Field) -> [JSONValue] {
    switch field {
    case .fact(let fact): return values(of: fact)
    case .setting(let key):
      guard let value = settings.first(where: { $0.key == key })?.value else { return [] }
      return value.arrayValue ?? [value]
    case .score(let name): return scores.first { $0.key == name }.map { [$0.value] } ?? []
    }
  }

  fileprivate func filterValues(of field: ExperimentFields.Field) -> [FilterValue] {
    if case .fact(.time) = field { return time.map { [FilterValue($0)] } ?? [] }
    let values = values(of: field).flatMap(FilterValue.values)
    // Without a tag is not unknown: it is known to have none.
    return values.isEmpty && (field == .fact(.tag) || field == .fact(.note)) ? [.nothing] : values
  }

  private func values(of fact: ExperimentFields.Fact) -> [JSONValue] {
    let outcome = isUnfinished ? nil : result?.outcome
    let value: JSONValue? =
      switch fact {
      case .name: .string(name.text)
      case .sweep: name.sweep.map { .string($0) }
      case .trial: name.trial.map { .string($0) }
      case .status: .string(status.rawValue)
      case .version: isUnfinished || version == 0 ? nil : .integer(version)
      case .time: time.map { .string(timestamp($0)) }
      case .seconds: outcome?.trainingSeconds.map { .number($0) }
      case .tokensPerSecond: outcome?.tokensPerSecond.map { .number($0) }
      case .peakBytes: outcome?.peakBytes.map { .integer($0) }
      case .commit: isUnfinished ? nil : commit.map { .string($0.hex) }
      case .tag, .note: nil
      }
    switch fact {
    case .tag: return tags.map { .string($0) }
    case .note: return noteTexts.map { .string($0) }
    default: return value.map { [$0] } ?? []
    }
  }
}
