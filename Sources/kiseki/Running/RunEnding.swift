import CommandLine
import Experiments
import Spelling
import Tables

extension PreparedRun {
  /// Says what is going to happen.
  func announce(_ console: Console) {
    for line in headline { console.note(line) }
    for warning in warnings { console.warn(warning) }
  }
}

extension RunExecution.Ending {
  /// Says how a run ended and what can be done next.
  ///
  /// - Throws: the failure that was recorded.
  func report(_ name: ExperimentName, _ console: Console) throws -> ExitCode {
    switch self {
    case .interrupted(let message):
      if console.globals.wantsJSON {
        let json: JSONValue = ["name": .string(name.text), "status": "interrupted"]
        console.print(json.line())
      }
      console.note(message)
      return .interrupted
    case .recorded(let version):
      Self.report(version, console)
      console.hint("next: \(shellCommand("show", name.text))   or   \(shellCommand("generate", name.text)) \"...\"")
      return .success
    case .failed(let version, let error, let remains):
      Self.report(version, console)
      console.note(remains)
      console.hint("next: " + shellCommand("show", name.text))
      throw error
    }
  }

  private static func report(_ version: VersionRecord, _ console: Console) {
    let done = "The version is recorded: \(version.name)@\(version.version)"
    if let leftover = version.leftover { console.warn(leftover) }
    if console.globals.wantsJSON {
      let json: JSONValue = [
        "name": .string(version.name.text), "version": .integer(version.version),
        "commit": .string(version.commit.description), "status": .string(version.status.rawValue),
      ]
      console.print(json.line(), done: done)
    } else {
      let announcement = RunExecution.announcement(version.name, version: version.version, version.status)
      console.print("\(announcement) as commit \(version.commit.description.prefix(10))", done: done)
    }
  }
}
