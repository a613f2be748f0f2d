import CommandLine
import Experiments
import Spelling

extension Kiseki {
  private static let words = RepeatedArgument(
    "FILTER", help: "names of experiments or sweeps, or a filter: 'lora_r >= 8 and bleu > 20 or tag = \"base\"'")
  private static let sort = ValueOption(
    "sort", placeholder: "KEY", help: "sort by a setting, score or fact; -KEY for the largest first")
  private static let columns = ValueOption(
    "cols", placeholder: "A,B", help: "the columns to show instead of those in which experiments differ")
  private static let allColumns = Flag("all-cols", help: "every column of which an experiment has a value")
  private static let limit = ValueOption("limit", placeholder: "N", help: "at most N experiments")
  private static let csv = Flag("csv", help: "the table as CSV, with the numbers as recorded")

  static let listCommand = Command(
    "ls", summary: "list the experiments, newest first, with the settings in which they differ", arguments: [words],
    options: [sort, columns, allColumns, limit, csv],
    examples: [
      "kiseki ls", "kiseki ls 'lora_r in (4, 8) and bleu > 20' --sort -bleu --limit 10",
      "kiseki ls my-sweep --cols lora_r,bleu --csv",
    ]
  ) { arguments in
    let console = Console(arguments.globals)
    let selection = try ExperimentSelection(arguments[words], in: Workspace.find(from: console.directory))
    var table = ExperimentTable(selection)
    if let keys = arguments[sort] { try table.sort(by: keys) }
    if let count = try arguments.integer(limit, in: 1...1_000_000_000) { table.limit(to: count) }
    if arguments[allColumns] { table.chooseAllColumns() }
    if let names = arguments[columns] { try table.choose(columns: names) }
    console.show(table, asCSV: arguments[csv], isFiltered: !arguments[words].isEmpty)
    return .success
  }
}

extension Console {
  fileprivate func show(_ table: ExperimentTable, asCSV: Bool, isFiltered: Bool) {
    if globals.wantsJSON { return print(table.json) }
    if asCSV { return write(table.csv) }
    guard let first = table.experiments.first else {
      return hint(
        isFiltered
          ? "no experiment meets it; next: kiseki ls"
          : "there is no experiment yet; next: kiseki run experiments/<config>.yaml")
    }
    let (lines, leftOut) = table.lines(self)
    write(lines.joined(separator: "\n") + "\n")
    if !leftOut.isEmpty { note("too narrow for: \(leftOut.joined(separator: ", ")); --cols chooses columns") }
    table.warnings.forEach { warn($0) }
    hint("next: " + shellCommand("show", first.name.text))
  }
}
