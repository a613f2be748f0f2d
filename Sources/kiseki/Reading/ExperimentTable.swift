import CommandLine
import Configuration
import Experiments
import Tables

/// The list of experiments: newest first, with the settings in which they differ.
struct ExperimentTable {
  let rows: [ExperimentRow]

  init(_ workspace: Workspace) throws {
    rows = try workspace.experiments().map { ExperimentRow($0, in: workspace) }
      .sorted { first, second in
        let times = (first.summary.time ?? .distantPast, second.summary.time ?? .distantPast)
        return times.0 == times.1 ? first.summary.name < second.summary.name : times.0 > times.1
      }
  }

  var json: JSONValue { .array(rows.map(\.json)) }

  /// The keys with more than one value, in the order of the parameters; where one is missing, nothing differs.
  var varyingSettings: [String] {
    let recorded = rows.filter { !$0.settings.isEmpty }
    let known = ParameterTable.all.map(\.key)
    let foreign = Set(recorded.flatMap { $0.settings.map(\.key) }).subtracting(known).sorted()
    let varying = (known + foreign).filter { key in
      key != "experiment_name" && Set(recorded.compactMap { $0.setting(key)?.settingText }).count > 1
    }
    // A drawn seed differs nearly always, and is worth a column only when nothing else does.
    let telling = varying.filter { $0 != "environment.seed" }
    return telling.isEmpty ? varying : telling
  }

  func lines(_ console: Console) -> [String] {
    let varying = varyingSettings
    var table = TextTable(
      columns: [.init("name"), .init("version", .right), .init("status")]
        + varying.map { .init(Self.title($0), .right) } + MainScores.columns + [
          .init("time"), .init("commit"),
        ])
    for row in rows {
      let summary = row.summary
      table.add(
        [summary.name.text, row.version.map(String.init) ?? "", summary.status.rawValue]
          + varying.map { row.setting($0)?.settingText ?? "" } + row.scores.cells
          + [
            summary.time?.localText ?? "", summary.isUnfinished ? "" : summary.commit?.short ?? "",
          ],
        style: summary.status.style)
    }
    return table.lines(width: console.width, palette: console.palette)
  }

  /// The name alone where it says which setting is meant.
  static func title(_ key: String) -> String {
    guard let parameter = ParameterTable.parameter(key),
      ParameterTable.parameters(named: parameter.name).count == 1
    else { return key }
    return parameter.name
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
