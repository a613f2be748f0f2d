import CommandLine
import Experiments
import Foundation

extension Kiseki {
  static let listCommand = Command(
    "ls", summary: "list the experiments, newest first, with the settings in which they differ",
    examples: ["kiseki ls", "kiseki ls --json"]
  ) { arguments in
    let console = Console(arguments.globals)
    let table = try ExperimentTable(Workspace.find(from: console.directory))
    if arguments.globals.wantsJSON {
      console.print(table.json)
    } else if table.rows.isEmpty {
      console.hint("there is no experiment yet; next: kiseki run experiments/<config>.yaml")
    } else {
      table.lines(console).forEach { console.print($0) }
      for row in table.rows { row.problem.map { console.warn("\(row.summary.name): \($0)") } }
      console.hint("next: kiseki show \(table.rows[0].summary.name)")
    }
    return .success
  }
}
