import CommandLine
import Experiments

extension Kiseki {
  private static let words = RepeatedArgument(
    "NAME|FILTER", help: "experiments, trials or sweeps, or a filter: 'status = failed'")
  private static let yes = Flag("yes", short: "y", help: "do not ask")

  static let removeCommand = Command(
    "rm", summary: "move experiments into the trash, from where 'restore' brings them back", arguments: [words],
    options: [yes], examples: ["kiseki rm demo", "kiseki rm 'status = failed and bleu < 5' -y"]
  ) { arguments in
    let console = Console(arguments.globals)
    let workspace = try Workspace.find(from: console.directory)
    let removal = try Removal(arguments[words], in: workspace)
    guard !removal.isEmpty else {
      console.hint("no experiment meets it, and nothing was removed; next: kiseki ls")
      return .success
    }
    guard try arguments[yes] || removal.isConfirmed(console) else {
      console.note("nothing was removed")
      return .success
    }
    try removal.carryOut(console)
    return .success
  }
}
