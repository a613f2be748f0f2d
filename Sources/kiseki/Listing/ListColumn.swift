import CommandLine
import Configuration
import Experiments
import Tables

/// One column of the list of experiments.
struct ListColumn {
  /// A note is cut in a table; JSON and CSV have the whole.
  private static let noteWidth = 60

  let title: String
  let field: ExperimentFields.Field

  init(title: String, field: ExperimentFields.Field) {
    self.title = title
    self.field = field
  }

  /// The column of a setting, called by its name alone where that says which setting is meant.
  init(setting key: String) {
    field = .setting(key)
    guard let parameter = ParameterTable.parameter(key), ParameterTable.parameters(named: parameter.name).count == 1
    else {
      title = key
      return
    }
    title = parameter.name
  }

  var alignment: TextTable.Alignment {
    switch field {
    case .fact(.name), .fact(.sweep), .fact(.trial), .fact(.status), .fact(.tag), .fact(.note), .fact(.time),
      .fact(.commit):
      .left
    default: .right
    }
  }

  /// As a table shows it.
  func text(of experiment: ExperimentSummary) -> String {
    switch field {
    case .fact(.time): return experiment.time?.localText ?? ""
    case .fact(.commit): return experiment.isUnfinished ? "" : experiment.commit?.short ?? ""
    case .fact(.name): return experiment.name.text
    case .fact(.status): return experiment.status.rawValue
    default: break
    }
    let values = experiment.values(of: field)
    switch field {
    case .score(let name):
      let coverage = ScoreCoverage(of: name, in: experiment.scores)
      return values.first?.doubleValue.map { MainScores.text($0, of: name, over: coverage) } ?? ""
    case .fact(.note): return truncated(values.map(\.settingText).joined(separator: " / "), to: Self.noteWidth)
    case .fact(.seconds), .fact(.tokensPerSecond):
      return values.first?.doubleValue.map { Format.decimal($0, 2) } ?? ""
    case .fact(.peakBytes): return values.first?.integerValue.map(Format.bytes) ?? ""
    default: return values.map(\.settingText).joined(separator: ",")
    }
  }

  /// As CSV has it: numbers as recorded, times in UTC.
  func rawText(of experiment: ExperimentSummary) -> String {
    experiment.values(of: field).map { $0.stringValue ?? $0.settingText }.joined(separator: ",")
  }
}
