import CommandLine
import Configuration
import Experiments
import Tables

/// The list of experiments: newest first, with the settings in which they differ, unless told otherwise.
struct ExperimentTable {
  private(set) var experiments: [ExperimentSummary]
  private let fields: ExperimentFields
  private let problems: [ExperimentName: String]
  private var chosen: [ListColumn]?

  init(_ selection: ExperimentSelection) {
    experiments = selection.experiments
    fields = selection.fields
    problems = Dictionary(selection.problems.map { ($0.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
  }

  var isEmpty: Bool { experiments.isEmpty }

  /// What could not be read of the experiments shown.
  var warnings: [String] {
    problems.isEmpty ? [] : experiments.compactMap { shown in problems[shown.name].map { "\(shown.name): \($0)" } }
  }

  var json: JSONValue { .array(experiments.map { $0.json(problem: problems[$0.name]) }) }

  // MARK: Order

  /// Sorts by fields, `-` before one for the largest first; a missing value comes last either way.
  ///
  /// - Throws: `UsageError` for a name that is no field.
  mutating func sort(by keys: String) throws {
    for key in keys.split(separator: ",").reversed() {
      let isDescending = key.hasPrefix("-")
      let field = try field(String(isDescending ? key.dropFirst() : key), option: "--sort")
      let values = experiments.map { SortValue($0.values(of: field)) }
      // Ties stay in the order they had.
      let order = experiments.indices.sorted { first, second in
        guard values[first] != values[second] else { return first < second }
        guard values[first] != .missing, values[second] != .missing else { return values[second] == .missing }
        return isDescending ? values[second] < values[first] : values[first] < values[second]
      }
      experiments = order.map { experiments[$0] }
    }
  }

  mutating func limit(to count: Int) { experiments = Array(experiments.prefix(count)) }

  private func field(_ name: String, option: String) throws -> ExperimentFields.Field {
    guard let field = fields.field(name) else {
      throw UsageError("option '\(option)': \(fields.objection(to: name) ?? "")")
    }
    return field
  }

  // MARK: Columns

  /// - Throws: `UsageError` for a name that is no field.
  mutating func choose(columns names: String) throws {
    let columns = try names.split(separator: ",").map { name in
      let name = name.trimmingCharacters(in: .whitespaces)
      return ListColumn(title: name, field: try field(name, option: "--cols"))
    }
    let name = ListColumn(title: "name", field: .fact(.name))
    chosen = columns.contains { $0.field == name.field } ? columns : [name] + columns
  }

  /// Every field of which an experiment has a value.
  mutating func chooseAllColumns() {
    let facts = ExperimentFields.Fact.allCases.map { ListColumn(title: $0.rawValue, field: .fact($0)) }
    let scores = keys(of: \.scores).sorted().map { ListColumn(title: $0, field: .score($0)) }
    let columns = facts + settingKeys().map(ListColumn.init(setting:)) + scores
    chosen = columns.filter { column in experiments.contains { !$0.values(of: column.field).isEmpty } }
  }

  private var columns: [ListColumn] {
    if let chosen { return chosen }
    let isTagged = experiments.contains { !$0.tags.isEmpty }
    return [
      ListColumn(title: "name", field: .fact(.name)), ListColumn(title: "version", field: .fact(.version)),
      ListColumn(title: "status", field: .fact(.status)),
    ] + varyingSettings.map(ListColumn.init(setting:))
      + zip(MainScores.titles, MainScores.names).map { ListColumn(title: $0, field: .score($1)) }
      + (isTagged ? [ListColumn(title: "tags", field: .fact(.tag))] : []) + [
        ListColumn(title: "time", field: .fact(.time)), ListColumn(title: "commit", field: .fact(.commit)),
      ]
  }

  /// The keys of settings in the order of the parameters, those of other programs behind them.
  private func settingKeys() -> [String] {
    let known = ParameterTable.all.map(\.key)
    return known + keys(of: \.settings).subtracting(known).sorted()
  }

  private func keys(of members: (ExperimentSummary) -> [JSONMember]) -> Set<String> {
    ExperimentFields.keys(of: experiments.map(members))
  }

  /// The keys with more than one value; where one is missing, nothing differs.
  private var varyingSettings: [String] {
    // Most experiments have the same keys in the same order as the first, whose values are then found by their place.
    let model = experiments.first?.settings ?? []
    var first = Dictionary(model.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    var varying: Set<String> = []
    for experiment in experiments {
      for (place, member) in experiment.settings.enumerated() {
        if place < model.count, model[place].value == member.value, model[place].key == member.key { continue }
        guard let value = first[member.key] else {
          first[member.key] = member.value
          continue
        }
        if value != member.value, !varying.contains(member.key), value.settingText != member.value.settingText {
          varying.insert(member.key)
        }
      }
    }
    varying.remove("experiment_name")
    varying.remove("output_directory")
    // A drawn seed differs nearly always, and is worth a column only when nothing else does.
    if varying.count > 1 { varying.remove("environment.seed") }
    return settingKeys().filter(varying.contains)
  }

  // MARK: Text

  /// - Returns: the lines, and the titles of columns for which the terminal is too narrow.
  func lines(_ console: Console) -> (lines: [String], leftOut: [String]) {
    let columns = columns
    // What was asked for is shown, cut if need be.
    let leaving = chosen == nil ? leavingOrder(columns) : [:]
    var table = TextTable(
      columns: columns.enumerated().map { .init($1.title, $1.alignment, leavingOrder: leaving[$0]) })
    for experiment in experiments {
      table.add(columns.map { $0.text(of: experiment) }, style: experiment.status.style)
    }
    let (fitting, leftOut) = table.leavingOut(toFit: console.width)
    return (fitting.lines(width: console.width, palette: console.palette), leftOut)
  }

  /// Where there is little room: what else names the version goes first, then settings from the right.
  private func leavingOrder(_ columns: [ListColumn]) -> [Int: Int] {
    let facts: [ExperimentFields.Field] = [.fact(.commit), .fact(.time), .fact(.tag), .fact(.version)]
    var order = facts.compactMap { fact in columns.firstIndex { $0.field == fact } }
    order += columns.indices.reversed().filter { if case .setting = columns[$0].field { true } else { false } }
    return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
  }

  /// RFC 4180, with the values as recorded.
  var csv: String {
    let columns = columns
    return Table.csvText(
      columns: columns.map(\.title), rows: experiments.map { row in columns.map { $0.rawText(of: row) } })
  }
}

/// A value to sort by: numbers before texts.
private enum SortValue: Comparable {
  case number(Double)
  case text(String)
  case missing

  init(_ values: [JSONValue]) {
    guard let first = values.first, first != .null else {
      self = .missing
      return
    }
    self = first.doubleValue.map { .number($0) } ?? .text(values.map(\.settingText).joined(separator: ","))
  }
}

extension ExperimentSummary.Status {
  var style: Palette.Style? {
    switch self {
    case .completed: nil
    case .running: .cyan
    case .interrupted: .yellow
    case .failed, .unreadable: .red
    }
  }
}
